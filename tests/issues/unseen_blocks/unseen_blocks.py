#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Bug: a check at level full claimed to be complete although the program's operator new was not that
of the block map, which therefore did not record the heap blocks.
Correct: the report says that heap blocks were not found; a preloaded block map is found, whichever
linker the program is from.

usage: unseen_blocks.py BLOCK_MAP ALLOCATOR SEEN... -- UNSEEN...
"""

import os
import subprocess
import sys
import unittest

BLOCK_MAP = ALLOCATOR = PLAIN = ""
SEEN = []
UNSEEN = []


def missing(program, *preload):
    ran = subprocess.run([program], env=dict(os.environ, LD_PRELOAD=":".join(preload)), capture_output=True, text=True,
                         timeout=60, check=True)
    return ran.stdout


class UnseenBlocks(unittest.TestCase):
    def test_a_check_with_the_block_map_is_complete(self):
        for program in SEEN:
            with self.subTest(program=program):
                self.assertEqual(missing(program, BLOCK_MAP), "complete: \n")

    def test_the_block_map_may_come_before_an_allocator(self):
        self.assertEqual(missing(PLAIN, BLOCK_MAP, ALLOCATOR), "complete: \n")

    def test_a_check_without_the_block_map_says_so(self):
        self.assertIn("there is no block map", missing(PLAIN))

    def test_an_allocator_before_the_block_map_makes_the_check_incomplete(self):
        self.assertIn("not complete: heap blocks were not found", missing(PLAIN, ALLOCATOR, BLOCK_MAP))

    def test_an_operator_new_of_the_program_makes_the_check_incomplete(self):
        for program in UNSEEN:
            with self.subTest(program=program):
                self.assertIn("not complete: heap blocks were not found", missing(program, BLOCK_MAP))


if __name__ == "__main__":
    split = sys.argv.index("--")
    BLOCK_MAP, ALLOCATOR, *SEEN = map(os.path.abspath, sys.argv[1:split])
    PLAIN = SEEN[0]
    UNSEEN = list(map(os.path.abspath, sys.argv[split + 1:]))
    unittest.main(argv=sys.argv[:1])
