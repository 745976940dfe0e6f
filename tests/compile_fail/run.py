#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks that a misuse does not compile, and says why.

The file's first line is `// error: TEXT|TEXT…`: one of the texts must be among the compiler's errors. With
HANDRAIL_CONTROL defined the same file must compile, so that the test cannot pass because of something else.

usage: run.py FILE COMPILER ARGUMENT…
"""

import subprocess
import sys


def compiles(command, defines):
    return subprocess.run(command + defines, capture_output=True, text=True)


def main():
    path, command = sys.argv[1], sys.argv[2:]
    with open(path, encoding="utf-8") as source:
        prefix, _, expected = source.readline().strip().partition(": ")
    if prefix != "// error" or not expected:
        sys.exit(f"{path}: the first line is not `// error: TEXT`")
    command += ["-fsyntax-only", "-x", "c++", path]
    control = compiles(command, ["-DHANDRAIL_CONTROL"])
    if control.returncode != 0:
        sys.exit(f"{path}: the control does not compile:\n{control.stderr}")
    misuse = compiles(command, [])
    if misuse.returncode == 0:
        sys.exit(f"{path}: compiles, but must not")
    if not any(text in misuse.stderr for text in expected.split("|")):
        sys.exit(f"{path}: expected \"{expected}\" in:\n{misuse.stderr}")


if __name__ == "__main__":
    main()
