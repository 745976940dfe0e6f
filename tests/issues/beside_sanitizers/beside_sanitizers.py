#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Bug: the report at exit was lost when LeakSanitizer ended the program.
Correct: it is written before, and the program has the status that was asked for.

usage: beside_sanitizers.py SANITIZER FORGETFUL...
"""

import os
import subprocess
import sys
import unittest

SANITIZER = ""
PROGRAMS = []
LOST = "LeakSanitizer: detected memory leaks"


class BesideSanitizers(unittest.TestCase):
    def run_each(self, what, settings=""):
        for program in PROGRAMS:
            clean = {k: v for k, v in os.environ.items() if k not in ("ASAN_OPTIONS", "LSAN_OPTIONS")}
            ran = subprocess.run([program, what], env=dict(clean, HANDRAIL_DEBUG="leakcheck=1" + settings),
                                 capture_output=True, text=True, timeout=60)
            with self.subTest(program=program):
                yield ran

    def test_the_leak_check_and_leak_sanitizer_both_report(self):
        for ran in self.run_each("memory"):
            self.assertIn(LOST, ran.stderr)
            self.assertEqual(ran.stderr.count("HR020"), 1, ran.stderr)
            self.assertNotEqual(ran.returncode, 0)

    def test_the_leak_check_reports_alone(self):
        for ran in self.run_each("handle"):
            self.assertNotIn(LOST, ran.stderr)
            self.assertEqual((ran.stderr.count("HR020"), ran.returncode), (1, 0), ran.stderr)

    def test_handles_that_static_destructors_close_are_not_reported(self):
        for ran in self.run_each("nothing"):
            self.assertEqual((ran.stderr, ran.returncode), ("", 0))

    def test_the_process_exits_with_the_exitcode_of_the_settings(self):
        for ran in self.run_each("status", ",exitcode=7,failon=possible"):
            self.assertEqual(ran.stderr.count("HR020"), 1, ran.stderr)
            self.assertEqual(ran.returncode, 7)

    def test_an_error_of_address_sanitizer_is_followed_by_no_report(self):
        if SANITIZER == "address":
            for ran in self.run_each("error"):
                self.assertIn("heap-use-after-free", ran.stderr)
                self.assertNotIn("HR020", ran.stderr)

    def test_an_error_inside_a_pass_at_exit_ends_the_program(self):
        if SANITIZER == "address":
            for ran in self.run_each("pass"):
                self.assertIn("heap-use-after-free", ran.stderr)
                self.assertEqual(ran.stderr.count("HR020"), 1, ran.stderr)


if __name__ == "__main__":
    SANITIZER, *PROGRAMS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
