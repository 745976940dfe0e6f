#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Bug: with exitcode= in HANDRAIL_DEBUG, a leaking process ended by _exit, and the output that
stdio, std::cout and other libraries still buffered was lost.
Correct: the process exits as without exitcode=, with the other status.

usage: status_at_exit.py LEAKER PROGRAM... [-- unittest options]
"""

import os
import subprocess
import sys
import unittest

LEAKER = ""
PROGRAMS = []  # leaking_program.cpp, linked in several orders


def run(program, *arguments, exitcode=True):
    debug = "leakcheck=1" + (",exitcode=9" if exitcode else "")
    return subprocess.run([program, *arguments], env=dict(os.environ, HANDRAIL_DEBUG=debug), capture_output=True,
                          text=True, timeout=60)


class OutputLostByExitcode(unittest.TestCase):
    def test_streams_are_flushed(self):
        ran = run(LEAKER, "buffered")
        self.assertEqual(ran.returncode, 9, ran.stderr)
        self.assertEqual(sorted(ran.stdout.splitlines()), ["of std::cout", "of stdio"])

    def test_exit_functions_of_libraries_run(self):
        for program in PROGRAMS:
            with self.subTest(program):
                without = run(program, exitcode=False)
                ran = run(program)
                self.assertEqual((without.returncode, ran.returncode), (0, 9), ran.stderr)
                self.assertIn("HR001", ran.stderr)
                self.assertEqual(sorted(ran.stdout.splitlines()),
                                 ["atexit", "destructor", "object", "of std::cout", "of stdio"])
                self.assertEqual(ran.stdout, without.stdout)

    def test_exitcode_replaces_the_status_of_the_program(self):
        self.assertEqual(run(LEAKER, "failing").returncode, 9)
        self.assertEqual(run(LEAKER, "failing", exitcode=False).returncode, 3)

    def test_a_forked_child_keeps_its_status(self):
        self.assertEqual(run(LEAKER, "fork").returncode, 0)


if __name__ == "__main__":
    LEAKER, *PROGRAMS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
