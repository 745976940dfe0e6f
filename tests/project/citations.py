#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""What is cited by number exists.

usage: citations.py ROOT              the check
       citations.py ROOT --self-test  planted citations must be found

- "rule 7" or "rule_7" is a rule of docs/architecture.md.
- "registry.hpp, point 3" is point 3 of the numbered comment in that header. In sources, "point 3"
  alone is one of the same file or of a header that the file cites so.
- "decision 12" is a page of docs/decisions.
"""

import pathlib
import re
import sys
import tempfile

RULE = re.compile(r"\brule[ _](\d{1,2})(?!\d)", re.IGNORECASE)
POINT = re.compile(r"\bpoint (\d{1,2})(?!\d)", re.IGNORECASE)
OF_HEADER = re.compile(r"([\w/]+\.hpp), point (\d+)")
DECISION = re.compile(r"\bdecision (\d+)", re.IGNORECASE)
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
TEXTS = {".cpp", ".hpp", ".py", ".md", ".build", ".rules", ".pml"}


def rules_of_the_library(root):
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split("## The rules")[1].split("\n## ")[0]
    return set(re.findall(r"(?m)^(\d+)\. \*\*", section))


def points_of(path):
    return set(re.findall(r"(?m)^//\s+(\d+)\. ", path.read_text(encoding="utf-8")))


def texts(root, *tops):
    for top in tops:
        path = root / top
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and file.suffix in TEXTS)


def headers_named(root, name):
    return [path for path in texts(root, "include", "lib", "platform") if f"/{path.as_posix()}".endswith("/" + name)]


def wrong_in_sources(root, path):
    """Points of one file, cited in comments."""
    text = path.read_text(encoding="utf-8")
    known = points_of(path)
    for name, number in OF_HEADER.findall(text):
        points = set().union(*map(points_of, headers_named(root, name)))
        known |= points
        if number not in points:
            yield f"{name}, point {number}"
    for number in POINT.findall(OF_HEADER.sub("", text)):
        if number not in known:
            yield f"point {number}"


def violations(root):
    rules = rules_of_the_library(root)
    decisions = {str(int(path.name[:4])) for path in (root / "docs" / "decisions").glob("[0-9]*.md")}
    for path in texts(root, "include", "lib", "platform", "tests", "docs", "samples", *DOCUMENTS):
        cited = RULE.findall(path.read_text(encoding="utf-8"))
        yield from (f"{path.relative_to(root)}: rule {number}" for number in cited if number not in rules)
    for path in texts(root, "include", "lib", "platform"):
        yield from (f"{path.relative_to(root)}: {what}" for what in wrong_in_sources(root, path))
    for path in texts(root, "include", "lib", "platform", "tools", "tests", "docs", "samples", *DOCUMENTS):
        cited = DECISION.findall(path.read_text(encoding="utf-8"))
        yield from (f"{path.relative_to(root)}: decision {number}" for number in cited if number not in decisions)


PLANTED = {
    "docs/architecture.md": "## The rules\n\n1. **One.**\n\n## Words\n",
    "docs/decisions/0001-one.md": "",
    "README.md": "rule 1\n",
    "CONTRIBUTING.md": "see decision 1\n",
    "CHANGELOG.md": "",
    "tests/good.cpp": "rule_1_holds\n",
    "tests/bad.cpp": "rule" + "_2_holds\n",
    "lib/good.hpp": "//  1. It holds: rule 1. See good.hpp, point 1.\n",
    "lib/bad.cpp": "// See good.hpp, point 2.\n",
    "lib/worse.cpp": "// After that: point 1.\n",
    "lib/worst.cpp": "// See " + "decision 2.\n",
}


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = [line.split(":")[0] for line in violations(root)]
    if found != ["tests/bad.cpp", "lib/bad.cpp", "lib/worse.cpp", "lib/worst.cpp"]:
        sys.exit(f"found: {found}")


def main():
    if sys.argv[2:] == ["--self-test"]:
        self_test()
        return
    found = list(violations(pathlib.Path(sys.argv[1])))
    if found:
        sys.exit("cited and not there:\n" + "\n".join(found))


if __name__ == "__main__":
    main()
