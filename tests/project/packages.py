#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks which packages tools/packages.sh chooses from the lists that systems offer.

usage: packages.py SOURCE_ROOT

The lists of the Debian systems in tests/project/offered were recorded with `tools/packages.sh
--offered …`. That of ubuntu-24.04 was written by hand, from Ubuntu's package names, and nothing was
run there.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
OFFERED = ROOT / "tests" / "project" / "offered"
BOOST = ["boost", "boost-json", "boost-program-options", "boost-test", "boost-context"]
SYSTEMS = ["debian-12", "debian-13", "debian-sid", "ubuntu-24.04"]


def names_of(version):
    return [f"lib{part}{version}-dev" for part in BOOST]


def choose(offered, installed, *roles):
    """Returns the chosen packages, or the error message. offered, installed: lists of lines."""
    with tempfile.TemporaryDirectory() as folder:
        lists = []
        for name, lines in (("offered", offered), ("installed", installed)):
            lists.append(pathlib.Path(folder) / name)
            lists[-1].write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        ran = subprocess.run([ROOT / "tools" / "packages.sh", *lists, *roles], capture_output=True, text=True)
        return ran.stdout.split() if ran.returncode == 0 else ran.stderr


def offered_by(system):
    return (OFFERED / system).read_text(encoding="utf-8").splitlines()


class Boost(unittest.TestCase):
    def test_the_default_is_chosen_where_it_is_new_enough_else_a_versioned_one(self):
        for system, version in zip(SYSTEMS, ["1.81", "", "", ""]):
            self.assertEqual(choose(offered_by(system), [], *BOOST), names_of(version), system)

    def test_an_installed_version_is_kept_if_it_is_usable(self):
        self.assertEqual(choose(offered_by("debian-13"), ["libboost1.88-dev 1.88.0-1"], *BOOST), names_of("1.88"))

    def test_an_installed_version_is_replaced_if_it_is_too_old(self):
        installed = ["libboost-dev 1.74.0.3", "libboost1.74-dev 1.74.0+ds1-21"]
        self.assertEqual(choose(offered_by("debian-12"), installed, *BOOST), names_of("1.81"))

    def test_the_newest_of_several_versions_is_chosen(self):
        offered = [line for line in offered_by("debian-13") if not line.startswith("libboost-dev")]
        self.assertEqual(choose(offered, [], *BOOST), names_of("1.88"))

    def test_versions_are_compared_as_numbers(self):
        offered = [f"{name} {version}.0-1" for version in ("1.9", "1.99", "1.100") for name in names_of(version)]
        self.assertEqual(choose(offered, [], "boost"), ["libboost1.100-dev"])

    def test_a_version_without_all_parts_is_not_chosen(self):
        offered = [line for line in offered_by("debian-13") if not line.startswith(("libboost-dev", "libboost-json1.88"))]
        self.assertEqual(choose(offered, [], *BOOST), names_of("1.83"))

    def test_an_error_says_that_none_is_new_enough(self):
        offered = [line for line in offered_by("debian-12") if "1.81" not in line]
        self.assertEqual(choose(offered, [], *BOOST), "no Boost from 1.81 on is offered\n")


class Clang(unittest.TestCase):
    def test_the_default_is_chosen_where_it_is_new_enough_else_the_oldest_that_is(self):
        for system, version in zip(SYSTEMS, [19, 19, 21, 19]):
            self.assertEqual(choose(offered_by(system), [], "clang", "clang-rt", "clang-tidy"),
                             [f"clang-{version}", f"libclang-rt-{version}-dev", f"clang-tidy-{version}"], system)

    def test_an_installed_version_is_kept_if_it_is_usable(self):
        self.assertEqual(choose(offered_by("debian-sid"), ["clang-22 1:22.1.8-3"], "clang"), ["clang-22"])

    def test_an_error_says_that_none_is_new_enough(self):
        offered = [line for line in offered_by("debian-12") if "-19" not in line]
        self.assertEqual(choose(offered, [], "clang"), "no clang from 19 on is offered\n")


class Others(unittest.TestCase):
    def test_optional_packages_are_chosen_where_they_are_offered(self):
        self.assertEqual(choose(["wrk 4.1.0-4"], [], "g++", "wrk?", "spin?"), ["g++", "wrk"])

    def test_every_system_offers_every_tool(self):
        for system in SYSTEMS:
            self.assertEqual(choose(offered_by(system), [], "libdw-dev?", "wrk?", "spin?", "valgrind?"),
                             ["libdw-dev", "wrk", "spin", "valgrind"], system)


if __name__ == "__main__":
    unittest.main()
