#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Bug: handrail-check copied any file that a report named into its HTML page, blocked on FIFOs and
devices, and wrote escape sequences in file names to the terminal.
Correct: the page shows regular files below the named directories only; nothing blocks; names are
escaped.

usage: hostile_inputs.py TOOL LEAKER [unittest options]
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOL = LEAKER = ""
SECRET = "the secret words"


def location(file="", line=1):
    return {"file": file, "line": line, "function": ""}


def report(*files):
    steps = [{"from": "cleanup", "from_cleanup": True, "via": "", "reference": "strong", "type": "", "to": "",
              "evidence": "none", "where": location(str(file)), "omitted": 0} for file in files]
    finding = {"id": "HR001", "grade": "certain", "resource": "file 7", "leaked_now": True, "path": steps, "advice": "",
               "fingerprint": "", "count": 1, "references": 1, "references_inside": 1, "opened": location(line=0),
               "age": 0, "frames": []}
    summary = {"schema_version": 2, "findings": 1, "complete": True, "missing": "", "handles": 1, "cleanups": 1,
               "opaque": 0, "pause": 1, "duration": 1, "modules": []}
    return json.dumps(summary) + "\n" + json.dumps(finding) + "\n"


class WithFiles(unittest.TestCase):
    def setUp(self):
        self.outside = pathlib.Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.outside)
        self.directory = self.outside / "work"
        self.directory.mkdir()
        (self.outside / "secret").write_text(SECRET)

    def tool(self, *arguments, text=None, **more):
        environment = {k: v for k, v in os.environ.items() if k not in ("HANDRAIL_DEBUG", "LD_PRELOAD")}
        return subprocess.run([TOOL, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=30,
                              cwd=self.directory, env=dict(environment, **more))

    def fifo(self, name):
        os.mkfifo(self.directory / name)
        return self.directory / name


class Sources(WithFiles):
    def page(self, *files, sources=()):
        options = [f"--sources={each}" for each in sources]
        ran = self.tool("-q", "--read", "-", "--html", "-", *options, text=report(*files))
        self.assertEqual((ran.returncode, ran.stderr), (23, ""))
        return ran.stdout

    def assert_shown(self, *files, sources=()):
        self.assertIn(SECRET, self.page(*files, sources=sources))

    def assert_hidden(self, *files, sources=()):
        self.assertNotIn(SECRET, self.page(*files, sources=sources))

    def test_outside_the_directory_are_not_shown(self):
        self.assert_hidden(self.outside / "secret", "../secret", "./../secret", "x/../../secret",
                           self.directory / ".." / "secret", f"{self.directory}//../secret")
        neighbour = self.outside / "work-of-another"
        neighbour.mkdir()
        (neighbour / "a.cc").write_text(SECRET)
        self.assert_hidden(neighbour / "a.cc", "../work-of-another/a.cc")

    def test_behind_links_to_the_outside_are_not_shown(self):
        (self.directory / "file").symlink_to("../secret")
        (self.directory / "absolute").symlink_to(self.outside / "secret")
        (self.directory / "directory").symlink_to("..")
        (self.directory / "chain").symlink_to("directory")
        self.assert_hidden("file", "absolute", "directory/secret", "chain/secret", self.directory / "directory/secret")

    def test_in_the_directory_are_shown_under_any_name(self):
        (self.directory / "src").mkdir()
        (self.directory / "src" / "a.cc").write_text(SECRET)
        (self.directory / "link").symlink_to("src")
        (self.directory / "absolute").symlink_to(self.directory / "src" / "a.cc")
        (self.outside / "way-in").symlink_to(self.directory)
        for name in ("src/a.cc", self.directory / "src/a.cc", "src/../src/a.cc", "link/a.cc", "absolute"):
            self.assert_shown(name)
        self.assert_shown(self.outside / "way-in/src/a.cc", sources=[self.outside / "way-in"])
        self.assert_shown(self.directory / "src/a.cc", sources=[self.outside / "way-in"])

    def test_are_shown_below_the_given_directories_only(self):
        for name in ("build", "src", "other"):
            (self.directory / name).mkdir()
            (self.directory / name / f"{name}.cc").write_text(SECRET)
        self.assert_shown("../src/src.cc", sources=["build", "src"])
        self.assert_shown("src.cc", sources=["build", "src/"])
        self.assert_hidden("../src/src.cc", sources=["build"])
        self.assert_hidden("other/other.cc", "../other/other.cc", self.directory / "other/other.cc",
                           sources=["build", "src"])
        self.assert_hidden("other/other.cc", sources=["not-there"])

    def test_that_are_not_regular_files_are_not_opened(self):
        self.fifo("fifo.cc")
        (self.directory / "device.cc").symlink_to("/dev/zero")
        (self.directory / "directory.cc").mkdir()
        self.page("fifo.cc", "device.cc", "directory.cc", "/proc/kmsg", "/dev/tty", "/proc/self/mem")
        self.page("/proc/kmsg", "/dev/zero", "/proc/self/environ", "dev/zero", sources=["/"])

    def test_that_claim_to_be_empty_are_not_shown(self):
        environment = {"SECRET": SECRET}
        ran = self.tool("-q", "--read", "-", "--html", "-", "--sources=/", text=report("/proc/self/environ"), **environment)
        self.assertNotIn(SECRET, ran.stdout)

    def test_of_many_megabytes_are_not_shown(self):
        (self.directory / "a.cc").write_text(SECRET + "\n" * (5 << 20))
        self.assert_hidden("a.cc")
        with open(self.directory / "sparse.cc", "w") as sparse:
            sparse.write(SECRET)
            sparse.truncate(1 << 40)
        self.assert_hidden("sparse.cc")

    def test_are_shown_with_lines_of_bounded_length(self):
        (self.directory / "a.cc").write_text(SECRET + "x" * 1_000_000)
        page = self.page("a.cc")
        self.assertIn(SECRET, page)
        self.assertLess(len(page), 100_000)

    def test_with_a_nul_in_their_name_are_not_shown(self):
        (self.directory / "a.cc").write_text(SECRET)
        self.assert_hidden("a.cc\0")

    def test_are_shown_ten_thousand_times_at_most(self):
        (self.directory / "a.cc").write_text("one\n")
        findings = [json.loads(line) for line in report("a.cc").splitlines()]
        findings[0]["findings"] = 10_050
        lines = [json.dumps(findings[0])] + [json.dumps(findings[1])] * 10_050
        ran = self.tool("-q", "--read", "-", "--html", "-", text="\n".join(lines))
        self.assertEqual(ran.stdout.count('class="here"'), 10_000)


class Inputs(WithFiles):
    """Inputs that are refused at once: no test reaches its timeout."""

    def refused(self, *arguments, status=125, **more):
        ran = self.tool(*arguments, **more)
        self.assertEqual(ran.returncode, status, ran.stderr)
        return ran.stderr

    def test_a_report_that_is_not_a_regular_file_is_refused(self):
        for name in (self.fifo("fifo"), "/dev/zero", "/dev/null"):
            self.assertIn(f'cannot read "{name}": it is not a regular file', self.refused("--read", name))
        self.assertIn("cannot read", self.refused("--read", "/proc/kmsg"))

    def test_a_report_that_is_too_large_is_refused(self):
        with open(self.directory / "sparse", "w") as sparse:
            sparse.truncate(1 << 40)
        self.assertIn('cannot read "sparse": it is too large', self.refused("--read", "sparse"))

    def test_a_program_that_is_not_a_regular_file_is_refused(self):
        self.assertIn("cannot run", self.refused(self.fifo("fifo"), status=126))
        self.assertIn("cannot run", self.refused("/dev/zero", status=126))

    def test_suppressions_that_are_not_a_regular_file_are_refused(self):
        name = self.fifo("fifo")
        self.assertIn(f'cannot read the suppressions "{name}": it is not a regular file',
                      self.refused("--suppressions", name, LEAKER, "clean"))
        self.assertIn("No such file", self.refused("--suppressions", "none", LEAKER, "clean"))

    def test_a_library_to_preload_that_is_not_a_regular_file_is_refused(self):
        self.assertIn("it is not a regular file", self.refused("--preload", self.fifo("fifo"), "true"))

    def test_the_library_does_not_block_on_suppressions(self):
        for name in (self.fifo("fifo"), "/dev/zero"):
            ran = subprocess.run([LEAKER, "clean"], env={"HANDRAIL_DEBUG": f"leakcheck=1,suppressions={name}"},
                                 capture_output=True, text=True, timeout=30)
            self.assertEqual(ran.stderr, f'handrail: cannot read the suppressions "{name}": it is not a regular file\n')

    def test_suppressions_with_many_wrong_lines_give_eleven_warnings(self):
        (self.directory / "rules").write_text("nonsense\n" * 1000)
        ran = subprocess.run([LEAKER, "clean"], env={"HANDRAIL_DEBUG": f"leakcheck=1,suppressions={self.directory}/rules"},
                             capture_output=True, text=True, timeout=30)
        self.assertEqual(ran.stderr.count("\n"), 11)
        self.assertIn("990 more lines are not rules; ignored", ran.stderr)


class Messages(WithFiles):
    NAME = "a\x1b[2J\n\u202eb"

    def assert_one_safe_line(self, ran, lines=1):
        self.assertEqual(ran.stderr.count("\n"), lines, ran.stderr)
        for bad in ("\x1b", "\u202e"):
            self.assertNotIn(bad, ran.stderr)
        self.assertIn(r"\x1b[2J\n\xe2\x80\xae", ran.stderr)

    def test_escape_file_names_and_stay_on_one_line(self):
        for arguments in (["--read", self.NAME], [self.NAME], [f"--{self.NAME}"], ["--level", self.NAME, "true"],
                          ["--html", f"none/{self.NAME}", "true"], ["--preload", self.NAME, "true"],
                          ["--suppressions", self.NAME, "true"], ["--sources", self.NAME, "--read", self.NAME]):
            with self.subTest(arguments):
                self.assert_one_safe_line(self.tool(*arguments))

    def test_escape_directory_names_and_stay_on_one_line(self):
        bad = self.directory / (self.NAME + ",")
        bad.mkdir()
        self.assert_one_safe_line(self.tool(LEAKER, "clean", TMPDIR=str(bad)))

    def test_escape_the_names_of_reports(self):
        for name in (self.NAME, self.NAME + "2"):
            (self.directory / name).write_text(report())
        ran = self.tool("--read", self.NAME, "--read", self.NAME + "2")
        self.assertNotIn("\x1b", ran.stderr)
        self.assertIn("a\\x1b[2J\\n\\xe2\\x80\\xaeb2:\n", ran.stderr)

    def test_suggest_a_remedy(self):
        bad = self.directory / "a,b"
        bad.mkdir()
        self.assertIn("set TMPDIR to another directory", self.tool(LEAKER, "clean", TMPDIR=str(bad)).stderr)
        (self.directory / "rules ").write_text("")
        self.assertIn("ends with a blank", self.tool("--suppressions", "rules ", LEAKER, "clean").stderr)


if __name__ == "__main__":
    TOOL, LEAKER = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
