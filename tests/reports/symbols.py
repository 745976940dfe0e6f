#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""handrail-check: the names of frames, by debug information.

usage: symbols.py TOOL DIRECTORY [unittest options]

The directory has the programs inlined-pie, inlined-fixed, inlined-static and inlined-library.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOL = PROGRAMS = ""
SOURCE = pathlib.Path(__file__).with_name("inlined.hpp")
CLEAN = {k: v for k, v in os.environ.items() if k not in ("HANDRAIL_DEBUG", "LD_PRELOAD", "DEBUGINFOD_URLS")}
CLEAN["ASAN_OPTIONS"] = "detect_leaks=0"  # the programs leak on purpose


def line_of(mark):
    return next(n for n, line in enumerate(SOURCE.read_text().splitlines(), 1) if line.endswith("// " + mark))


def check(*arguments, text=None):
    return subprocess.run([TOOL, *map(str, arguments)], env=dict(CLEAN, HANDRAIL_DEBUG="trackback=32"), input=text, capture_output=True, text=True, timeout=60)


def frames(report):
    """Of the only finding in a report as JSON."""
    return [f["frames"] for f in map(json.loads, report.splitlines()[1:])][0]


class WithFiles(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.directory)

    def copy(self, name="inlined-static"):
        """A program that can be changed."""
        return pathlib.Path(shutil.copy(PROGRAMS / name, self.directory / "program"))

    def report_of(self, program):
        """As the program writes it, without the tool."""
        out = self.directory / "report"
        debug = f"leakcheck=1,trackback=32,format=json,out={out}"
        subprocess.run([program], env=dict(CLEAN, HANDRAIL_DEBUG=debug), check=True, timeout=60)
        return out.read_text()


class Names(WithFiles):
    def assert_names(self, text, program):
        text = " ".join(text.split())
        self.assertRegex(text, rf"::open_log\S* at inlined.hpp:{line_of('opened')} in {program}, inlined")
        self.assertRegex(text, rf"::serve\S* at inlined.hpp:{line_of('inlined')} in {program} ")
        self.assertRegex(text, rf"main at inlined.cpp:\d+ in {program}")
        self.assertNotIn(f"{program}+0x", text)

    def test_are_functions_files_and_lines_also_of_inlined_calls(self):
        for program in ("inlined-pie", "inlined-fixed", "inlined-static"):
            with self.subTest(program):
                self.assert_names(check("--level=handles", PROGRAMS / program).stderr, program)

    def test_are_there_for_shared_libraries(self):
        told = check("--level=handles", PROGRAMS / "inlined-library").stderr
        self.assertRegex(" ".join(told.split()), r"::serve\S* at inlined\.hpp:\d+ in libinlined\.so")

    def test_are_in_the_page_and_in_sarif(self):
        text = self.report_of(PROGRAMS / "inlined-pie")
        page = check("--read", "-", "--html", "-", text=text).stdout
        self.assertRegex(page, rf"::open_log\S* at inlined.hpp:{line_of('opened')}")
        log = json.loads(check("--read", "-", "--sarif", "-", text=text).stdout)
        first = log["runs"][0]["results"][0]["stacks"][0]["frames"][0]["location"]
        self.assertEqual(first["physicalLocation"]["region"]["startLine"], line_of("opened"))

    def test_begin_with_the_program_s_own_functions(self):
        named = frames(check("-q", "--level=handles", "--json", "-", PROGRAMS / "inlined-static").stdout)
        self.assertRegex(named[0]["function"], r"^\(anonymous namespace\)::open_log")
        self.assertEqual([f["inlined"] for f in named[:2]], [True, False])

    def test_are_the_same_when_a_report_is_read_again(self):
        once = check("-q", "--level=handles", "--json", "-", PROGRAMS / "inlined-pie").stdout
        self.assertEqual(frames(check("-q", "--read", "-", "--json", "-", text=once).stdout), frames(once))


class Missing(WithFiles):
    def test_a_program_alone_names_no_function_that_it_does_not_export_and_says_how_to_get_names(self):
        ran = subprocess.run([PROGRAMS / "inlined-pie"], env=dict(CLEAN, HANDRAIL_DEBUG="leakcheck=1"),
                             capture_output=True, text=True, timeout=60)
        told = " ".join(ran.stderr.split())
        self.assertRegex(told, r"inlined-pie\+0x[0-9a-f]+")
        self.assertIn("names some functions are not exported by their modules: run the program under handrail-check", told)

    def test_a_program_that_has_been_replaced_since_is_not_asked(self):
        program = self.copy()
        text = self.report_of(program)
        program.unlink()
        self.copy("inlined-fixed")
        told = check("--read", "-", text=text).stderr
        self.assertRegex(told, rf"frames in {program} have no names: the file has been replaced since "
                               r"\(its build id is [0-9a-f]+, that of the program was [0-9a-f]+\)")
        self.assertIn("program+0x", told)

    def test_a_program_that_is_gone_is_named(self):
        program = self.copy()
        text = self.report_of(program)
        program.unlink()
        told = check("--read", "-", text=text).stderr
        self.assertIn(f"frames in {program} have no names: the file cannot be read: No such file", told)

    def test_what_is_not_a_regular_file_is_not_waited_for(self):
        program = self.copy()
        text = self.report_of(program)
        program.unlink()
        os.mkfifo(program)
        self.assertIn("it is not a regular file", check("--read", "-", text=text).stderr)

    def test_a_file_that_is_not_a_program_is_refused(self):
        program = self.copy()
        text = self.report_of(program)
        program.write_bytes(b"\x7fELF and nothing else")
        told = check("--read", "-", text=text).stderr
        self.assertIn(f"frames in {program} have no names: ", told)
        self.assertIn("program+0x", told)

    def test_a_stripped_program_has_a_hint(self):
        program = self.copy()
        subprocess.run(["strip", program], check=True)
        told = " ".join(check("--level=handles", program).stderr.split())
        self.assertIn("program+0x", told)
        self.assertIn("names some modules have no debug information", told)


class Separate(WithFiles):
    def test_debug_information_beside_the_program_is_found(self):
        program = self.copy()
        subprocess.run(["objcopy", "--only-keep-debug", program, f"{program}.debug"], check=True)
        subprocess.run(["strip", program], check=True)
        subprocess.run(["objcopy", f"--add-gnu-debuglink={program}.debug", program], check=True, cwd=self.directory)
        told = check("--level=handles", program).stderr
        self.assertRegex(" ".join(told.split()), r"::serve\S* at inlined.hpp:")


if __name__ == "__main__":
    TOOL, PROGRAMS = os.path.abspath(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
