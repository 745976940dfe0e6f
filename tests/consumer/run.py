#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Installs the build into a temporary prefix, builds a consumer against it and runs it.

usage: run.py {pkgconfig-shared|pkgconfig-static|cmake|tool} SOURCE_DIR BUILD_DIR COMPILER…
Exit status 77: cmake is not there.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def run(command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{command} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def install(build, root):
    """Returns the folder in which the prefix lies below root."""
    run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", root])
    (package,) = root.rglob("handrail.pc")
    prefix = package.parent
    while not (prefix / "include").is_dir():
        prefix = prefix.parent
    return prefix, package.parent


def by_pkgconfig(kind, source, prefix, packages, compiler, work):
    environment = dict(os.environ, PKG_CONFIG_PATH=str(packages))
    more = ["--static"] if kind == "static" else []
    flags = run(["pkg-config", f"--define-variable=prefix={prefix}", "--cflags", "--libs", *more, "handrail"],
                env=environment).split()
    if kind == "static":
        flags = [str(packages.parent / "libhandrail.a") if f == "-lhandrail" else f for f in flags]
    program = work / "consumer"
    run([*compiler, "-std=c++20", source / "main.cpp", "-o", program, *flags])
    run([program], env=dict(environment, LD_LIBRARY_PATH=str(packages.parent)))


def by_cmake(source, prefix, compiler, work):
    run(["cmake", "-G", "Ninja", "-S", source, "-B", work / "build", f"-DCMAKE_PREFIX_PATH={prefix}",
         f"-DCMAKE_CXX_COMPILER={compiler[-1]}"])
    run(["cmake", "--build", work / "build"])
    for program in ("consumer_shared", "consumer_static"):
        run([work / "build" / program])


def by_tool(prefix):
    """The installed tool finds what was installed with it, wherever the prefix lies."""
    tool = prefix / "bin" / "handrail-check"
    told = subprocess.run([tool, "-q", "--", "env"], capture_output=True, text=True).stdout
    (preloaded,) = [line for line in told.splitlines() if line.startswith("LD_PRELOAD=")]
    if not preloaded.startswith(f"LD_PRELOAD={prefix.resolve()}/") or "libhandrail_block_map.so" not in preloaded:
        sys.exit(f"preloaded: {preloaded}")
    if not list(prefix.rglob("man1/handrail-check.1*")):
        sys.exit("no manual")


def main():
    how, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    compiler = sys.argv[4:]
    if how == "cmake" and shutil.which("cmake") is None:
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        prefix, packages = install(build, root / "root")
        work = root / "work"
        work.mkdir()
        if how == "tool":
            by_tool(prefix)
        elif how == "cmake":
            by_cmake(source, prefix, compiler, work)
        else:
            by_pkgconfig(how.removeprefix("pkgconfig-"), source, prefix, packages, compiler, work)


if __name__ == "__main__":
    main()
