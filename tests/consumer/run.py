#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Installs the build into a temporary prefix, builds a consumer against it and runs it.

usage: run.py HOW SOURCE_DIR BUILD_DIR COMPILER…
HOW: pkgconfig-shared, pkgconfig-static, pkgconfig-whole, pkgconfig-flags, cmake or tool
Exit status 77: cmake is not installed.

static is handrail's archive beside other shared libraries; whole is a program without any shared
library.
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
    """Returns the prefix below root, and the folder of the package files."""
    run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", root])
    (package,) = root.rglob("handrail.pc")
    prefix = package.parent
    while not (prefix / "include").is_dir():
        prefix = prefix.parent
    return prefix, package.parent


def pkgconfig(prefix, packages, *options):
    return run(["pkg-config", f"--define-variable=prefix={prefix}", *options, "handrail"],
               env=dict(os.environ, PKG_CONFIG_PATH=str(packages))).split()


def by_pkgconfig(kind, source, prefix, packages, compiler, work):
    more = [] if kind == "shared" else ["--static"]
    flags = pkgconfig(prefix, packages, "--cflags", "--libs", *more)
    if kind == "static":
        flags = ["-l:libhandrail.a" if f == "-lhandrail" else f for f in flags]
    whole = ["-static"] if kind == "whole" else []
    program = work / "consumer"
    run([*compiler, "-std=c++20", *whole, source / "main.cpp", "-o", program, *flags])
    run([program], env=dict(os.environ, LD_LIBRARY_PATH=str(packages.parent)))
    must_need_of(program, {"shared": {"libhandrail.so.0": True}, "static": {"libhandrail": False},
                           "whole": {"lib": False}}[kind])


def must_need_of(program, expected):
    """expected: a part of a library's name -> whether the program must need it."""
    dynamic = run(["readelf", "--dynamic", program])
    needed = [line for line in dynamic.splitlines() if "(NEEDED)" in line]
    for name, wanted in expected.items():
        if any(name in line for line in needed) != wanted:
            sys.exit(f"{program}: {name} must {'' if wanted else 'not '}be needed:\n" + "\n".join(needed))


def by_flags(prefix, packages):
    """Each library is linked once, and by name: a path would choose between shared and static."""
    private = pkgconfig(prefix, packages, "--static", "--libs")
    libraries = [f for f in private if not f.startswith("-L")]
    if len(set(libraries)) != len(libraries) or any(not f.startswith("-") for f in libraries):
        sys.exit(f"pkg-config --static --libs: {private}")
    if "-lboost_json" not in libraries or libraries.index("-lhandrail") > libraries.index("-lboost_json"):
        sys.exit(f"-lboost_json must follow -lhandrail: {private}")
    if (shared := pkgconfig(prefix, packages, "--libs")) != [f"-L{packages.parent}", "-lhandrail"]:
        sys.exit(f"pkg-config --libs: {shared}")


def by_cmake(source, prefix, compiler, work):
    programs = {"OFF": {"consumer_shared": {"libhandrail.so.0": True}, "consumer_static": {"libhandrail": False}},
                "ON": {"consumer_whole": {"lib": False}}}
    for whole, built in programs.items():
        made = work / f"whole-{whole}"
        run(["cmake", "-G", "Ninja", "-S", source, "-B", made, f"-DCMAKE_PREFIX_PATH={prefix}",
             f"-DCMAKE_CXX_COMPILER={compiler[-1]}", f"-DWHOLE={whole}"])
        run(["cmake", "--build", made])
        for program, needed in built.items():
            run([made / program])
            must_need_of(made / program, needed)


def by_tool(prefix):
    """The installed tool finds what was installed with it, whatever the prefix is."""
    tool = prefix / "bin" / "handrail-check"
    printed = subprocess.run([tool, "-q", "--", "env"], capture_output=True, text=True).stdout
    (preloaded,) = [line for line in printed.splitlines() if line.startswith("LD_PRELOAD=")]
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
        elif how == "pkgconfig-flags":
            by_flags(prefix, packages)
        elif how == "cmake":
            by_cmake(source, prefix, compiler, work)
        else:
            by_pkgconfig(how.removeprefix("pkgconfig-"), source, prefix, packages, compiler, work)


if __name__ == "__main__":
    main()
