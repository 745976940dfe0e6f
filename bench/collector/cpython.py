# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The peer of objects.cpp: CPython's gc.collect, objects with __slots__ in cycles of two.

usage: cpython.py pairs_garbage|pairs_live OBJECTS ROUNDS
"""

import gc
import sys
import time


class Node:
    __slots__ = ("other",)


def build(objects):
    """Returns one object of each pair."""
    roots = []
    for _ in range(objects // 2):
        first, second = Node(), Node()
        first.other, second.other = second, first
        roots.append(first)
    return roots


def measure(live, objects):
    roots = build(objects)
    if not live:
        roots = None
    begin = time.process_time_ns()
    collected = gc.collect()
    taken = time.process_time_ns() - begin
    if collected < (0 if live else objects):
        sys.exit(f"cpython.py: {collected} collected")
    roots = None
    gc.collect()
    return taken / objects


def main():
    shape, objects, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    gc.disable()
    gc.collect()
    for _ in range(rounds):
        print(measure(shape == "pairs_live", objects))


if __name__ == "__main__":
    main()
