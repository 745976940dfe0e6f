#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The program of docs/leak-check.md: its leak is found with the line that makes it, and the fix works.

usage: leak_hunt.py LEAKING FIXED [unittest options]
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

LEAKING = FIXED = ""


class LeakHunt(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)

    def check(self, program):
        """Returns what the program prints, and the findings about it."""
        out = self.directory / "report"
        ran = subprocess.run([program], env=dict(os.environ, HANDRAIL_DEBUG=f"leakcheck=1,format=json,out={out}"),
                             capture_output=True, text=True, timeout=60)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        return ran.stdout, [json.loads(line) for line in out.read_text().splitlines()[1:]]

    def test_the_leak_is_found_with_the_line_that_makes_it(self):
        printed, findings = self.check(LEAKING)
        self.assertEqual(printed, "3 clients served, 3 sessions still there\n")
        (ring,) = [f for f in findings if f["id"] == "HR001"]
        self.assertEqual((ring["grade"], ring["count"], ring["leaked_now"]), ("certain", 3, True))
        where = ring["path"][0]["where"]
        line = pathlib.Path(where["file"]).name, where["line"]
        source = (pathlib.Path(__file__).parents[2] / "samples" / "leak_hunt" / "leaking.cpp").read_text()
        self.assertEqual(line[0], "leaking.cpp")
        self.assertIn("add_cleanup(socket_", source.splitlines()[line[1] - 1])

    def test_nothing_is_found_in_the_fixed_program(self):
        printed, findings = self.check(FIXED)
        self.assertEqual(printed.count(" bytes\n"), 3)
        self.assertIn("3 clients served, 0 sessions still there\n", printed)
        self.assertEqual(findings, [])


if __name__ == "__main__":
    LEAKING, FIXED = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
