#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""With exitcode= the process ended by _exit: what other libraries kept back was lost.

usage: status_at_exit.py LEAKER PROGRAM... [-- unittest options]
"""

import os
import subprocess
import sys
import unittest

LEAKER = ""
PROGRAMS = []  # linked with a library that says what of its end has run


def run(program, *arguments, exitcode=True):
    debug = "leakcheck=1" + (",exitcode=9" if exitcode else "")
    return subprocess.run([program, *arguments], env=dict(os.environ, HANDRAIL_DEBUG=debug), capture_output=True,
                          text=True, timeout=60)


class StatusAtExit(unittest.TestCase):
    def test_streams_are_flushed(self):
        ran = run(LEAKER, "buffered")
        self.assertEqual(ran.returncode, 9, ran.stderr)
        self.assertEqual(sorted(ran.stdout.splitlines()), ["of std::cout", "of stdio"])

    def test_libraries_come_to_their_end(self):
        for program in PROGRAMS:
            with self.subTest(program):
                without = run(program, exitcode=False)
                ran = run(program)
                self.assertEqual((without.returncode, ran.returncode), (0, 9), ran.stderr)
                self.assertIn("HR001", ran.stderr)
                self.assertEqual(sorted(ran.stdout.splitlines()),
                                 ["atexit", "destructor", "object", "of std::cout", "of stdio"])
                self.assertEqual(ran.stdout, without.stdout)

    def test_the_program_s_own_status_gives_way(self):
        self.assertEqual(run(LEAKER, "failing").returncode, 9)
        self.assertEqual(run(LEAKER, "failing", exitcode=False).returncode, 3)

    def test_a_forked_child_keeps_its_own(self):
        self.assertEqual(run(LEAKER, "fork").returncode, 0)


if __name__ == "__main__":
    LEAKER, *PROGRAMS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
