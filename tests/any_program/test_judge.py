#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The judge of the cases, with reports written by hand; and the heads of all cases can be read."""

import json
import pathlib
import subprocess
import tempfile
import unittest

from expectation import Case, Mistake, LEVELS
from judge import judge
from report import NoReport, findings_in

NOWHERE = {"file": "", "line": 0, "function": ""}
HEAD = """// EXPECT: HR050 certain count=3
// EXPECT-STRIPPED: HR050 certain|possible count=3
// RESOURCE: tcp
// NAMES: chat::session::on_close_ ; lambda at @LEAK ; chat::session
// NAMES: chat::session::socket_
// NAMES-WITHOUT-DEBUG-INFO: chat::session
// NAMES-STRIPPED:
// OPENED: chat::accept
// MAY: HR020
// LEFT: 3 objects, 3 descriptors

int leak;  // LEAK
"""


def step(start, via, kind, to):
    return {"from": start, "from_cleanup": False, "via": via, "reference": "strong", "type": kind, "to": to, "evidence": "scan",
            "where": NOWHERE, "omitted": 0}


RING = [
    step("chat::session", "", "", "chat::session::socket_"),
    step("lambda at case.cpp:12", "self", "std::shared_ptr<chat::session>", "chat::session"),
    step("chat::session", "on_close_", "std::function<void()>", "lambda at case.cpp:12"),
]


def finding(**changed):
    frame = {"function": "chat::accept(int)", "inlined": False, "file": "", "line": 0, "module": "", "address": 0}
    whole = {"id": "HR050", "grade": "certain", "resource": "tcp 127.0.0.1:7000", "leaked_now": True, "path": RING, "advice": "",
             "fingerprint": "f", "count": 3, "references": 1, "references_inside": 1, "opened": NOWHERE, "age": 0, "frames": [frame]}
    return dict(whole, **changed)


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def case(self, text=HEAD):
        path = self.folder / "case.cpp"
        path.write_text(text, encoding="utf-8")
        return Case(path)


class Judge(WithFolder):
    def verdict(self, *findings, level="debug", births=True, text=HEAD):
        return judge(list(findings), self.case(text).expectation(level), births)[0]

    def test_finds_what_is_right(self):
        for level in LEVELS:
            self.assertEqual(self.verdict(finding(), level=level), "found")

    def test_lets_notes_and_rules_that_may_be_reported_pass(self):
        note = finding(id="HR053", grade="note")
        self.assertEqual(self.verdict(finding(), note, finding(id="HR020", grade="possible")), "found")

    def test_misses_what_is_not_there(self):
        self.assertEqual(self.verdict(), "MISSED")
        self.assertEqual(self.verdict(finding(id="HR053", grade="note")), "MISSED")
        self.assertEqual(self.verdict(finding(resource="unix")), "FALSE")

    def test_wants_the_grade_of_the_level(self):
        self.assertEqual(self.verdict(finding(grade="possible")), "wrong grade")
        self.assertEqual(self.verdict(finding(grade="possible"), level="stripped"), "found")

    def test_refuses_a_certain_that_is_not(self):
        text = HEAD.replace("certain count", "possible count")
        self.assertEqual(self.verdict(finding(), text=text), "FALSE")

    def test_wants_one_finding_with_the_whole_count(self):
        self.assertEqual(self.verdict(finding(count=2)), "wrong count")
        self.assertEqual(self.verdict(finding(), finding()), "FALSE")

    def test_refuses_findings_that_were_not_expected(self):
        self.assertEqual(self.verdict(finding(), finding(id="HR052", grade="possible")), "FALSE")

    def test_wants_all_names_in_their_order(self):
        self.assertEqual(self.verdict(finding(path=RING[1:])), "wrong name")
        self.assertEqual(self.verdict(finding(path=RING[::-1])), "found")  # the same ring
        line = [step("lambda at case.cpp:12", "", "", "chat::session"), step("chat::session", "on_close_", "", "socket_")]
        self.assertEqual(self.verdict(finding(path=line)), "wrong name")

    def test_wants_fewer_names_without_debug_information(self):
        path = [step("chat::session", "", "", "chat::session")]
        self.assertEqual(self.verdict(finding(path=path), level="symbols"), "found")
        self.assertEqual(self.verdict(finding(path=[]), level="symbols"), "wrong name")
        self.assertEqual(self.verdict(finding(path=[]), level="stripped"), "found")

    def test_wants_the_function_that_opened_if_births_are_recorded(self):
        unseen = finding(frames=[])
        self.assertEqual(self.verdict(unseen), "wrong name")
        self.assertEqual(self.verdict(unseen, births=False), "found")
        self.assertEqual(self.verdict(unseen, level="stripped"), "found")

    def test_wants_silence_of_controls(self):
        text = "// SILENT\n// LEFT: nothing\n"
        self.assertEqual(self.verdict(text=text), "silent")
        self.assertEqual(self.verdict(finding(grade="note"), text=text), "silent")
        self.assertEqual(self.verdict(finding(grade="possible"), text=text), "FALSE")


class Heads(WithFolder):
    def test_are_refused_if_they_cannot_be_understood(self):
        for text in ("// LEFT: nothing\n", "// SILENT\n", HEAD.replace("RESOURCE", "RESSOURCE"), HEAD.replace("// LEAK\n", "\n"),
                     HEAD.replace("certain count", "sure count"), HEAD.replace("HR050 certain count=3", "HR050"), "// SILENT\n" + HEAD):
            with self.assertRaises((Mistake, ValueError), msg=text):
                self.case(text)

    def test_of_all_cases_that_are_built_can_be_read(self):
        cases = [Case(path) for path in (pathlib.Path(__file__).parent / "cases").glob("*.cpp")]
        self.assertGreater(len(cases), 36)
        for case in cases:
            self.assertLessEqual({case.expectation("debug").rule}, {"", "HR050", "HR051", "HR052", "HR053", "HR054"})


class Reports(WithFolder):
    SUMMARY = {"schema_version": 2, "findings": 1, "complete": True, "missing": "", "handles": 0, "cleanups": 0, "opaque": 0,
               "pause": 0, "duration": 0, "modules": []}

    def read(self, *lines, status=0):
        path = self.folder / "report"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return findings_in(path, subprocess.CompletedProcess([], status, "", "no permission"))

    def test_are_read(self):
        self.assertEqual(self.read(self.SUMMARY, finding(), status=23), [finding()])

    def test_are_missing_or_damaged(self):
        for lines, status in (([], 0), ([finding()], 0), ([self.SUMMARY], 0), ([self.SUMMARY, finding()], 2),
                              ([self.SUMMARY, finding(grade="sure")], 0)):
            with self.assertRaisesRegex(NoReport, "no permission"):
                self.read(*lines, status=status)


if __name__ == "__main__":
    unittest.main()
