#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The tutorial and the other pages are true: their code is compiled, their console output is what
the programs print, their links lead to files.

usage: pages.py [unittest options]     environment: TUTORIAL, a folder with the programs;
                                       HANDRAIL_CHECK, the tool; README_APP, the program of README.md
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
DOCS = ROOT / "docs"
TUTORIAL = sorted((DOCS / "tutorial").glob("*.md"))
README = ROOT / "README.md"
PAGES = [DOCS / name for name in ("from-shared-ptr.md", "from-go.md", "which-guard.md")]
LINE = 100


def blocks(page, language):
    fenced = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", page.read_text())
    return [text for kind, text in fenced if kind == language]


def prose(page):
    return re.sub(r"(?ms)^```.*?^```$|`[^`\n]*`", "", page.read_text())


def without_blanks(code):
    """The document and clang-format break lines at different places."""
    return re.sub(r"\s+", "", code)


def compiled(name):
    return without_blanks((ROOT / name).read_text())


def comparable(text):
    """Descriptors, ports, addresses and times differ from run to run, and so do line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "N", text)).strip()


def printed_by(command):
    words = command.split()
    settings = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    words = [word for word in words if not re.match(r"[A-Z_]+=", word)]
    programs = {"handrail-check": os.environ["HANDRAIL_CHECK"], "./app": os.environ["README_APP"]}
    words = [programs.get(word, word) for word in words]
    words = [os.path.join(os.environ["TUTORIAL"], word[2:]) if word.startswith("./") else word for word in words]
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, cwd=folder,
                             env=dict(os.environ, COLUMNS="100", **settings))
    return ran.stdout


class Pages(unittest.TestCase):
    def test_the_tutorial_shows_the_code_of_the_programs(self):
        for page in TUTORIAL:
            for block in blocks(page, "cpp"):
                name, code = block.split("\n", 1)
                self.assertIn(without_blanks(code), compiled(name.removeprefix("// ")), page.name)

    def test_the_other_pages_show_compiled_code(self):
        source = compiled("tests/docs/pages.cpp")
        for page in [README, *PAGES]:
            self.assertTrue(blocks(page, "cpp"), page.name)
            for block in blocks(page, "cpp"):
                self.assertIn(without_blanks(block), source, page.name)

    def test_the_tutorial_shows_what_the_programs_print(self):
        shown = [(page, block) for page in TUTORIAL for block in blocks(page, "")]
        self.assertEqual(len(shown), 6)
        for page, block in shown:
            command, printed = block.split("\n", 1)
            self.assertEqual(comparable(printed_by(command[2:])), comparable(printed), page.name)

    def test_the_readme_shows_what_a_program_prints(self):
        shown = [block for block in blocks(README, "") if "./app" in block]
        self.assertEqual(len(shown), 1)
        command, printed = shown[0].split("\n", 1)
        self.assertEqual(comparable(printed_by(command[2:])), comparable(printed))

    def test_links_lead_to_files(self):
        for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]:
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose(page)):
                if not target.startswith("http"):
                    self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}")

    def test_lines_fit_a_screen(self):
        for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
            for number, line in enumerate(page.read_text().splitlines(), 1):
                free = line.startswith(("|", "    ")) or "](" in line
                self.assertTrue(len(line) <= LINE or free, f"{page.name}:{number}")


if __name__ == "__main__":
    unittest.main()
