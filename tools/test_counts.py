#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Counts the tests of meson's testlog.json, or sums lines of such counts.

usage: tools/test_counts.py TESTLOG.json
       tools/test_counts.py --sum COUNTS
"""

import json
import re
import sys

GOOD = {"OK", "EXPECTEDFAIL"}


def line(passed, failed, skipped):
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def of_log(path):
    passed = failed = skipped = 0
    with open(path, encoding="utf-8") as log:
        for row in map(json.loads, log):
            if row["result"] in GOOD:
                passed += 1
            elif row["result"] == "SKIP":
                skipped += 1
            else:
                failed += 1
    return passed, failed, skipped


def of_lines(path):
    sums = [0, 0, 0]
    with open(path, encoding="utf-8") as counts:
        for row in counts:
            for i, word in enumerate(("passed", "failed", "skipped")):
                found = re.search(rf"(\d+) {word}", row)
                sums[i] += int(found.group(1)) if found else 0
    return sums


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--sum":
        print(line(*of_lines(sys.argv[2])))
    elif len(sys.argv) == 2:
        print(line(*of_log(sys.argv[1])))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
