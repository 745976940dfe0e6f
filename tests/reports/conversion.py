#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""handrail-check: what it makes of a report.

usage: conversion.py TOOL [unittest options]
"""

import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from schema import Validator

TOOL = ""
SARIF = pathlib.Path(__file__).with_name("sarif.schema.json")
MISLEADING = "\x1b\x9b\u061c\u200e\u2028\u202e\u2066"  # to terminals and readers
HOSTILE = '<script>"&\' -> \\'  # as the name of a file


def place(file="", line=0):
    return {"file": file, "line": line, "function": "main" if line else ""}


def step(start, via, kind, to, evidence="move probe", where=None, **more):
    """A reference that a cleanup holds."""
    return dict({"from": start, "from_cleanup": True, "via": via, "reference": "strong", "type": kind, "to": to,
                 "evidence": evidence, "where": where or place(), "omitted": 0}, **more)


def frame(function="", **more):
    return dict({"function": function, "inlined": False, "file": "", "line": 0, "module": "/usr/bin/app", "address": 4660},
                **more)


def finding(**more):
    f = {"id": "HR001", "grade": "certain", "resource": 'file 7 "a.toml"', "leaked_now": True,
         "path": [step("cleanup at app.cc:2", "capture +0", "shared<file>", 'file 7 "a.toml"',
                       where=place("src/app.cc", 2))],
         "advice": "pass what it needs", "fingerprint": "HR001 app.cc:2:3", "count": 1, "references": 1,
         "references_inside": 1, "opened": place("src/app.cc", 1), "age": 5, "frames": [frame("main")]}
    return dict(f, **more)


def misleading():
    where = {"file": MISLEADING, "line": 1, "function": MISLEADING}
    words = dict.fromkeys(("id", "resource", "advice", "fingerprint"), MISLEADING)
    path = [step(MISLEADING, MISLEADING, MISLEADING, MISLEADING, where=where)]
    named = frame(MISLEADING, file=MISLEADING, line=1, module=MISLEADING)
    return finding(path=path, opened=where, frames=[named, frame(module=MISLEADING)], **words)


def ring(size):
    return finding(id="HR002", resource="file 0", fingerprint="ring", path=[
        step(f"cleanup at app.cc:{i}", "capture +0", "shared<file>", f"file {(i + 1) % size}", "copy probe",
             place("app.cc", i + 1)) for i in range(size)])


def report(*findings, **more):
    summary = dict({"schema_version": 2, "findings": len(findings), "complete": True, "missing": "", "handles": 1,
                    "cleanups": 1, "opaque": 0, "pause": 1, "duration": 2, "modules": []}, **more)
    return "".join(json.dumps(line) + "\n" for line in (summary, *findings))


class Converting(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.directory)

    def tool(self, *arguments, text=None):
        return subprocess.run([TOOL, *arguments], input=text, capture_output=True, text=True, timeout=60,
                              cwd=self.directory)

    def convert(self, to, *findings, **more):
        ran = self.tool("-q", "--read", "-", f"--{to}", "-", text=report(*findings, **more))
        self.assertEqual(ran.stderr, "")
        return ran.stdout

    def assert_cannot_mislead(self, text):
        self.assertIn(r"\xe2\x80\xae", text.replace("\\\\", "\\"))
        self.assertEqual(set(MISLEADING) & set(text), set())

    def sarif(self, *findings, **more):
        return json.loads(self.convert("sarif", *findings, **more))["runs"][0]


class Reading(Converting):
    def refused(self, text):
        (self.directory / "r").write_text(text)
        ran = self.tool("--read", "r")
        self.assertEqual((ran.returncode, ran.stderr.count("\n")), (125, 1))
        return ran.stderr

    def test_json_comes_back_as_it_was(self):
        text = report(finding(), ring(3), missing="x", complete=False)
        back = self.tool("-q", "--read", "-", "--json", "-", text=text).stdout
        self.assertEqual([json.loads(line) for line in back.splitlines()],
                         [json.loads(line) for line in text.splitlines()])

    def test_a_check_that_failed_stays_one(self):
        text = report(missing="the copy died", complete=False, inconclusive=True)
        back = self.tool("-q", "--read", "-", "--json", "-", text=text)
        self.assertEqual(json.loads(back.stdout), json.loads(text))
        self.assertEqual((back.returncode, back.stderr), (125, "handrail-check: -: inconclusive: the copy died\n"))

    def test_findings_decide_the_status_of_a_check_that_failed(self):
        text = report(finding(), missing="the copy died", complete=False, inconclusive=True)
        self.assertEqual(self.tool("-q", "--read", "-", text=text).returncode, 23)
        self.assertEqual(self.tool("-q", "--failon", "never", "--read", "-", text=text).returncode, 125)

    def test_results_tell_a_check_that_failed(self):
        failed = report(missing="the copy died", complete=False, inconclusive=True)
        (note,) = json.loads(self.tool("-q", "--read", "-", "--sarif", "-", text=failed).stdout)["runs"][0]["invocations"][0][
            "toolExecutionNotifications"]
        self.assertEqual((note["level"], note["message"]["text"]), ("error", "-: inconclusive: the copy died"))
        page = self.tool("-q", "--read", "-", "--html", "-", text=failed).stdout
        self.assertIn("The check is inconclusive: the copy died.", page)
        self.assertNotIn("findings</span>", page)

    def test_what_has_grown_is_read_and_shown(self):
        text = report(finding(grown_by=3, grown_within=12_400_000_000))
        back = self.tool("--read", "-", "--json", "-", text=text)
        self.assertEqual([json.loads(line) for line in back.stdout.splitlines()], [json.loads(line) for line in text.splitlines()])
        self.assertIn("  grew          by 3 in 12.4 s\n", back.stderr)
        self.assertIn("by 3 in 12.4 s", self.convert("html", finding(grown_by=3, grown_within=12_400_000_000)))

    def test_several_reports_are_shown_with_their_names(self):
        for name in "ab":
            (self.directory / name).write_text(report(finding()))
        told = self.tool("--read", "a", "--read", "b").stderr
        self.assertTrue(told.startswith("a:\nhandrail: "))
        self.assertIn("\nb:\nhandrail: ", told)

    def test_a_file_that_is_not_a_report_is_refused_with_its_name_and_line(self):
        self.assertIn('"r" is not a report that can be read: line 2: not JSON', self.refused("\nnothing"))
        self.assertIn('"r" is not a report that can be read: line 1: "findings" is missing',
                      self.refused(report().replace('"findings": 0, ', "")))
        self.assertIn('"r" is not a report that can be read: it is empty', self.refused(""))

    def test_a_report_of_another_version_is_refused_with_what_to_do(self):
        told = self.refused(report().replace('"schema_version": 2, ', ""))
        self.assertIn("the report has schema version 1, and version 2 is needed: run the program again", told)
        told = self.refused(report().replace('"schema_version": 2, ', '"schema_version": 3, '))
        self.assertIn("the report has schema version 3, and version 2 is needed: read it with a newer handrail-check", told)

    def test_a_file_that_cannot_be_read_is_told(self):
        self.assertIn('cannot read "none": No such file', self.tool("--read", "none").stderr)
        self.assertIn('cannot read ".": Is a directory', self.tool("--read", ".").stderr)


class Sarif(Converting):
    def test_is_as_the_standard_says(self):
        validator = Validator(json.loads(SARIF.read_text()))
        odd = [finding(id="HR099", grade="note", path=[], opened=place(), resource=HOSTILE)]
        for name in ("a:b.cpp", "[x]^`{}|<>\"\\%41#?.cpp", "ä.cpp", "//host/x.cpp", "C:\\x.cpp", ".", "\u202e.cpp"):
            odd.append(finding(path=[], opened=place(name, 1)))
        text = self.convert("sarif", finding(), ring(3), *odd, complete=False, missing="x")
        self.assertEqual(validator.problems(json.loads(text)), [])
        broken = json.loads(text)
        del broken["runs"][0]["tool"]["driver"]["name"]
        broken["runs"][0]["results"][0]["levle"] = "error"
        self.assertEqual(len(validator.problems(broken)), 2)

    def test_no_text_can_mislead(self):
        log = self.convert("sarif", misleading(), complete=False, missing=MISLEADING)
        self.assert_cannot_mislead(json.dumps(json.loads(log), ensure_ascii=False))
        self.assertEqual([escape for escape in re.findall(r"\\u....", log)], [])

    def test_a_grade_is_a_level(self):
        results = self.sarif(*(finding(grade=g) for g in ("certain", "possible", "note")))["results"]
        self.assertEqual([r["level"] for r in results], ["error", "warning", "note"])

    def test_a_rule_is_the_one_of_its_index(self):
        run = self.sarif(finding(), finding(id="HR031"))
        rules = run["tool"]["driver"]["rules"]
        self.assertEqual([rules[r["ruleIndex"]]["id"] for r in run["results"]], ["HR001", "HR031"])

    def test_the_path_is_a_code_flow_with_its_places(self):
        (result,) = self.sarif(ring(3))["results"]
        steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        self.assertEqual([s["location"]["physicalLocation"]["region"]["startLine"] for s in steps], [1, 2, 3])

    def test_files_below_the_directory_are_relative_to_it(self):
        def uri(file):
            (result,) = self.sarif(finding(path=[], opened=place(file, 1)))["results"]
            return result["locations"][0]["physicalLocation"]["artifactLocation"]

        self.assertEqual(uri("src/a b.cc"), {"uri": "src/a%20b.cc", "uriBaseId": "%SRCROOT%"})
        self.assertEqual(uri("src/../x.cc"), {"uri": "x.cc", "uriBaseId": "%SRCROOT%"})
        self.assertEqual(uri("/usr/x.cc"), {"uri": "file:///usr/x.cc"})

    def test_sources_says_where_relative_names_begin(self):
        ran = self.tool("-q", "--read", "-", "--sources", "build", "--sarif", "-", text=report(finding()))
        where = json.loads(ran.stdout)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        self.assertEqual(where["artifactLocation"]["uri"], "build/src/app.cc")

    def test_relative_names_begin_at_the_first_of_several_directories(self):
        ran = self.tool("-q", "--read", "-", "--sources=build", "--sources=.", "--sarif", "-", text=report(finding()))
        where = json.loads(ran.stdout)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        self.assertEqual(where["artifactLocation"]["uri"], "build/src/app.cc")

    def test_what_was_not_looked_at_is_told(self):
        (note,) = self.sarif(complete=False, missing="no memory")["invocations"][0]["toolExecutionNotifications"]
        self.assertIn("no memory", note["message"]["text"])

    def test_steps_keep_their_structure(self):
        (result,) = self.sarif(finding())["results"]
        (flow,) = result["codeFlows"][0]["threadFlows"][0]["locations"]
        self.assertEqual(flow["properties"], {"evidence": "move probe", "reference": "strong", "from": "cleanup at app.cc:2",
                                              "via": "capture +0", "type": "shared<file>", "to": 'file 7 "a.toml"'})

    def test_the_opening_is_a_stack_with_files_and_lines(self):
        inner = frame("open_log()", inlined=True, file="src/log.cc", line=7)
        (result,) = self.sarif(finding(frames=[inner, frame("main")]))["results"]
        first, second = result["stacks"][0]["frames"]
        self.assertEqual(first["location"]["physicalLocation"]["region"]["startLine"], 7)
        self.assertEqual(first["location"]["logicalLocations"], [{"fullyQualifiedName": "open_log()"}])
        self.assertEqual(second["location"], {"message": {"text": "main in app"}})

    def test_equal_causes_have_equal_fingerprints(self):
        (result,) = self.sarif(finding())["results"]
        self.assertEqual(result["partialFingerprints"], {"handrail/v1": "HR001 app.cc:2:3"})


class Dot(Converting):
    def test_a_cycle_is_closed(self):
        text = self.convert("dot", finding())
        self.assertEqual(re.findall(r"(f1_\d) -> (f1_\d)", text), [("f1_0", "f1_1"), ("f1_1", "f1_2"), ("f1_2", "f1_0")])

    def test_a_string_ends_where_it_should(self):
        text = self.convert("dot", finding(resource=HOSTILE, path=[]))
        strings = re.sub(r'"(?:[^"\\]|\\.)*"', "S", text)
        self.assertEqual(strings.count('"'), 0)
        self.assertNotIn("script", strings)

    def test_no_text_can_mislead(self):
        self.assert_cannot_mislead(self.convert("dot", misleading()))

    def test_a_long_path_is_folded(self):
        equal = dict(ring(1)["path"][0], where=place("app.cc", 1))
        text = self.convert("dot", dict(ring(1), path=[equal] * 50))
        self.assertIn('[label="… 47 more like these"]', text)

    def test_every_finding_is_a_cluster(self):
        self.assertEqual(self.convert("dot", finding(), ring(3)).count("subgraph cluster_"), 2)


class Page(html.parser.HTMLParser):
    """The elements of a page; it must close what it opens."""
    VOID = {"meta"}

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


class Html(Converting):
    def page(self, *findings, **more):
        return Page(self.convert("html", *findings, **more))

    def test_needs_nothing_but_itself(self):
        page = self.page(finding(), ring(3))
        self.assertEqual([t for t, _ in page.elements if t in ("script", "img", "link", "iframe", "object")], [])
        for _, attributes in page.elements:
            self.assertFalse({"src", "onclick", "onload", "xlink:href"} & set(attributes))
            self.assertTrue(attributes.get("href", "#").startswith("#"))
        policies = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        self.assertEqual(policies, ["default-src 'none'; style-src 'unsafe-inline'"])

    def test_draws_each_path(self):
        page = self.page(finding(), ring(3))
        self.assertEqual(len(page.all("svg")), 2)
        self.assertEqual(len(page.all("rect")), 3 + 9)

    def test_a_long_path_is_drawn_at_both_ends(self):
        page = self.page(ring(50))
        self.assertEqual(len(page.all("rect")), 13)
        self.assertIn("44 more steps", page.text)
        self.assertIn("… 31 more steps", page.text)

    def test_a_ring_of_equal_steps_is_folded(self):
        equal = dict(ring(1)["path"][0], where=place("app.cc", 1))
        page = self.page(dict(ring(1), path=[equal] * 50))
        self.assertEqual(page.text.count("… 47 more like these"), 2)  # in the list and in the drawing

    def test_frames_have_functions_files_and_lines(self):
        inner = frame("open_log()", inlined=True, file="src/log.cc", line=7)
        self.assertIn("open_log() at log.cc:7 in app, inlined", self.page(finding(frames=[inner, frame("main")])).text)

    def test_every_conversion_of_a_long_path_is_small(self):
        equal = dict(ring(1)["path"][0], where=place("app.cc", 1))
        for steps in ([equal] * 50_000, ring(50_000)["path"]):
            text = report(dict(ring(1), path=steps))
            for to, most in (("html", 30_000), ("dot", 10_000), ("sarif", 40_000), ("json", 300_000)):
                ran = self.tool("-q", "--read", "-", f"--{to}", "-", text=text)
                self.assertLess(len(ran.stdout), most, to)
                self.assertRegex(ran.stdout, r'"omitted":49001\b' if to == "json" else r"\d more ")

    def test_a_name_is_not_markup(self):
        page = self.page(finding(resource=HOSTILE, fingerprint=HOSTILE, advice=HOSTILE, frames=[frame(HOSTILE)]))
        self.assertEqual(page.all("script"), [])
        self.assertGreaterEqual(page.text.count("<script>\"&'"), 4)

    def test_no_text_can_mislead(self):
        (self.directory / "app.cc").write_text(MISLEADING)
        shown = finding(path=[], opened=place("app.cc", 1))
        for text in (self.convert("html", each, complete=False, missing=MISLEADING) for each in (misleading(), shown)):
            self.assert_cannot_mislead(text)
        self.assertEqual(len(self.page(misleading()).all("svg")), 1)

    def test_shows_the_lines_around_a_place(self):
        (self.directory / "src").mkdir()
        (self.directory / "src" / "app.cc").write_text("one\n<two>\nthree\n")
        page = self.page(finding())
        self.assertIn("<two>", page.text)
        self.assertEqual([s["class"] for s in page.all("span") if s.get("class") == "here"], ["here"])

    def test_does_without_the_sources(self):
        self.assertEqual(self.page(finding(frames=[])).all("pre"), [])

    def test_says_when_nothing_was_found(self):
        self.assertIn("0findings", self.page().text)

    def test_says_what_was_not_looked_at(self):
        self.assertIn("The check is not complete: no memory", self.page(complete=False, missing="no memory").text)


if __name__ == "__main__":
    TOOL = os.path.abspath(sys.argv.pop(1))
    unittest.main()
