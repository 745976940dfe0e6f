#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Bug: handrail failed in programs that do not link it: when they loaded it, or a plugin that uses
it, with dlopen, and when a report was about a plugin that had been unloaded.
Correct: all of this works. glibc reserves 1,664 bytes of static thread-local storage for all
libraries that are loaded by dlopen, and refuses an alignment above 64 bytes.

usage: loaded_late.py BARE LIBRARY BLOCK_MAP PLUGIN_SHARED PLUGIN_STATIC READER NEIGHBOUR...
"""

import os
import re
import subprocess
import sys
import unittest

BARE = LIBRARY = BLOCK_MAP = PLUGIN_SHARED = PLUGIN_STATIC = READER = ""
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

    def test_a_program_that_does_not_link_it_can_load_the_library(self):
        self.succeeds("load=" + LIBRARY)

    def test_a_program_that_does_not_link_it_can_load_the_block_map(self):
        self.succeeds("load=" + BLOCK_MAP)

    def test_the_library_can_be_loaded_after_others_with_static_thread_local_storage(self):
        others = [step for each in NEIGHBOURS for step in ("load=" + each, "call=touch")]
        self.succeeds(*others, "load=" + LIBRARY)

    def test_a_plugin_that_links_the_library_works_after_others(self):
        others = ["load=" + each for each in NEIGHBOURS]
        self.succeeds(*others, "load=" + PLUGIN_SHARED, "call=use")

    def test_a_plugin_that_contains_the_library_works_after_others(self):
        others = ["load=" + each for each in NEIGHBOURS]
        self.succeeds(*others, "load=" + PLUGIN_STATIC, "call=use")

    def test_plugins_that_link_and_that_contain_the_library_work_together(self):
        self.succeeds("load=" + PLUGIN_STATIC, "call=use", "load=" + PLUGIN_SHARED, "call=use")

    def test_a_thread_older_than_the_plugin_may_use_it(self):
        self.succeeds("load=" + NEIGHBOURS[0], "start=touch", "load=" + PLUGIN_SHARED, "call=use", "join")

    def test_a_plugin_that_contains_the_library_can_be_closed_before_its_threads_end(self):
        self.succeeds("load=" + PLUGIN_STATIC, "start=use", "drop=0", "join")

    def test_a_plugin_that_links_the_library_can_be_closed_before_its_threads_end(self):
        self.succeeds("load=" + PLUGIN_SHARED, "start=use", "close=0", "join")

    def test_a_closed_plugin_can_be_loaded_and_used_again(self):
        for plugin in (PLUGIN_STATIC, PLUGIN_SHARED):
            self.succeeds("load=" + plugin, "call=use", "drop=0", "load=" + plugin, "call=use", "drop=1")

    def test_python_can_load_the_library_and_the_plugins(self):
        for library in (LIBRARY, PLUGIN_SHARED, PLUGIN_STATIC):
            self.succeeds("-c", f"import ctypes; ctypes.CDLL('{library}')", program=sys.executable)


class Closed(unittest.TestCase):
    """Reports about what a plugin did that has been unloaded."""

    def report(self, function, level, plugin=None, how="close=0", form="text", **more):
        ran = run("load=" + (plugin or PLUGIN_SHARED), "call=" + function, how,
                  HANDRAIL_DEBUG=f"leakcheck={level},format={form},slow=1ns", **more)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return " ".join(ran.stderr.split())

    def test_open_handles_are_reported_with_location_kind_and_name(self):
        for level, form in ((1, "text"), (2, "text"), (1, "json"), (2, "json")):
            text = self.report("leave_open", level, form=form)
            self.assertIn("/dev/null", text)
            self.assertIn("plugin handle", text)
            self.assertIn("plugin.cpp", text)

    def test_a_cycle_is_reported_with_its_types(self):
        for level in (1, 2):
            text = self.report("keep_itself", level)
            self.assertIn("HR001 certain", text)
            self.assertIn("cleanup at plugin.cpp:", text)
            self.assertIn("session", text)

    def test_misuse_is_reported(self):
        for level in (1, 2):
            text = self.report("misuse", level)
            for which in ("HR003", "HR010", "HR011", "HR030", "HR031"):
                self.assertIn(which, text)
            self.assertIn("plugin.cpp:", text)

    def test_a_plugin_that_contains_the_library_reports_at_exit(self):
        text = self.report("leave_open", 1, plugin=PLUGIN_STATIC, how="drop=0")
        self.assertIn("plugin.cpp", text)

    def test_a_report_in_the_hands_of_the_program_stays_valid(self):
        for level in (1, 2):
            ran = run("load=" + PLUGIN_SHARED, "call=leave_open", "call=misuse", "load=" + READER, "call=take", "close=0",
                      "call=use_taken", HANDRAIL_DEBUG=f"leakcheck={level},atexit=0")
            self.assertEqual(ran.returncode, 0, ran.stderr)

    def test_another_module_at_the_same_address_is_not_mistaken_for_the_first(self):
        ran = run("load=" + PLUGIN_SHARED, "call=leave_open", "close=0", "load=" + PLUGIN_SHARED, "call=leave_open", "close=1",
                  HANDRAIL_DEBUG="leakcheck=1")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(ran.stderr.count("plugin.cpp"), self.report("leave_open", 1).count("plugin.cpp"))


class Storage(unittest.TestCase):
    def test_thread_local_storage_is_small_and_not_aligned(self):
        for library in (LIBRARY, BLOCK_MAP):
            for line in readelf("--program-headers", library).splitlines():
                if line.split()[:1] == ["TLS"]:
                    fields = line.split()
                    self.assertLessEqual(int(fields[5], 16), MOST_STORAGE, library)
                    self.assertLessEqual(int(fields[-1], 16), MOST_ALIGNMENT, library)

    def test_thread_local_storage_is_not_allocated_at_its_first_use(self):
        for library in (LIBRARY, BLOCK_MAP):
            dynamic = re.findall(r"R_\w*(?:DTPMOD|TLSDESC|TLS_DTPMOD)\w*", readelf("--relocs", library))
            self.assertEqual(dynamic, [], library)


if __name__ == "__main__":
    BARE, LIBRARY, BLOCK_MAP, PLUGIN_SHARED, PLUGIN_STATIC, READER, *NEIGHBOURS = map(os.path.abspath, sys.argv[1:])
    unittest.main(argv=sys.argv[:1])
