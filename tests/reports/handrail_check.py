#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""handrail-check: how it runs programs, what it returns, what it refuses.

usage: handrail_check.py TOOL LEAKER [unittest options]
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import terminal
from schema import Validator

TOOL = LEAKER = ""
SARIF = pathlib.Path(__file__).with_name("sarif.schema.json")
MANUAL = pathlib.Path(__file__).parents[2] / "tools" / "handrail-check" / "handrail-check.1"


def environment(**more):
    clean = {k: v for k, v in os.environ.items() if k not in ("HANDRAIL_DEBUG", "LD_PRELOAD", "NO_COLOR")}
    return dict(clean, **more)


def check(*arguments, **more):
    options = {k: more.pop(k) for k in ("pass_fds", "cwd", "input") if k in more}
    return subprocess.run([TOOL, *map(str, arguments)], env=environment(**more), capture_output=True, text=True,
                          timeout=60, **options)


class WithFiles(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)


class Status(WithFiles):
    def test_is_0_when_nothing_was_found(self):
        self.assertEqual(check(LEAKER, "clean").returncode, 0)

    def test_is_exitcode_after_a_finding(self):
        self.assertEqual(check(LEAKER, "ring").returncode, 23)
        self.assertEqual(check("--exitcode", "7", LEAKER, "ring").returncode, 7)

    def test_counts_findings_from_failon_on(self):
        self.assertEqual(check(LEAKER, "open").returncode, 0)
        self.assertEqual(check("--failon=possible", LEAKER, "open").returncode, 23)
        self.assertEqual(check("--failon=never", LEAKER, "ring").returncode, 0)

    def test_is_the_program_s_own_if_that_is_not_0(self):
        self.assertEqual(check(LEAKER, "status").returncode, 3)
        self.assertEqual(check(LEAKER, "failing").returncode, 3)

    def test_is_128_and_the_signal(self):
        self.assertEqual(check(LEAKER, "crash").returncode, 128 + signal.SIGTERM)

    def test_is_125_when_there_is_no_report(self):
        # Without its library, a program that does not use handrail is not checked from outside either.
        ran = check("--no-preload", "true")
        self.assertEqual(ran.returncode, 125)
        self.assertIn("the program left no report", ran.stderr)

    def test_is_125_when_a_check_is_inconclusive(self):
        ran = check(LEAKER, "unreadable")
        self.assertEqual(ran.returncode, 125, ran.stderr)
        self.assertIn("0 findings; inconclusive, ", ran.stderr)
        for stderr in (ran.stderr, check("-q", LEAKER, "unreadable").stderr):
            self.assertRegex(stderr, r"(?m)^handrail-check: process \d+: inconclusive: the check was not completed, ")

    def test_reports_say_that_there_is_none(self):
        stale = self.directory / "report.sarif"
        stale.write_text("of an earlier run")
        page = self.directory / "report.html"
        check("--sarif", stale, "--html", page, LEAKER, "crash")
        (run,) = json.loads(stale.read_text())["runs"]
        (note,) = run["invocations"][0]["toolExecutionNotifications"]
        self.assertEqual((note["level"], run["results"]), ("error", []))
        self.assertIn("the program left no report", note["message"]["text"])
        self.assertIn("the program left no report", page.read_text())
        self.assertNotIn("findings</span>", page.read_text())

    def test_is_127_for_a_missing_program(self):
        ran = check(self.directory / "none")
        self.assertEqual(ran.returncode, 127)
        self.assertIn(f'cannot run "{self.directory}/none": No such file or directory', ran.stderr)

    def test_is_126_for_what_is_not_a_program(self):
        (self.directory / "text").write_text("no program")
        self.assertEqual(check(self.directory / "text").returncode, 126)

    def test_a_suppressed_finding_does_not_count(self):
        (self.directory / "rules").write_text("HR001:*leaker.cpp*\n")
        self.assertEqual(check("--suppressions", "rules", LEAKER, "ring", cwd=self.directory).returncode, 0)


class Running(WithFiles):
    def test_the_report_is_shown_on_stderr(self):
        ran = check(LEAKER, "ring")
        self.assertIn("HR001 certain   file ", ran.stderr)
        self.assertEqual(ran.stdout, "")

    def test_quiet_shows_nothing(self):
        self.assertEqual(check("-q", "--level=handles", LEAKER, "ring").stderr, "")

    def test_colour_is_for_terminals_unless_asked_for(self):
        self.assertNotIn("\x1b", check(LEAKER, "ring").stderr)
        self.assertIn("\x1b", check("--colour=always", LEAKER, "ring").stderr)

    def test_colour_is_not_for_those_who_do_not_want_it(self):
        def told(*options, **more):
            clean = {k: v for k, v in environment(**more).items() if k != "TERM" or k in more}
            return terminal.run_on_terminal([TOOL, *options, LEAKER, "ring"], clean)

        self.assertIn("\x1b[1;31mcertain\x1b[0m", told(TERM="xterm"))
        self.assertIn("\x1b", told(TERM="xterm", NO_COLOR=""))
        self.assertIn("\x1b", told("--colour=always", TERM="xterm", NO_COLOR="1"))
        for unwanted in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}, {}):
            self.assertIn("HR001", told(**unwanted))
            self.assertNotIn("\x1b", told(**unwanted))

    def test_lines_are_as_wide_as_the_terminal(self):
        told = terminal.run_on_terminal([TOOL, LEAKER, "ring"], environment(TERM="xterm", NO_COLOR="1"), columns=70)
        self.assertLess(60, max(map(len, told.splitlines())))
        self.assertLessEqual(max(map(len, told.splitlines())), 70)

    def test_settings_of_the_caller_are_passed_on_and_ours_win(self):
        told = check(LEAKER, "environment", HANDRAIL_DEBUG="trackback=3,leakcheck=0").stdout
        self.assertRegex(told, r"HANDRAIL_DEBUG=trackback=3,leakcheck=0,leakcheck=2,format=json,")

    def test_level_handles_preloads_nothing(self):
        told = check("--level=handles", LEAKER, "environment").stdout
        self.assertIn("leakcheck=1", told)
        self.assertIn("LD_PRELOAD=\n", told)

    def test_arguments_arrive_as_they_are(self):
        ran = check("--", "printf", "%s|", "--help", "a b", "", "--")
        self.assertEqual(ran.stdout, "--help|a b||--|")
        self.assertEqual(check("printf", "%s|", "--help").stdout, "--help|")

    def invocation(self, *command):
        log = json.loads(check("-q", "--sarif", "-", *command).stdout)
        self.assertEqual(Validator(json.loads(SARIF.read_text())).problems(log), [])
        return log["runs"][0]["invocations"][0]

    def test_arguments_cannot_mislead_in_a_report(self):
        told = self.invocation(LEAKER, "ring", "/dev/null", "\u202e")
        self.assertEqual(told["arguments"], ["ring", "/dev/null", r"\xe2\x80\xae"])

    def test_a_program_with_an_absolute_name_has_a_file_uri(self):
        program = self.directory / "a b"
        program.symlink_to(os.path.abspath(LEAKER))
        uri = f"file://{self.directory}/a%20b"
        self.assertEqual(self.invocation(program, "clean")["executableLocation"], {"uri": uri})
        self.assertEqual(self.invocation("true")["executableLocation"], {"uri": "true"})

    def test_each_process_is_reported(self):
        # Not preloaded, for a leaker with a sanitizer, which wants to come first.
        ran = check("--no-preload", "sh", "-c", f"'{LEAKER}' ring; '{LEAKER}' open")
        self.assertEqual(len(re.findall(r"(?m)^process \d+:$", ran.stderr)), 2)
        self.assertEqual(ran.returncode, 23)

    def test_the_program_has_its_caller_s_descriptors_and_no_other(self):
        # ls has one of its own, the directory that it lists. A preloaded library has one to the tool, too.
        with open("/dev/null", "rb") as extra:
            fds = {extra.fileno()}
            alone = subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True, pass_fds=fds)
            self.assertEqual(check("--no-preload", "ls", "/proc/self/fd", pass_fds=fds).stdout, alone.stdout)
            self.assertIn(str(extra.fileno()), alone.stdout.split())

    def test_the_program_has_its_caller_s_directory_and_environment(self):
        with tempfile.TemporaryDirectory() as directory:
            ran = check("--level=handles", "sh", "-c", "pwd -P; env", cwd=directory, MARK="x y")
        where, *variables = ran.stdout.splitlines()
        self.assertEqual(where, os.path.realpath(directory))
        ours = {k: v for k, v in (each.split("=", 1) for each in variables if "=" in each) if k in os.environ}
        for name in ("PATH", "HOME"):
            self.assertEqual(ours.get(name), os.environ.get(name))
        self.assertIn("MARK=x y", variables)

    def test_json_is_one_object_a_line(self):
        lines = [json.loads(line) for line in check("-q", "--json", "-", LEAKER, "ring").stdout.splitlines()]
        self.assertEqual([each.get("id") for each in lines], [None, "HR001", "HR020"])

    def test_suppressions_that_hid_nothing_are_named(self):
        (self.directory / "rules").write_text("HR001:*leaker.cpp*\nHR031:*\n")
        ran = check("--suppressions", self.directory / "rules", LEAKER, "ring")
        self.assertIn('line 2: "HR031:*" hid nothing', ran.stderr)
        self.assertNotIn("line 1", ran.stderr)

    def test_nothing_is_left_behind(self):
        check(LEAKER, "ring", TMPDIR=str(self.directory))
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_an_output_that_cannot_be_written_is_told_before_the_program_runs(self):
        ran = check("--html", self.directory / "none" / "x.html", "touch", self.directory / "ran")
        self.assertEqual(ran.returncode, 125)
        self.assertIn("cannot write", ran.stderr)
        self.assertFalse((self.directory / "ran").exists())

    def test_a_comma_that_cannot_be_passed_on_is_told(self):
        comma = self.directory / "a,b"
        comma.mkdir()
        ran = check(LEAKER, "clean", TMPDIR=str(comma))
        self.assertEqual(ran.returncode, 125)
        self.assertIn("contains a comma", ran.stderr)


class Signals(unittest.TestCase):
    def setUp(self):
        self.tool = subprocess.Popen([TOOL, "-q", "--", "cat"], env=environment(), stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.enterContext(self.tool)
        self.addCleanup(self.tool.kill)
        self.echo()

    def echo(self):
        self.tool.stdin.write("on\n")
        self.tool.stdin.flush()
        self.assertEqual(self.tool.stdout.readline(), "on\n")

    def test_sigterm_is_passed_on(self):
        self.tool.send_signal(signal.SIGTERM)
        self.assertEqual(self.tool.wait(60), 128 + signal.SIGTERM)

    def test_sighup_is_passed_on(self):
        self.tool.send_signal(signal.SIGHUP)
        self.assertEqual(self.tool.wait(60), 128 + signal.SIGHUP)

    def test_sigint_is_passed_on(self):
        self.tool.send_signal(signal.SIGINT)
        self.assertEqual(self.tool.wait(60), 128 + signal.SIGINT)

    def test_sigquit_is_passed_on(self):
        self.tool.send_signal(signal.SIGQUIT)
        self.assertEqual(self.tool.wait(60), 128 + signal.SIGQUIT)


class Dispositions(unittest.TestCase):
    """What the program finds of signals; kill in a shell that ignores one does nothing."""

    def test_signals_that_the_tool_handles_have_their_default(self):
        for name in ("INT", "QUIT", "TERM", "HUP"):
            number = getattr(signal, "SIG" + name)
            self.assertEqual(check("-q", "sh", "-c", f"ulimit -c 0; kill -{name} $$; exit 0").returncode, 128 + number)

    def test_a_signal_that_the_caller_ignores_stays_ignored(self):
        ran = subprocess.run(["sh", "-c", f"trap '' HUP; '{TOOL}' -q sh -c 'kill -HUP $$; exit 5'"], env=environment())
        self.assertEqual(ran.returncode, 5)

    def test_the_mask_is_the_caller_s(self):
        ran = check("grep", "SigBlk", "/proc/self/status")
        self.assertRegex(ran.stdout, r"^SigBlk:\t0+$")


class Preload(WithFiles):
    def preloaded(self, *options, **more):
        told = check(*options, LEAKER, "environment", **more).stdout
        return re.search(r"LD_PRELOAD=(.*)", told).group(1)

    def test_is_the_block_map_library(self):
        self.assertRegex(self.preloaded(), r"^/.*/libhandrail_block_map\.so[.0-9]*$")

    def test_comes_before_the_caller_s(self):
        self.assertRegex(self.preloaded(LD_PRELOAD="libc.so.6"), r"/libhandrail_block_map\.so[.0-9]*:libc\.so\.6$")

    def test_is_off_on_demand(self):
        self.assertEqual(self.preloaded("--no-preload"), "")

    def test_is_off_for_programs_with_address_sanitizer(self):
        program = self.directory / "program"
        program.write_text("#!/bin/sh\necho LD_PRELOAD=$LD_PRELOAD # __asan_init\n")
        program.chmod(0o755)
        self.assertEqual(check(program).stdout, "LD_PRELOAD=\n")

    def test_lets_level_full_see_through_a_standard_pointer(self):
        self.assertIn("HR001 possible", check(LEAKER, "standard").stderr)
        self.assertNotIn("HR001", check("--level=handles", LEAKER, "standard").stderr)

    def test_a_library_that_is_not_there_is_told(self):
        ran = check("--preload", "/none.so", LEAKER, "clean")
        self.assertEqual(ran.returncode, 125)
        self.assertIn('cannot preload "/none.so": there is no such file', ran.stderr)


class Usage(unittest.TestCase):
    def refused(self, *arguments):
        ran = check(*arguments)
        self.assertEqual((ran.returncode, ran.stdout), (125, ""))
        self.assertEqual(ran.stderr.count("\n"), 1)
        return ran.stderr

    def test_a_bad_option_is_named(self):
        self.assertIn("'--bad'", self.refused("--bad", "true"))

    def test_a_bad_value_is_told_with_what_is_wanted(self):
        self.assertIn('--failon must be certain, possible or never, not "maybe"', self.refused("--failon=maybe", "true"))
        self.assertIn('--level must be handles or full, not "2"', self.refused("--level=2", "true"))
        self.assertIn("--exitcode must be a number from 0 to 255", self.refused("--exitcode=256", "true"))
        self.assertIn("'--exitcode'", self.refused("--exitcode=x", "true"))

    def test_a_value_may_be_the_name_of_an_option(self):
        with tempfile.TemporaryDirectory() as directory:
            ran = check("--json", "json", "--html", "--quiet", "-q", "--level", "handles", LEAKER, "ring", cwd=directory)
            self.assertEqual((ran.returncode, ran.stderr), (23, ""))
            self.assertEqual(sorted(os.listdir(directory)), ["--quiet", "json"])

    def test_a_missing_value_is_told(self):
        self.assertIn("'--html'", self.refused("--html"))

    def test_a_missing_program_is_told(self):
        self.assertIn("no program to run", self.refused())
        self.assertIn("no program to run", self.refused("--"))

    def test_read_runs_nothing(self):
        self.assertIn("exclude each other", self.refused("--read", "x", "true"))
        self.assertIn("--suppressions applies to a program that is run", self.refused("--read", "x", "--suppressions", "y"))

    def test_help_and_version_go_to_stdout(self):
        self.assertTrue(check("--help").stdout.startswith("usage: handrail-check "))
        self.assertRegex(check("--version").stdout, r"^handrail-check \d+\.\d+\.\d+\n$")

    def test_the_manual_has_the_options_of_the_help(self):
        helped = set(re.findall(r"--([a-z][a-z-]+)", check("--help").stdout.split("options:")[1]))
        manual = {name.replace("\\", "") for name in re.findall(r"(?m)^\.It .*?Fl -([a-z-]+)", MANUAL.read_text())}
        self.assertEqual(helped, manual)


if __name__ == "__main__":
    # A background job of a shell, or one under nohup, begins with some of these ignored, and so would the programs
    # started here.
    for ended_by in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ended_by, signal.SIG_DFL)
    TOOL, LEAKER = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
