#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Rule 11: no macro changes a layout or an inline function. Thread-local variables are in source
files and have trivial destructors.

So no public header depends on a macro, except on those for the features of Boost and the standard
library, which are the same in the whole program or only add a name; no public header has a
thread-local variable; and the library registers no destructor of one.

usage: rule_11.py ROOT LIBRARY.a NM
       rule_11.py --self-test
"""

import pathlib
import re
import subprocess
import sys

OFFERED = r"__has_include\(<boost/[\w/.]+>\)|defined\(__cpp_lib_\w+\)"
TESTS_A_MACRO = re.compile(rf"^\s*#\s*(if|ifdef|ifndef|elif)\b(?! (?:{OFFERED})$)|\b(NDEBUG|assert)\b(?!_)")
THREAD_LOCAL = re.compile(r"\bthread_local\b")


def problem(line):
    code = line.split("//", 1)[0].rstrip()
    if TESTS_A_MACRO.search(code):
        return "depends on a macro"
    if THREAD_LOCAL.search(code):
        return "a thread-local in a header"
    return None


def violations(root):
    for path in sorted((root / "include").rglob("*.hpp")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := problem(line):
                yield f"{path.relative_to(root)}:{number}: {found}"


def self_test():
    bad = ["#ifdef NDEBUG", "# if HANDRAIL_DEBUG", "#elif defined(__clang__)", "#if defined(__cpp_lib_out_ptr) && defined(DEBUG)", "#if defined(_WIN32)", "#ifndef _WIN32", "  assert(p);",
           "thread_local int depth;", "inline static thread_local int depth;"]
    good = ["#if __has_include(<boost/asio/cancel_after.hpp>)", "#if defined(__cpp_lib_out_ptr)", "#pragma once", "static_assert(sizeof(file) <= 16);", "// thread_local, assert()"]
    misjudged = [line for line in bad if not problem(line)] + [line for line in good if problem(line)]
    if misjudged:
        sys.exit(f"judged wrongly: {misjudged}")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return
    root, library, nm = sys.argv[1:]
    found = list(violations(pathlib.Path(root)))
    symbols = subprocess.run([nm, library], capture_output=True, text=True, check=True).stdout
    if "handrail" not in symbols:
        found.append(f"{library}: no symbol of the library in it")
    if "__cxa_thread_atexit" in symbols:
        found.append(f"{library}: has a thread-local with a destructor")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
