#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""A program at level full under valgrind, which allows no frozen copy.

usage: valgrind.py VALGRIND LEAKER BLOCK_MAP
"""

import os
import subprocess
import sys
import unittest

VALGRIND = LEAKER = BLOCK_MAP = ""
ERRORS = 99


def run(what):
    settings = {"HANDRAIL_DEBUG": "leakcheck=2", "LD_PRELOAD": BLOCK_MAP}
    command = [VALGRIND, "--quiet", "--leak-check=full", f"--error-exitcode={ERRORS}", LEAKER, what]
    return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, timeout=50)


class Valgrind(unittest.TestCase):
    def test_finds_nothing_wrong_in_a_check(self):
        for what in ("ring", "standard", "cycle", "collected"):
            ran = run(what)
            self.assertEqual(ran.returncode, 0, ran.stderr)

    def test_is_told_as_what_allows_no_copy_and_the_precise_part_is_found(self):
        told = " ".join(run("ring").stderr.split())
        self.assertIn("not complete", told)
        self.assertIn("missing memory was not searched: the system allows no frozen copy of the program", told)
        self.assertIn("HR001 certain", told)


if __name__ == "__main__":
    VALGRIND, LEAKER, BLOCK_MAP = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1])
