#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Runs a test program that must fail and print each of the texts.

usage: must_fail.py [--aborts] PROGRAM TEXT…

--aborts: it must end by abort(); else it must exit with a status other than 0.
"""

import signal
import subprocess
import sys


def main():
    aborts = sys.argv[1] == "--aborts"
    program, *texts = sys.argv[2 if aborts else 1 :]
    ran = subprocess.run([program, "--color_output=no"], capture_output=True, text=True)
    printed = ran.stdout + ran.stderr
    missing = [text for text in texts if text not in printed]
    as_expected = ran.returncode == -signal.SIGABRT if aborts else ran.returncode > 0
    if not as_expected or missing:
        sys.exit(f"{program}: exit status {ran.returncode}, not printed: {missing}\n{printed}")


if __name__ == "__main__":
    main()
