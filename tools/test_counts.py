#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Counts the tests of meson's testlog.json by suite, or sums such counts.

usage: tools/test_counts.py TESTLOG.json COUNTS   prints a line and, of each failed test, the end
                                                  of what it printed; adds the counts to COUNTS
       tools/test_counts.py --sum COUNTS          prints N passed, N failed
"""

import collections
import json
import re
import sys

GOOD = {"OK", "EXPECTEDFAIL"}
LINES_OF_FAILURE = 15
WORDS = ("passed", "failed", "skipped")


def line(passed, failed, skipped):
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def outcome(row):
    if row["result"] == "SKIP":
        return "skipped"
    return "passed" if row["result"] in GOOD else "failed"


def failure(row):
    printed = (row.get("stdout", "") + row.get("stderr", "")).splitlines()[-LINES_OF_FAILURE:]
    return [f"{row['result']}: {row['name']}", *("  " + each[:300] for each in printed)]


def count(log_path, counts_path):
    suites = collections.defaultdict(collections.Counter)
    failures = []
    with open(log_path, encoding="utf-8") as log:
        for row in map(json.loads, log):
            # "handrail:unit / core/chain"
            suite = row["name"].partition(" / ")[0]
            suites[suite.rpartition(":")[2]][outcome(row)] += 1
            if outcome(row) == "failed":
                failures += failure(row)
    print("   ", "  ".join(f"{name} {got['passed']}/{sum(got.values())}"
                           for name, got in suites.items()))
    for each in failures:
        print("   ", each)
    total = sum(suites.values(), collections.Counter())
    with open(counts_path, "a", encoding="utf-8") as counts:
        print(line(*(total[word] for word in WORDS)), file=counts)


def total_of(counts_path):
    with open(counts_path, encoding="utf-8") as counts:
        text = counts.read()
    return line(*(sum(map(int, re.findall(rf"(\d+) {word}", text))) for word in WORDS))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if sys.argv[1] == "--sum":
        print(total_of(sys.argv[2]))
    else:
        count(*sys.argv[1:])


if __name__ == "__main__":
    main()
