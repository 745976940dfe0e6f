# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The ways in which the cases are built, and how."""

import dataclasses
import subprocess

BASE = ["-std=c++20", "-pthread"]


@dataclasses.dataclass(frozen=True)
class Variant:
    name: str
    level: str            # of knowledge: see expectation.py
    clang: bool = False
    compile: tuple = ()
    link: tuple = ()


def of_both_compilers():
    """-g changes no code, so builds with less information share the compilation of -O2 -g."""
    for clang in (False, True):
        prefix = "clang" if clang else "g++"
        yield Variant(f"{prefix} -O0 -g", "debug", clang, ("-O0", "-g"))
        yield Variant(f"{prefix} -O2 -g", "debug", clang, ("-O2", "-g"))
        yield Variant(f"{prefix} -O2", "symbols", clang, ("-O2", "-g"), ("-Wl,--strip-debug",))
        yield Variant(f"{prefix} stripped", "stripped", clang, ("-O2", "-g"), ("-s",))


VARIANTS = [
    *of_both_compilers(),
    Variant("g++ -g1", "symbols", compile=("-O2", "-g1")),
    Variant("g++ -gz", "debug", compile=("-O2", "-g", "-gz"), link=("-gz",)),
    Variant("g++ split", "debug", compile=("-O2", "-g", "-gsplit-dwarf")),
    Variant("g++ -flto", "debug", compile=("-O2", "-g", "-flto"), link=("-O2", "-g", "-flto")),
    Variant("g++ -no-pie", "debug", compile=("-O2", "-g", "-fno-pie"), link=("-no-pie",)),
]


class NotBuilt(Exception):
    """What the compiler said."""


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NotBuilt(f"{' '.join(command)}\n{done.stderr}")


def build(case, variant, compilers, folder):
    """Returns the program. compilers: the commands of g++ and clang, as lists."""
    compiler = compilers[variant.clang]
    objects = folder / ("clang" if variant.clang else "g++") / "".join(variant.compile)
    objects.mkdir(parents=True, exist_ok=True)
    compiled = objects / f"{case.name}.o"
    headers = case.path.parent.parent.glob("*.hpp")
    newest = max(file.stat().st_mtime for file in (case.path, *headers))
    if not compiled.exists() or compiled.stat().st_mtime < newest:
        run([*compiler, *BASE, *variant.compile, "-c", str(case.path), "-o", str(compiled)], folder)
    program = objects / (case.name + "".join(variant.link).replace(",", ""))
    libraries = [f"-l{name}" for name in case.value("LIBRARIES").split()]
    run([compiler[-1], "-pthread", *variant.link, str(compiled), "-o", str(program), *libraries], folder)
    return program
