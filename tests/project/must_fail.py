#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Runs a test program that must fail, and say each of the texts.

usage: must_fail.py PROGRAM TEXT…
"""

import subprocess
import sys


def main():
    program, *texts = sys.argv[1:]
    ran = subprocess.run([program, "--color_output=no"], capture_output=True, text=True)
    said = ran.stdout + ran.stderr
    missing = [text for text in texts if text not in said]
    if ran.returncode <= 0 or missing:
        sys.exit(f"{program}: exit status {ran.returncode}, not said: {missing}\n{said}")


if __name__ == "__main__":
    main()
