#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Runs a sample that checks itself: its exit status is 0, and it prints the texts in this order.

usage: program.py PROGRAM TEXT…
"""

import subprocess
import sys


def main():
    program, *texts = sys.argv[1:]
    ran = subprocess.run([program], capture_output=True, text=True)
    print(ran.stdout, ran.stderr)
    if ran.returncode != 0:
        sys.exit(f"{program}: exit status {ran.returncode}")
    position = 0
    for text in texts:
        position = ran.stdout.find(text, position)
        if position < 0:
            sys.exit(f"{program}: not printed, or in another order: {text}")


if __name__ == "__main__":
    main()
