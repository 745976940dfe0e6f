#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""What HANDRAIL_DEBUG makes of the end of a program.

usage: exit_report.py LEAKER [unittest options]
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import terminal
from schema import Validator

LEAKER = ""
SCHEMA = pathlib.Path(__file__).parents[2] / "docs" / "leak-check-report.schema.json"


def environment(debug, **more):
    clean = {k: v for k, v in os.environ.items() if k not in ("HANDRAIL_DEBUG", "NO_COLOR", "TERM")}
    return dict(clean, HANDRAIL_DEBUG=debug, **more)


def run(debug, *arguments, program=None, **more):
    return subprocess.run([program or LEAKER, *arguments], env=environment(debug, **more),
                          capture_output=True, text=True, timeout=60)


def run_on_terminal(debug, *arguments, columns=80, **more):
    return terminal.run_on_terminal([LEAKER, *arguments], environment(debug, **more), columns)


class WithFiles(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)

    def file(self, name, content):
        path = self.directory / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    @property
    def out(self):
        return self.directory / "report"


class Reports(WithFiles):
    def test_a_finding_is_told_on_stderr(self):
        told = run("leakcheck=1", "ring").stderr
        self.assertIn("HR001 certain   file ", told)
        self.assertIn("cleanup at leaker.cpp:", told)

    def test_a_cycle_that_nothing_collects_is_told_with_its_types(self):
        told = run("leakcheck=1", "cycle").stderr
        self.assertIn("HR021 certain   group of 2 managed objects", told)
        self.assertEqual(told.count("node -> edge"), 2)

    def test_a_cycle_that_was_collected_is_not_told(self):
        self.assertEqual(run("leakcheck=1", "collected").stderr, "")

    def test_an_undeclared_edge_is_told_with_type_and_offset(self):
        told = run("leakcheck=1", "undeclared").stderr
        self.assertIn("HR005 possible", told)
        self.assertIn("edge at offset +8 of (anonymous namespace)::forgetful", told.replace("\n                  ", " "))

    def test_without_a_finding_stderr_is_empty(self):
        self.assertEqual(run("leakcheck=1", "clean").stderr, "")

    def test_without_a_finding_stderr_says_that_the_check_failed(self):
        told = run("leakcheck=2", "unreadable").stderr.replace("\n                  ", " ")
        self.assertIn("0 findings; inconclusive", told)
        self.assertIn("the check was not completed", told)

    def test_a_handle_that_ends_with_the_static_objects_is_not_reported(self):
        self.assertEqual(run("leakcheck=1", "static").stderr, "")

    def test_a_forked_child_leaves_the_report_to_its_parent(self):
        self.assertEqual(run("leakcheck=1", "fork").stderr.count("HR020"), 1)

    def test_without_a_finding_a_report_file_says_so(self):
        run(f"leakcheck=1,format=json,out={self.out}", "clean")
        self.assertEqual(json.loads(self.out.read_text())["findings"], 0)

    def test_a_report_file_gets_all_and_stderr_nothing(self):
        self.assertEqual(run(f"leakcheck=1,out={self.out}", "ring").stderr, "")
        self.assertIn("HR001", self.out.read_text())

    def test_percent_p_is_the_process(self):
        run(f"leakcheck=1,out={self.directory}/r.%p", "ring")
        (written,) = self.directory.iterdir()
        self.assertGreater(int(written.name.removeprefix("r.")), 1)

    def test_a_report_file_is_its_owner_s_only(self):
        run(f"leakcheck=1,out={self.out}", "ring")
        self.assertEqual(self.out.stat().st_mode & 0o777, 0o600)

    def test_a_report_follows_no_link_and_is_not_lost(self):
        target = self.file("target", "precious")
        self.out.symlink_to(target)
        told = run(f"leakcheck=1,out={self.out}", "ring").stderr
        self.assertEqual(target.read_text(), "precious")
        self.assertIn("cannot write the report", told)
        self.assertIn("HR001", told)

    def test_lines_of_text_keep_to_a_hundred_columns(self):
        for line in run("leakcheck=1", "ring").stderr.splitlines():
            self.assertLessEqual(len(line), 100)

    def test_a_name_is_escaped_in_text_and_json(self):
        name = self.file("a\x1b[2J\n\"b", "")
        told = run("leakcheck=1", "ring", str(name)).stderr
        self.assertNotIn("\x1b", told)
        self.assertIn(r"a\x1b[2J\n\"b", told.replace("\n                  ", ""))
        run(f"leakcheck=1,format=json,out={self.out}", "ring", str(name))
        resources = [json.loads(line)["resource"] for line in self.out.read_text().splitlines()[1:]]
        self.assertTrue(all(r'a\x1b[2J\n\"b"' in r for r in resources), resources)

    def test_a_path_in_a_warning_cannot_mislead(self):
        told = run(f"leakcheck=1,out={self.directory}/\u202e/report", "ring").stderr
        self.assertIn(r"cannot write the report to", told)
        self.assertIn(r"/\xe2\x80\xae/report", told)
        self.assertNotIn("\u202e", told)

    def test_a_fingerprint_has_no_address(self):
        def fingerprints():
            run(f"leakcheck=1,format=json,out={self.out}", "ring")
            return [json.loads(line)["fingerprint"] for line in self.out.read_text().splitlines()[1:]]

        first = fingerprints()
        self.assertEqual(len(first), 2)
        self.assertEqual(first, fingerprints())
        self.assertFalse([f for f in first if "0x" in f])

    def test_exitcode_counts_from_the_wanted_grade_on(self):
        self.assertEqual(run("leakcheck=1,exitcode=9", "ring").returncode, 9)
        self.assertEqual(run("leakcheck=1,exitcode=9", "open").returncode, 0)
        self.assertEqual(run("leakcheck=1,exitcode=9,failon=possible", "open").returncode, 9)
        self.assertEqual(run("leakcheck=1,exitcode=9,failon=never", "ring").returncode, 0)
        self.assertEqual(run("leakcheck=1", "ring").returncode, 0)

    def test_exitcode_counts_a_check_that_failed(self):
        self.assertEqual(run("leakcheck=2,exitcode=9", "unreadable").returncode, 9)
        self.assertEqual(run("leakcheck=2,exitcode=9,failon=never", "unreadable").returncode, 0)


class Schema(WithFiles):
    def setUp(self):
        super().setUp()
        self.validator = Validator(json.loads(SCHEMA.read_text()))
        run(f"leakcheck=1,format=json,out={self.out}", "ring")
        self.lines = [json.loads(line) for line in self.out.read_text().splitlines()]

    def test_describes_each_line_of_a_report(self):
        self.assertEqual(len(self.lines), 3)
        for line in self.lines:
            self.assertEqual(self.validator.problems(line), [])

    def test_names_every_key(self):
        definitions = self.validator.root["$defs"]
        of_failures = {"inconclusive"}
        self.assertEqual(set(self.lines[0]) | of_failures, set(definitions["summary"]["properties"]))
        of_comparisons = {"grown_by", "grown_within"}  # of two looks at a program
        self.assertEqual(set(self.lines[1]) | of_comparisons,
                         set(definitions["finding"]["properties"]))
        self.assertEqual(set(self.lines[1]["path"][0]), set(definitions["step"]["properties"]))
        self.assertEqual(set(self.lines[1]["opened"]), set(definitions["location"]["properties"]))
        self.assertEqual(set(self.lines[1]["frames"][0]), set(definitions["frame"]["properties"]))
        self.assertEqual(set(self.lines[0]["modules"][0]), set(definitions["module"]["properties"]))

    def test_describes_a_check_that_failed(self):
        run(f"leakcheck=2,format=json,out={self.out}", "unreadable")
        summary = json.loads(self.out.read_text().splitlines()[0])
        self.assertEqual((summary["complete"], summary["inconclusive"]), (False, True))
        self.assertEqual(self.validator.problems(summary), [])

    def test_refuses_what_is_not_a_line_of_a_report(self):
        for key in self.lines[1]:
            without = {k: v for k, v in self.lines[1].items() if k != key}
            self.assertTrue(self.validator.problems(without), key)
        for key, bad in (("grade", "sure"), ("count", -1), ("leaked_now", 1), ("id", "HR1"), ("path", [{}])):
            self.assertTrue(self.validator.problems(dict(self.lines[1], **{key: bad})), key)


class Colour(unittest.TestCase):
    def test_is_for_terminals(self):
        self.assertIn("\x1b[1;31mcertain\x1b[0m", run_on_terminal("leakcheck=1", "ring", TERM="xterm"))

    def test_is_for_nothing_else(self):
        self.assertNotIn("\x1b", run("leakcheck=1", "ring", TERM="xterm").stderr)

    def test_is_not_for_those_who_do_not_want_it(self):
        for unwanted in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}, {}):
            told = run_on_terminal("leakcheck=1", "ring", **unwanted)
            self.assertIn("HR001", told)
            self.assertNotIn("\x1b", told)

    def test_an_empty_no_color_means_nothing(self):
        self.assertIn("\x1b", run_on_terminal("leakcheck=1", "ring", TERM="xterm", NO_COLOR=""))

    def test_lines_are_as_wide_as_the_terminal(self):
        told = run_on_terminal("leakcheck=1", "ring", columns=70)
        self.assertLessEqual(max(len(line) for line in told.splitlines()), 70)


class Suppressions(WithFiles):
    def check(self, text, what="ring"):
        rules = self.file("rules", text)
        return run(f"leakcheck=1,suppressions={rules}", what).stderr

    def test_hide_what_they_match(self):
        told = self.check("HR001:*leaker.cpp*\nHR020:file*\n")
        self.assertEqual(told, "")

    def test_hide_one_of_two_handles_that_were_opened_at_one_line(self):
        for hidden, shown in (("one", "two"), ("two", "one")):
            told = self.check(f'HR020:*"{hidden}"*\n', "two")
            self.assertIn(f'"{shown}" is still open', told)
            self.assertNotIn(f'"{hidden}"', told)

    def test_unused_ones_are_named_with_their_line(self):
        told = self.check("# one\nHR002:*other.cc*\n", "clean")
        self.assertIn(f'suppressions "{self.directory}/rules", line 2: "HR002:*other.cc*" hid nothing', told)

    def test_a_bad_line_is_one_warning_with_its_number_and_the_rest_counts(self):
        told = self.check("HR001:*\nHR020:*\nnonsense\n")
        self.assertEqual(told, f'handrail: suppressions "{self.directory}/rules", line 3: '
                               '"nonsense" is not of the form HR001:glob; ignored\n')

    def test_a_missing_file_is_one_warning_and_hides_nothing(self):
        told = run(f"leakcheck=1,suppressions={self.directory}/none", "ring").stderr
        self.assertEqual(told.count("cannot read the suppressions"), 1)
        self.assertIn("HR001", told)

    def test_an_endless_file_is_one_warning(self):
        self.assertIn("cannot read the suppressions", run("leakcheck=1,suppressions=/dev/zero", "clean").stderr)

    def test_what_a_warning_names_cannot_mislead(self):
        rules = self.file("\u202e", "HR020:\u2066\n")
        told = run(f"leakcheck=1,suppressions={rules}", "clean").stderr
        self.assertIn(r'\xe2\x80\xae", line 1: "HR020:\xe2\x81\xa6" hid nothing', told)

    def asked(self, settings, text):
        rules = self.file("rules", text)
        return run(f"{settings}suppressions={rules}", "asked")

    def test_hold_for_every_report(self):
        self.assertEqual(self.asked("leakcheck=1,", "HR005:*\n").stdout, "HR001 HR020 \nHR001 \n")
        self.assertEqual(self.asked("leakcheck=1,", "HR001:*leaker.cpp*\n").stdout, "HR020 \n\n")

    def test_are_used_by_any_report(self):
        told = self.asked("leakcheck=1,", "HR001:*\nHR020:*\nHR005:*\n").stderr
        self.assertEqual(told, f'handrail: suppressions "{self.directory}/rules", line 3: "HR005:*" hid nothing\n')

    def test_hold_also_when_the_program_switches_the_check_on(self):
        self.assertEqual(self.asked("", "HR001:*\nHR020:*\n").stdout, "\n\n")

    def test_hold_also_without_a_report_at_exit(self):
        self.assertEqual(self.asked("leakcheck=1,atexit=0,", "HR001:*\nHR020:*\n").stdout, "\n\n")

    def test_a_suppressed_finding_does_not_fail(self):
        rules = self.file("rules", "HR001:*\n")
        self.assertEqual(run(f"leakcheck=1,exitcode=9,suppressions={rules}", "ring").returncode, 0)


class Configuration(WithFiles):
    def test_a_bad_key_is_one_warning_that_names_it(self):
        self.assertEqual(run("leakcheck=1,nonsense=1", "clean").stderr,
                         "handrail: HANDRAIL_DEBUG: nonsense is not a known key; ignored\n")

    def test_a_bad_value_is_one_warning_that_names_its_key(self):
        self.assertEqual(run("leakcheck=1,exitcode=abc", "clean").stderr,
                         'handrail: HANDRAIL_DEBUG: exitcode wants a number from 1 to 255, not "abc"; ignored\n')

    def test_atexit_0_reports_nothing(self):
        self.assertEqual(run("leakcheck=1,atexit=0", "ring").stderr, "")

    @unittest.skipUnless(os.geteuid() == 0, "only root can make a program of another user's")
    def test_a_set_user_id_program_ignores_the_variable(self):
        self.directory.chmod(0o755)
        program = self.directory / "leaker"
        shutil.copy(LEAKER, program)
        os.chown(program, 65534, 65534)
        program.chmod(0o4755)
        ran = run("leakcheck=1,nonsense=1", "ring", program=program)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))


if __name__ == "__main__":
    LEAKER = sys.argv.pop(1)
    unittest.main()
