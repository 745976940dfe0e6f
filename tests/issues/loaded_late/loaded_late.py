#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The library, and plugins with it, loaded by programs that do not link it.

glibc keeps 1,664 bytes of static thread-local storage in reserve for all libraries that are loaded late, and refuses
what is aligned above 64 bytes.

usage: loaded_late.py BARE LIBRARY BLOCK_MAP PLUGIN_SHARED PLUGIN_STATIC NEIGHBOUR...
"""

import os
import re
import subprocess
import sys
import unittest

BARE = LIBRARY = BLOCK_MAP = PLUGIN_SHARED = PLUGIN_STATIC = ""
NEIGHBOURS = []

MOST_STORAGE = 256
MOST_ALIGNMENT = 64


def run(*steps, program=None, **more):
    environment = dict(os.environ, **more)
    return subprocess.run([program or BARE, *steps], env=environment, capture_output=True, text=True, timeout=60)


def readelf(option, library):
    return subprocess.run(["readelf", "--wide", option, library], capture_output=True, text=True, check=True).stdout


class Late(unittest.TestCase):
    def succeeds(self, *steps, **more):
        ran = run(*steps, **more)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))

    def test_the_library_is_loaded_by_a_program_that_does_not_link_it(self):
        self.succeeds("load=" + LIBRARY)

    def test_the_block_map_is_loaded_late(self):
        self.succeeds("load=" + BLOCK_MAP)

    def test_it_is_loaded_after_others_with_static_thread_local_storage(self):
        others = [step for each in NEIGHBOURS for step in ("load=" + each, "call=touch")]
        self.succeeds(*others, "load=" + LIBRARY)

    def test_a_plugin_that_links_it_works_after_others(self):
        others = ["load=" + each for each in NEIGHBOURS]
        self.succeeds(*others, "load=" + PLUGIN_SHARED, "call=use")

    def test_a_plugin_that_contains_it_works_after_others(self):
        others = ["load=" + each for each in NEIGHBOURS]
        self.succeeds(*others, "load=" + PLUGIN_STATIC, "call=use")

    def test_plugins_with_and_without_it_work_in_one_program(self):
        self.succeeds("load=" + PLUGIN_STATIC, "call=use", "load=" + PLUGIN_SHARED, "call=use")

    def test_a_thread_that_was_there_before_the_plugin_may_use_it(self):
        self.succeeds("load=" + NEIGHBOURS[0], "start=touch", "load=" + PLUGIN_SHARED, "call=use", "join")

    def test_a_plugin_that_contains_it_can_be_closed_while_a_thread_has_used_it(self):
        self.succeeds("load=" + PLUGIN_STATIC, "start=use", "close", "join")

    def test_a_plugin_that_links_it_can_be_closed_while_a_thread_has_used_it(self):
        self.succeeds("load=" + PLUGIN_SHARED, "start=use", "close", "join")

    def test_a_closed_plugin_is_loaded_and_used_again(self):
        for plugin in (PLUGIN_STATIC, PLUGIN_SHARED):
            self.succeeds("load=" + plugin, "call=use", "close", "load=" + plugin, "call=use", "close")

    def test_python_loads_it(self):
        for library in (LIBRARY, PLUGIN_SHARED, PLUGIN_STATIC):
            self.succeeds("-c", f"import ctypes; ctypes.CDLL('{library}')", program=sys.executable)


class Storage(unittest.TestCase):
    def test_thread_local_storage_is_small_and_not_aligned(self):
        for library in (LIBRARY, BLOCK_MAP):
            for line in readelf("--program-headers", library).splitlines():
                if line.split()[:1] == ["TLS"]:
                    fields = line.split()
                    self.assertLessEqual(int(fields[5], 16), MOST_STORAGE, library)
                    self.assertLessEqual(int(fields[-1], 16), MOST_ALIGNMENT, library)

    def test_none_of_it_is_allocated_at_its_first_use(self):
        for library in (LIBRARY, BLOCK_MAP):
            dynamic = re.findall(r"R_\w*(?:DTPMOD|TLSDESC|TLS_DTPMOD)\w*", readelf("--relocs", library))
            self.assertEqual(dynamic, [], library)


if __name__ == "__main__":
    BARE, LIBRARY, BLOCK_MAP, PLUGIN_SHARED, PLUGIN_STATIC, *NEIGHBOURS = map(os.path.abspath, sys.argv[1:])
    unittest.main(argv=sys.argv[:1])
