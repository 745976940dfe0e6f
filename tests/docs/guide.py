#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""docs/leak-check.md is true: its code is compiled, and its reports are what programs print.

usage: guide.py LEAKING FIXED [unittest options]
"""

import os
import pathlib
import re
import subprocess
import sys
import textwrap
import unittest

ROOT = pathlib.Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "leak-check.md").read_text()
RULES = (ROOT / "lib" / "leak_check" / "report" / "rules.hpp").read_text()
CASES = sorted((ROOT / "tests" / "any_program" / "cases").glob("*.cpp"))
EXAMPLES = "".join(path.read_text() for path in [pathlib.Path(__file__).with_name("findings.cpp"), *CASES])
LEAKING = FIXED = ""


def plain(code):
    return textwrap.dedent(code).strip()


def without_blanks(code):
    """The document and clang-format break lines at different places."""
    return re.sub(r"\s+", "", code)


def blocks(text, language):
    return [plain(block) for block in re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)]


def sections():
    parts = re.split(r"(?m)^### (HR\d{3})$", GUIDE)
    return {name: re.split(r"(?m)^##", text)[0] for name, text in zip(parts[1::2], parts[2::2])}


def without_numbers(text):
    """Descriptors, ports and times differ from run to run, and so do line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "N", text)).strip()


class Guide(unittest.TestCase):
    def test_explains_each_finding(self):
        ids = re.findall(r'\.id = "(HR\d{3})"', RULES)
        self.assertEqual(list(sections()), ids)
        self.assertEqual(re.findall(r"(?m)^\| \[(HR\d{3})\]", GUIDE), ids)
        for name, text in sections().items():
            self.assertIn("*Remedy.*", text, name)

    def test_examples_are_compiled_and_checked(self):
        for name, text in sections().items():
            compiled = re.findall(rf"(?ms)^ *// example {name}\n(.*?)^ *// end$", EXAMPLES)
            self.assertEqual([without_blanks(b) for b in blocks(text, "cpp")], [without_blanks(c) for c in compiled], name)

    def test_lists_each_key(self):
        keys = re.findall(r'key\{"([a-z]+)"', (ROOT / "lib" / "leak_check" / "settings.cpp").read_text())
        table = GUIDE.split("## Keys of")[1].split("## ")[0]
        self.assertEqual(sorted(re.findall(r"(?m)^\| `([a-z]+)` \|", table)), sorted(keys))

    def test_the_hunt_shows_the_sources_as_they_are(self):
        shown = [block.split("\n", 1) for block in blocks(GUIDE, "cpp") if block.startswith("// samples/")]
        self.assertEqual(len(shown), 2)
        for name, code in shown:
            self.assertIn(without_blanks(code), without_blanks((ROOT / name.removeprefix("// ")).read_text()))

    def test_the_hunt_names_the_line_that_leaks(self):
        lines = (ROOT / "samples" / "leak_hunt" / "leaking.cpp").read_text().splitlines()
        named = {int(n) for n in re.findall(r"(?:leaking\.cpp:|Line )(\d+)", GUIDE)}
        self.assertEqual([lines[n - 1].strip()[:28] for n in named], ["handrail::add_cleanup(socket"])

    def test_the_hunt_shows_what_the_programs_print(self):
        shown = [block for block in blocks(GUIDE, "") if "./leak_hunt_" in block]
        self.assertEqual(len(shown), 3)
        for block in shown:
            command, printed = block.split("\n", 1)
            settings = re.search(r"HANDRAIL_DEBUG=(\S+)", command)
            ran = subprocess.run([LEAKING if "leaking" in command else FIXED], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, timeout=60,
                                 env=dict(os.environ, HANDRAIL_DEBUG=settings[1] if settings else ""))
            self.assertEqual(without_numbers(ran.stdout), without_numbers(printed))


if __name__ == "__main__":
    LEAKING, FIXED = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
