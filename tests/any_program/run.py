#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Runs the cases under handrail-check and judges the reports; see cases/ and expectation.py.

usage: run.py TOOL CASE --program LEVEL PROGRAM...
                                             judges programs that were built from one case
       run.py TOOL [--build DIR] [--clang COMMAND] [--only GLOB] [--variant GLOB]
                                             builds all cases in all ways, and judges them all

Each program is examined in three ways: when it ends, run by the tool; while it waits, when the tool gets
SIGTERM; and by --pid, while it waits.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from expectation import Case
from judge import judge
from report import NoReport, findings_in
from variants import VARIANTS, NotBuilt, build

CASES = pathlib.Path(__file__).parent / "cases"
WAYS = ("run", "signal", "pid")
RIGHT = {"found", "silent"}
LONGEST = 60  # seconds

Row = collections.namedtuple("Row", "case variant way verdict why")


def environment():
    return {k: v for k, v in os.environ.items() if k not in ("HANDRAIL_DEBUG", "LD_PRELOAD")}


def options_for(expected):
    return ["--all"] if expected.rule in ("HR053", "HR054") else []


def check(tool, report, arguments):
    """Runs the tool, quietly; what it prints explains a report that is missing."""
    done = subprocess.run([tool, "--quiet", "--json", str(report), *arguments], env=environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=LONGEST)
    return findings_in(report, done)


def look_at_run(tool, program, expected, report):
    return check(tool, report, [*options_for(expected), "--", str(program)])


def wait_until_ready(process, program):
    if not any(line == "ready\n" for line in process.stdout):
        raise NoReport(f"{program} ended before it was ready")


def look_at_signal(tool, program, expected, report):
    command = [tool, "--quiet", "--json", str(report), *options_for(expected), "--", str(program), "wait"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()) as running:
        wait_until_ready(running, program)
        running.terminate()
        status = running.wait(LONGEST)
    if status != 128 + signal.SIGTERM:
        raise NoReport(f"status {status}, not that of SIGTERM")
    return findings_in(report, subprocess.CompletedProcess(command, 0, "", ""))


def look_at_pid(tool, program, expected, report):
    with subprocess.Popen([program, "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()) as waiting:
        try:
            wait_until_ready(waiting, program)
            return check(tool, report, [*options_for(expected), "--pid", str(waiting.pid)])
        finally:
            waiting.kill()


LOOKS = {"run": look_at_run, "signal": look_at_signal, "pid": look_at_pid}


def verdict_on(tool, case, level, program, way):
    expected = case.expectation(level)
    with tempfile.TemporaryDirectory() as folder:
        try:
            findings = LOOKS[way](tool, program, expected, pathlib.Path(folder) / "report.json")
        except (NoReport, subprocess.TimeoutExpired) as failed:
            return "no report", str(failed)
    return judge(findings, expected, births=way != "pid")


def left_by(case, program):
    """Returns a verdict on what the case prints when it runs alone."""
    done = subprocess.run([program], env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST)
    left = done.stdout.strip()
    right = done.returncode == 0 and left == case.value("LEFT")
    return ("found", "") if right else ("other case", f"left {left!r}, status {done.returncode}; its head says {case.value('LEFT')!r}")


def rows_of(tool, case, variant, level, program):
    verdict, why = left_by(case, program)
    if verdict not in RIGHT:
        return [Row(case.name, variant, way, verdict, why) for way in WAYS]
    return [Row(case.name, variant, way, *verdict_on(tool, case, level, program, way)) for way in WAYS]


def built_rows(tool, case, variant, compilers, folder):
    try:
        program = build(case, variant, compilers, folder)
    except NotBuilt as failed:
        return [Row(case.name, variant.name, way, "not built", str(failed)) for way in WAYS]
    return rows_of(tool, case, variant.name, variant.level, program)


def rows_of_case(tool, case, variants, compilers, folder):
    """In turn: variants share compilations."""
    return [row for variant in variants for row in built_rows(tool, case, variant, compilers, folder)]


def print_table(rows, way):
    variants = list(dict.fromkeys(row.variant for row in rows))
    cases = list(dict.fromkeys(row.case for row in rows))
    verdicts = {(row.case, row.variant): row.verdict for row in rows if row.way == way}
    title = {"run": "at the end", "signal": "at SIGTERM", "pid": "--pid"}[way]
    widest = max(map(len, [*cases, title])) + 2
    width = max(map(len, [*variants, "wrong grade"])) + 2
    print(f"\n{title:{widest}}" + "".join(f"{variant:{width}}" for variant in variants))
    for case in cases:
        print(f"{case:{widest}}" + "".join(f"{verdicts[case, variant]:{width}}" for variant in variants))


def finish(rows):
    """Prints the tables and what is wrong; ends with status 1 if anything is."""
    for way in WAYS:
        print_table(rows, way)
    wrong = [row for row in rows if row.verdict not in RIGHT]
    for row in wrong:
        print(f"\n{row.case}, {row.variant}, {row.way}: {row.verdict}: {row.why}")
    print(f"\n{len(rows) - len(wrong)} of {len(rows)} are right")
    sys.exit(1 if wrong or not rows else 0)


def cached(compiler):
    return [*([shutil.which("ccache")] if shutil.which("ccache") else []), compiler]


def all_rows(wanted):
    cases = [Case(path) for path in sorted(CASES.glob("*.cpp")) if fnmatch.fnmatch(path.stem, wanted.only)]
    variants = [variant for variant in VARIANTS if fnmatch.fnmatch(variant.name, wanted.variant)]
    compilers = (cached("g++"), cached(wanted.clang))
    folder = pathlib.Path(wanted.build).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = [pool.submit(rows_of_case, wanted.tool, case, variants, compilers, folder) for case in cases]
        return [row for one in done for row in one.result()]


def rows_of_programs(wanted):
    case = Case(pathlib.Path(wanted.case))
    return [row for level, program in wanted.program for row in rows_of(wanted.tool, case, level, level, program)]


def main():
    words = argparse.ArgumentParser()
    words.add_argument("tool", type=lambda name: str(pathlib.Path(name).resolve()))
    words.add_argument("case", nargs="?")
    words.add_argument("--program", nargs=2, action="append", default=[], metavar=("LEVEL", "PROGRAM"))
    words.add_argument("--build", default="build/any-program")
    words.add_argument("--clang", default="clang++-19")
    words.add_argument("--only", default="*")
    words.add_argument("--variant", default="*")
    wanted = words.parse_args()
    finish(rows_of_programs(wanted) if wanted.case else all_rows(wanted))


if __name__ == "__main__":
    main()
