#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The table of rules, lib/leak_check/report/rules.hpp, is the only one.

usage: rules.py TOOL [unittest options]
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

TOOL = ""
ROOT = pathlib.Path(__file__).parents[2]
TABLE = ROOT / "lib" / "leak_check" / "report" / "rules.hpp"
MANUAL = ROOT / "docs" / "leak-check.md"


def rules():
    """Returns the table as SARIF shows it, by id."""
    report = ROOT / "tests" / "reports" / "empty.json"
    log = json.loads(subprocess.run([TOOL, "-q", "--read", report, "--sarif", "-"], capture_output=True, check=True).stdout)
    return {rule["id"]: rule for rule in log["runs"][0]["tool"]["driver"]["rules"]}


def plain(text):
    """Without marks of Markdown, and with single blanks."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\s+", " ", text.replace("`", "").replace("*", "")).strip()


def sections():
    parts = re.split(r"(?m)^### (HR\d{3})$", MANUAL.read_text())
    return {name: re.split(r"(?m)^##", text)[0].strip() for name, text in zip(parts[1::2], parts[2::2])}


class Table(unittest.TestCase):
    def test_no_id_is_written_elsewhere_in_code(self):
        for folder in ("lib", "tools", "include", "platform"):
            for file in (ROOT / folder).rglob("*.[ch]pp"):
                if file != TABLE:
                    self.assertNotRegex(file.read_text(), r'"HR\d', file)

    def test_ids_and_names_are_unique(self):
        for key in ("id", "name"):
            values = [rule[key] for rule in rules().values()]
            self.assertEqual(len(set(values)), len(values))

    def test_the_manual_lists_each_rule_with_its_grades_and_title(self):
        rows = re.findall(r"(?m)^\| \[(HR\d{3})\]\(#hr\d{3}\) \| (.+?) \| (.+?) \|$", MANUAL.read_text())
        self.assertEqual(rows, [(name, ", ".join(rule["properties"]["grades"]),
                                 rule["shortDescription"]["text"][0].lower() + rule["shortDescription"]["text"][1:-1])
                                for name, rule in rules().items()])

    def test_the_manual_explains_each_rule_as_the_table_does(self):
        self.assertEqual(list(sections()), list(rules()))
        for name, rule in rules().items():
            explanation = plain(sections()[name].split("\n\n")[0])
            self.assertTrue(explanation.startswith(plain(rule["fullDescription"]["text"])), (name, explanation))

    def test_the_manual_begins_each_remedy_as_the_table_does(self):
        for name, rule in rules().items():
            remedy = plain(sections()[name].split("*Remedy.*")[1])
            self.assertTrue(remedy.startswith(rule["help"]["text"][:-1]), (name, remedy))


if __name__ == "__main__":
    TOOL = os.path.abspath(sys.argv.pop(1))
    unittest.main()
