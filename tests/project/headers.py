#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks that a public header compiles alone, and that the cheap ones pull in no Asio.

usage: headers.py ROOT HEADER COMPILER ARGUMENT…
"""

import subprocess
import sys

WITHOUT_ASIO = {"cleanup.hpp", "runner.hpp", "shared.hpp", "leak_check.hpp", "owner_ref.hpp"}


def main():
    root, header, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    command += [f"-I{root}/include", "-x", "c++", "-"]
    source = f"#include <handrail/{header}>\n#include <handrail/{header}>\n"
    done = subprocess.run(command + ["-fsyntax-only", "-Wall", "-Wextra", "-Werror"], input=source,
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{header} does not compile alone:\n{done.stderr}")
    if header in WITHOUT_ASIO:
        files = subprocess.run(command + ["-M"], input=source, capture_output=True, text=True, check=True)
        if "boost/asio" in files.stdout:
            sys.exit(f"{header} includes Asio")


if __name__ == "__main__":
    main()
