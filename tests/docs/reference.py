#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The reference that ./dev docs makes of the public headers: every public name has a comment.

usage: reference.py SOURCE_ROOT
Exit status 77: Doxygen is not installed.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
HEADERS = ROOT / "include" / "handrail"


def reference_of(headers, output):
    """Returns the exit status of Doxygen and what it says about the headers."""
    settings = (ROOT / "docs" / "Doxyfile").read_text(encoding="utf-8")
    settings += f"\nINPUT = {headers} docs/reference.dox\nEXCLUDE = {headers}/detail\nOUTPUT_DIRECTORY = {output}\n"
    ran = subprocess.run(["doxygen", "-"], input=settings, capture_output=True, text=True, cwd=ROOT)
    return ran.returncode, ran.stdout + ran.stderr


class Reference(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_filter_works(self):
        subprocess.run([ROOT / "tools" / "doxygen_filter.py", "--self-test"], check=True)

    def test_every_public_name_has_a_comment(self):
        self.assertEqual(reference_of(HEADERS, self.folder), (0, ""))

    def test_the_reference_has_what_the_headers_declare(self):
        reference_of(HEADERS, self.folder)
        names = (self.folder / "html" / "namespacehandrail.html").read_text(encoding="utf-8")
        for name in ("add_cleanup", "unique_handle", "make_runner", "drain", "tcp_socket", "collect", "weak"):
            self.assertIn(name, names)

    def test_a_name_that_loses_its_comment_fails(self):
        copy = self.folder / "handrail"
        shutil.copytree(HEADERS, copy)
        header = copy / "cleanup.hpp"
        lines = header.read_text(encoding="utf-8").splitlines(keepends=True)
        at = next(n for n, line in enumerate(lines) if "bool pending() const" in line)
        while lines[at - 1].strip().startswith("//"):
            at -= 1
            lines[at] = "\n"
        header.write_text("".join(lines), encoding="utf-8")
        status, said = reference_of(copy, self.folder / "out")
        self.assertNotEqual(status, 0)
        self.assertRegex(said, r"cleanup\.hpp:\d+: error: Member pending\(\).* is not documented")


if __name__ == "__main__":
    if shutil.which("doxygen") is None:
        sys.exit(77)
    unittest.main()
