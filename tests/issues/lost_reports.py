#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Bug: reports were lost on full or closed streams, on full disks, in directories with unusual
names, and when one of several processes wrote none; old results stayed after a failed run.
Correct: a report is written completely or its loss is reported, and results of earlier runs are
removed.

usage: reports_that_arrive.py TOOL LEAKER [unittest options]
"""

import fcntl
import json
import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

TOOL = LEAKER = ""
PIPE_SIZE = 4096
REPORT = json.dumps({"schema_version": 2, "findings": 0, "complete": True, "missing": "", "handles": 0, "cleanups": 0,
                     "opaque": 0, "pause": 1, "duration": 1, "modules": []}) + "\n"
# Shell code: sets d to the directory in which the tool expects reports.
DIRECTORY = "d=${HANDRAIL_DEBUG##*,out=}; d=${d%/*}"


def environment(**more):
    clean = {k: v for k, v in os.environ.items() if k not in ("HANDRAIL_DEBUG", "LD_PRELOAD", "NO_COLOR", "TERM")}
    return dict(clean, **more)


def with_default_signals():
    """Runs in the child. Python ignores these two signals."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)


def with_small_files(size=100):
    def limit():
        with_default_signals()
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


class WithFiles(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.directory)

    def run_leaker(self, debug, *arguments, **more):
        how = dict(dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE), **more)
        return subprocess.run([LEAKER, *arguments], env=environment(HANDRAIL_DEBUG=debug), text=True, timeout=60,
                              preexec_fn=how.pop("preexec_fn", with_default_signals), **how)

    def tool(self, *arguments, variables=None, **more):
        how = dict(dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE), **more)
        return subprocess.run([TOOL, *map(str, arguments)], env=environment(**(variables or {})), text=True, timeout=60,
                              cwd=self.directory, preexec_fn=how.pop("preexec_fn", with_default_signals), **how)

    def slow_pipe(self, command, env, stream, **more):
        """Returns the status and the text that the command writes through a small non-blocking pipe,
        which is read only after it has been full."""
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        os.set_blocking(writer, False)
        with open(reader, encoding="utf-8") as out:
            process = subprocess.Popen(command, env=env, **{stream: writer}, **more)
            os.close(writer)
            text = out.read()
            return process.wait(60), text


class Streams(WithFiles):
    def rings(self, n):
        f = {"id": "HR001", "grade": "certain", "resource": "file 7", "leaked_now": True, "path": [], "advice": "",
             "fingerprint": "the last word", "count": 1, "references": 1, "references_inside": 1,
             "opened": {"file": "", "line": 0, "function": ""}, "age": 0, "frames": []}
        return json.dumps(dict(json.loads(REPORT), findings=n)) + "\n" + (json.dumps(f) + "\n") * n

    def test_a_non_blocking_stream_gets_the_whole_report(self):
        status, text = self.slow_pipe([LEAKER, "named"], environment(HANDRAIL_DEBUG="leakcheck=1"), "stderr")
        self.assertEqual(status, 0)
        self.assertGreater(len(text), 2 * PIPE_SIZE)
        self.assertIn("-rdynamic", text.splitlines()[-1])  # how to get the names of its frames

    def test_the_tool_writes_everything_to_non_blocking_streams(self):
        (self.directory / "r").write_text(self.rings(1000))
        for options, stream, end in ((["--read", "r"], "stderr", "  advice"),
                                     (["-q", "--json", "-", "--read", "r"], "stdout", '{"id":"HR001"')):
            status, text = self.slow_pipe([TOOL, *options], environment(), stream, cwd=self.directory)
            self.assertEqual(status, 23)
            self.assertGreater(len(text), 2 * PIPE_SIZE)
            self.assertTrue(text.splitlines()[-1].startswith(end))

    def closed_pipe(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        return writer

    def test_a_closed_stream_does_not_kill_the_program(self):
        self.assertEqual(self.run_leaker("leakcheck=1", "failing", stderr=self.closed_pipe()).returncode, 3)

    def test_a_closed_stream_is_an_error_of_the_tool(self):
        self.assertEqual(self.tool(LEAKER, "ring", stderr=self.closed_pipe()).returncode, 125)
        ran = self.tool("-q", "--json", "-", LEAKER, "ring", stdout=self.closed_pipe())
        self.assertEqual(ran.returncode, 125)
        self.assertIn("cannot write all to standard output: Broken pipe", ran.stderr)

    def test_a_full_device_is_an_error_of_the_tool_but_not_of_the_program(self):
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.run_leaker("leakcheck=1", "failing", stderr=full).returncode, 3)
            self.assertEqual(self.tool(LEAKER, "ring", stderr=full).returncode, 125)
            self.assertIn("No space left", self.tool("-q", "--json", "-", LEAKER, "ring", stdout=full).stderr)

    def test_a_help_text_that_cannot_be_written_is_an_error(self):
        for option in ("--help", "--version"):
            with open("/dev/full", "wb") as full:
                ran = self.tool(option, stdout=full)
            self.assertEqual((ran.returncode, ran.stderr.count("No space left")), (125, 1))

    def test_files_are_written_although_the_stream_is_closed(self):
        self.tool("--json", "r.json", LEAKER, "ring", stderr=self.closed_pipe())
        self.assertIn("HR001", (self.directory / "r.json").read_text())

    def test_a_limit_of_file_sizes_does_not_kill_the_program(self):
        with open(self.directory / "stderr", "w") as small:
            ran = self.run_leaker("leakcheck=1", "failing", stderr=small, preexec_fn=with_small_files())
        self.assertEqual(ran.returncode, 3)
        self.assertEqual((self.directory / "stderr").stat().st_size, 100)

    def test_a_report_that_does_not_fit_its_file_goes_to_stderr(self):
        out = self.directory / "report"
        ran = self.run_leaker(f"leakcheck=1,out={out}", "failing", preexec_fn=with_small_files())
        self.assertEqual(ran.returncode, 3)
        self.assertIn(f'cannot write the report to "{out}": File too large\n', ran.stderr)
        self.assertIn("HR020", ran.stderr)
        self.assertEqual(out.read_text(), "")

    def test_signals_that_others_raise_are_not_suppressed(self):
        ran = self.run_leaker("leakcheck=1", "signalled", stderr=self.closed_pipe())
        self.assertEqual(ran.returncode, -signal.SIGPIPE)

    def test_the_program_inherits_the_signal_dispositions_of_the_caller(self):
        ran = self.tool("-q", "sh", "-c", "ulimit -c 0; kill -PIPE $$; exit 0")
        self.assertEqual(ran.returncode, 128 + signal.SIGPIPE)
        ran = self.tool("-q", "sh", "-c", "kill -PIPE $$; exit 5",
                        preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN))
        self.assertEqual(ran.returncode, 5)


class Files(WithFiles):
    def test_a_relative_path_is_relative_to_the_directory_at_start(self):
        self.run_leaker("leakcheck=1,out=report", "moved", cwd=self.directory)
        self.assertIn("HR020", (self.directory / "report").read_text())

    def test_a_doubled_percent_sign_is_one_percent_sign(self):
        self.run_leaker(f"leakcheck=1,out={self.directory}/%%p.%x.%", "open")
        self.assertIn("HR020", (self.directory / "%p.%x.%").read_text())

    def test_percent_u_differs_between_processes(self):
        for _ in range(2):
            self.run_leaker(f"leakcheck=1,out={self.directory}/r.%u", "open")
        self.assertEqual(len(list(self.directory.glob("r.*"))), 2)

    def test_an_old_report_is_removed_when_a_program_writes_none(self):
        out = self.directory / "report"
        for what in ("crash", "open"):
            out.write_text("of an earlier run")
            self.run_leaker(f"leakcheck=1,out={out}", what)
            self.assertNotIn("earlier", out.read_text())

    def test_a_file_is_not_changed_when_the_check_is_off(self):
        out = self.directory / "report"
        for debug in ("leakcheck=0", "leakcheck=1,atexit=0"):
            out.write_text("kept")
            self.run_leaker(f"{debug},out={out}", "open")
            self.assertEqual(out.read_text(), "kept")


class Processes(WithFiles):
    def assert_arrives(self, tmpdir, what="open"):
        ran = self.tool("--level=handles", LEAKER, what, variables={"TMPDIR": tmpdir})
        self.assertIn("HR020", ran.stderr)
        self.assertEqual(ran.returncode, 0)

    def test_a_report_arrives_in_any_directory(self):
        for name in ("100%", "%p", "%u%%p", " a b", "\u202e"):
            (self.directory / name).mkdir()
            self.assert_arrives(str(self.directory / name))

    def test_a_report_arrives_in_a_relative_directory(self):
        (self.directory / "tmp").mkdir()
        self.assert_arrives("tmp")
        self.assert_arrives("tmp", "moved")
        self.assertEqual(list((self.directory / "tmp").iterdir()), [])

    def shell(self, script, *options, **more):
        return self.tool("--no-preload", *options, "sh", "-c", f"{DIRECTORY}; {script}", LEAKER, **more)

    def test_processes_of_one_id_are_all_reported(self):
        ran = self.shell(f"for n in 1 2; do printf %s '{REPORT}' >$d/report.7.$n; done")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        for name in ("process 7:", "process 7 (2):"):
            self.assertIn(f"{name}\nhandrail: 0 findings", ran.stderr)

    def test_a_damaged_report_does_not_hide_the_others(self):
        damaged = (f"printf '{{' >$d/report.5.1", "mkfifo $d/report.5.1", "ln -s /dev/zero $d/report.5.1",
                   f"printf %s '{REPORT}' >$d/x; ln -s x $d/report.5.1", "mkdir $d/report.5.1")
        for how in damaged:
            with self.subTest(how):
                ran = self.shell(f"{how}; \"$0\" open", "--html", "page", "--sarif", "sarif")
                self.assertIn("HR020", ran.stderr)
                self.assertIn("handrail-check: the report of process 5 is lost: ", ran.stderr)
                self.assertEqual(ran.returncode, 125)
                self.assertIn("the report of process 5 is lost", (self.directory / "page").read_text())
                self.assertIn("the report of process 5 is lost", (self.directory / "sarif").read_text())

    def test_a_process_without_a_report_is_named(self):
        ran = self.shell('"$0" crash; "$0" open', "--html", "page", "--sarif", "sarif")
        self.assertEqual(ran.returncode, 0)
        self.assertIn("HR020", ran.stderr)
        expected = " left no report: it still runs, or was ended by a signal, by _exit() or by exec()"
        self.assertRegex(ran.stderr, r"(?m)^handrail-check: process \d+" + expected.replace("(", r"\(").replace(")", r"\)"))
        self.assertIn(expected, (self.directory / "page").read_text())
        (run,) = json.loads((self.directory / "sarif").read_text())["runs"]
        self.assertIn(expected, run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"])

    def test_a_child_that_outlives_the_tool_is_named_and_reports_on_stderr(self):
        reader, writer = os.pipe()
        os.mkfifo(self.directory / "ready")
        script = f'"$0" waiting <&{reader} >ready & read ready <ready; "$0" open'
        with open(self.directory / "stderr", "w+") as errors:
            ran = self.shell(script, pass_fds=[reader], stderr=errors)
            os.close(reader)
            self.assertEqual(ran.returncode, 0)
            before = (self.directory / "stderr").read_text()
            self.assertIn(" left no report: it still runs", before)
            os.close(writer)  # ends the child's input
            wait = """while ! grep -q '"id":"HR020"' stderr; do :; done"""
            subprocess.run(["sh", "-c", wait], cwd=self.directory, timeout=30, check=True)
            self.assertIn("cannot write the report to", (self.directory / "stderr").read_text())


class Outputs(WithFiles):
    OPTIONS = ("json", "sarif", "dot", "html")

    def old(self):
        for each in self.OPTIONS:
            (self.directory / each).write_text("of an earlier run")
        return [f"--{each}={each}" for each in self.OPTIONS]

    def assert_nothing_old(self):
        for each in self.OPTIONS:
            path = self.directory / each
            self.assertNotIn("earlier", path.read_text() if path.exists() else "")
        self.assertEqual([p.name for p in self.directory.iterdir() if p.name.startswith(".")], [])

    def test_of_an_earlier_run_are_gone_after_one_that_failed(self):
        for command in (["./none"], ["--read", "none"], ["--suppressions", "none", LEAKER, "ring"], [LEAKER, "crash"],
                        ["--preload", "/none", "true"], ["--no-preload", "true"]):
            with self.subTest(command):
                self.assertNotEqual(self.tool(*self.old(), *command).returncode, 0)
                self.assert_nothing_old()

    def test_of_an_earlier_run_are_gone_when_the_tool_is_killed(self):
        self.tool(*self.old(), "sh", "-c", "kill -KILL $PPID")
        self.assert_nothing_old()

    def test_that_do_not_fit_are_removed(self):
        (self.directory / "r").write_text(REPORT)
        ran = self.tool("-q", *self.old(), "--read", "r", preexec_fn=with_small_files())
        self.assertEqual(ran.returncode, 125)
        self.assertIn('cannot write "json": File too large', ran.stderr)
        self.assertEqual({p.name for p in self.directory.iterdir()} & set(self.OPTIONS), set())
        self.assert_nothing_old()

    def test_keep_their_mode_and_links_to_them(self):
        (self.directory / "real").write_text("old")
        (self.directory / "real").chmod(0o640)
        (self.directory / "json").symlink_to("real")
        self.tool("-q", "--json", "json", "--html", "page", LEAKER, "ring")
        self.assertTrue((self.directory / "json").is_symlink())
        self.assertIn("HR001", (self.directory / "real").read_text())
        self.assertEqual(stat.S_IMODE((self.directory / "real").stat().st_mode), 0o640)
        mask = os.umask(0)
        os.umask(mask)
        self.assertEqual(stat.S_IMODE((self.directory / "page").stat().st_mode), 0o666 & ~mask)

    def test_may_be_what_is_read(self):
        for text, status in ((REPORT, 0), ("no report", 125)):
            (self.directory / "r").write_text(text)
            ran = self.tool("-q", "--read", "r", "--json", "r")
            self.assertEqual(ran.returncode, status, ran.stderr)
            self.assertEqual(json.loads((self.directory / "r").read_text()) if status == 0 else "no report",
                             json.loads(REPORT) if status == 0 else (self.directory / "r").read_text())

    def test_may_be_the_suppressions_that_are_read(self):
        (self.directory / "rules").write_text("HR001:*\nHR020:*\n")
        ran = self.tool("-q", "--suppressions", "rules", "--json", "rules", LEAKER, "ring")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(json.loads((self.directory / "rules").read_text().splitlines()[0])["findings"], 0)

    def test_may_be_a_device_or_a_fifo_with_a_reader(self):
        os.mkfifo(self.directory / "fifo")
        with subprocess.Popen(["cat", "fifo"], cwd=self.directory, stdout=subprocess.PIPE, text=True) as reader:
            # This open returns when the reader has opened its end.
            with open(self.directory / "fifo", "w"):
                ran = self.tool("-q", "--json", "fifo", "--html", "/dev/null", "--dot", "/dev/stdout", LEAKER, "ring")
            self.assertIn("HR001", reader.stdout.read())
        self.assertEqual(ran.returncode, 23, ran.stderr)
        self.assertIn("digraph", ran.stdout)

    def test_may_be_files_in_memory(self):
        if not os.path.isdir("/dev/shm"):
            self.skipTest("no /dev/shm")
        with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
            old = pathlib.Path(memory, "old")
            old.write_text("of an earlier run")
            ran = self.tool("-q", "--json", old, "--html", f"{memory}/new", LEAKER, "ring")
            self.assertEqual(ran.returncode, 23, ran.stderr)
            self.assertIn("HR001", pathlib.Path(memory, "new").read_text())
            self.assertTrue(old.read_text().startswith("{"), old.read_text())

    def test_that_are_open_already_are_not_replaced(self):
        file = self.directory / "file"
        with open(file, "w") as out:
            out.write("before\n")
            out.flush()
            self.tool("-q", "--json", "/dev/stdout", "--dot", "/proc/self/fd/1", LEAKER, "ring", stdout=out)
        self.assertTrue(file.read_text().startswith("before\n{"))
        self.assertIn("digraph", file.read_text())

    def test_that_are_fifos_without_a_reader_are_refused_at_once(self):
        os.mkfifo(self.directory / "fifo")
        ran = self.tool("--json", "fifo", "true")
        self.assertEqual(ran.returncode, 125)
        self.assertIn('cannot write "fifo": nobody reads from it', ran.stderr)


if __name__ == "__main__":
    TOOL, LEAKER = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
