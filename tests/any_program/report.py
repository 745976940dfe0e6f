# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Reads what handrail-check has written with --json."""

import json
import pathlib
import sys

TESTS = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(TESTS / "reports"))
from schema import Validator  # noqa: E402

SCHEMA = Validator(json.loads((TESTS.parent / "docs" / "leak-check-report.schema.json").read_text(encoding="utf-8")))
STATUSES = (0, 23)  # 23: something certain was found


class NoReport(Exception):
    """Why there is no report."""


def findings_in(path, done):
    """Returns the findings of all reports in the file that the tool, which is done, has written."""
    said = f"status {done.returncode}; {done.stderr.strip()}"
    if done.returncode not in STATUSES or not path.exists():
        raise NoReport(said)
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except ValueError as damaged:
        raise NoReport(f"{damaged}; {said}") from damaged
    problems = [problem for line in lines for problem in SCHEMA.problems(line)]
    findings = [line for line in lines if "id" in line]
    if problems or not lines or sum(line.get("findings", 0) for line in lines) != len(findings):
        raise NoReport(f"{len(lines)} lines, not a report: {problems[:3]}; {said}")
    return findings
