#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks that a public header compiles alone, and that those without sockets do not include Asio.

usage: headers.py ROOT HEADER COMPILER ARGUMENT…
       headers.py --list ROOT              the public headers
       headers.py --compare ROOT HEADER…   are these all of them?
"""

import pathlib
import subprocess
import sys

WITHOUT_ASIO = {"cleanup.hpp", "runner.hpp", "shared.hpp", "leak_check.hpp", "owner_ref.hpp"}


def public_headers(root):
    folder = pathlib.Path(root) / "include" / "handrail"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.hpp"))


def check(root, header, command):
    command = [*command, f"-I{root}/include", "-x", "c++", "-"]
    source = f"#include <handrail/{header}>\n#include <handrail/{header}>\n"
    done = subprocess.run(command + ["-fsyntax-only", "-Wall", "-Wextra", "-Werror"], input=source,
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{header} does not compile alone:\n{done.stderr}")
    if header in WITHOUT_ASIO:
        files = subprocess.run(command + ["-M"], input=source, capture_output=True, text=True, check=True)
        if "boost/asio" in files.stdout:
            sys.exit(f"{header} includes Asio")


def main():
    if sys.argv[1] == "--list":
        print("\n".join(public_headers(sys.argv[2])))
    elif sys.argv[1] == "--compare":
        changed = set(public_headers(sys.argv[2])) ^ set(sys.argv[3:])
        if changed:
            sys.exit(f"came or went since the build was configured: {sorted(changed)}")
    else:
        check(sys.argv[1], sys.argv[2], sys.argv[3:])


if __name__ == "__main__":
    main()
