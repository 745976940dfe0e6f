#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Explores variants of the collector's model with Spin: the whole protocol keeps its promises, and needs each of its rules.

usage: run.py CLAIM…           explores these; exit status 77 without Spin
       run.py --large [CLAIM…] explores the larger variants, or some of them: minutes and gigabytes
       run.py --list           prints the claims, one a line, except the large ones
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
DEEPEST = 100_000
MEGABYTES, MEGABYTES_OF_LARGE = 1_500, 5_000

# Variants in which every promise must hold.
HOLDS = {
    "the_protocol_holds_for_two_objects_with_an_edge_and_a_container": "N=2 TRACED=1 K=2 FAR WEAKS",
    "the_protocol_holds_for_three_objects_with_edges": "N=3 K=2 FAR WEAKS",
    "the_protocol_holds_for_three_objects_with_containers": "N=3 EDGES=0 TRACED=1 K=2 FAR",
    "the_protocol_holds_for_two_threads_with_edges": "N=2 M=2 K=1 HELD=2",
    "the_protocol_holds_for_two_threads_with_containers": "N=2 M=2 EDGES=0 TRACED=1 K=1 WEAKS",
    "a_pass_without_mutators_ends_all_unreachable_objects": "N=3 EDGES=2 K=0 HELD=2",
}

HOLDS_LARGE = {
    "two_objects_and_two_roots": "N=2 TRACED=1 K=2 HELD=2 FAR WEAKS",
    "two_objects_and_no_weak_references": "N=2 TRACED=1 K=2 HELD=2 FAR",
    "two_objects_with_two_edges": "N=2 EDGES=2 K=2 HELD=2 FAR WEAKS",
    "three_objects_with_edges_and_three_operations": "N=3 K=3 FAR WEAKS",
    "three_objects_with_containers_and_three_operations": "N=3 EDGES=0 TRACED=1 K=3 FAR WEAKS",
    "three_objects_with_an_edge_and_a_container": "N=3 TRACED=1 K=1 FAR WEAKS",
    "two_threads_with_an_edge_and_a_container": "N=2 M=2 TRACED=1 K=1 WEAKS",
    "two_threads_with_three_objects": "N=3 M=2 K=1 WEAKS",
}

# How Spin shows that a promise is broken: a part of the assertion that fails.
PROMISES = {
    "ALIVE": "!(ended[",
    "GARBAGE": "!(((component[",
    "STEADY": "!(guarded[",
    "MEMORY": "!(freed[",
    "EMPTY": "!(garbage[",
    "COLLECTS": "0",
}

# Variants without one rule, and the promise that is then broken.
SMALL = "N=2 TRACED=1 K=2 FAR"
BREAKS = {
    "when_the_seal_only_compares_a_weak_lock_revives_garbage": ("NO_SEAL WEAKS", "GARBAGE"),
    "when_weak_locks_do_not_wait_they_revive_garbage": ("NO_WAIT WEAKS", "GARBAGE"),
    "without_increments_in_the_word_a_restored_count_goes_unnoticed": ("NO_INCREMENTS", "GARBAGE"),
    "without_the_increment_of_a_store_an_object_dies_early": ("NO_STORE_BUMP", "GARBAGE"),
    "without_the_increment_of_a_move_an_object_dies_early": ("NO_MOVE_BUMP", "GARBAGE"),
    "when_a_move_increments_before_the_clear_an_object_dies_early": ("EARLY_MOVE_BUMP", "GARBAGE"),
    "without_the_owners_increment_the_targets_of_a_moved_container_die_early": ("NO_OWNER_BUMP", "GARBAGE"),
    "without_the_containers_lock_it_is_read_while_it_is_changed": ("NO_TRY_LOCK", "STEADY"),
    "when_dying_objects_count_as_garbage_they_end_twice": ("DYING_COUNTS", "GARBAGE"),
    "when_unlinked_objects_are_read_their_edges_have_been_destroyed": ("NO_LINK_CHECK", "ALIVE"),
    "without_propagation_targets_of_live_objects_die_early": ("NO_PROPAGATION", "GARBAGE"),
    "when_liveness_spreads_over_edges_read_again_a_moved_target_dies_early": ("SECOND_TRACE", "GARBAGE"),
    "without_closure_the_targets_of_a_changed_object_die_early": ("NO_CLOSURE", "GARBAGE"),
    "when_words_are_read_after_the_edges_an_object_dies_early": ("LATE_WORDS", "GARBAGE"),
    "when_edges_between_garbage_are_released_counts_drop_below_zero": ("INNER_DECREMENTS", "ALIVE"),
    "when_edges_are_cleared_late_a_destructor_finds_ended_objects": ("LATE_CLEARING", "ALIVE"),
    "when_words_are_cleared_late_a_destructor_can_lock_weak_references": ("LATE_COMMIT", "EMPTY"),
    "without_limbo_a_pass_reads_freed_memory": ("NO_LIMBO", "MEMORY"),
    "a_pass_ends_something": ("COLLECTS", "COLLECTS"),
}


def run(folder, *command):
    """Returns what the command prints; ends the program when it fails."""
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def explore(settings, megabytes, optimisation, table_bits=24):
    """Returns what Spin's verifier prints. Its hash table has 2 to the power of table_bits slots."""
    defines = [f"-D{setting}" for setting in settings.split()]
    with tempfile.TemporaryDirectory(prefix="handrail-model-") as folder:
        for source in HERE.glob("*.pml"):
            shutil.copy(source, folder)
        run(folder, "spin", "-a", *defines, "collector.pml")
        run(folder, "gcc", optimisation, "-w", "-DSAFETY", "-DCOLLAPSE", "-DVECTORSZ=1024", f"-DMEMLIM={megabytes}",
            "-o", "pan", "pan.c")
        return run(folder, "./pan", f"-m{DEEPEST}", f"-w{table_bits}")


def explored_all(output):
    """Returns whether Spin explored all states: neither depth nor memory ran out."""
    return ("Full statespace search" in output and "max search depth too small" not in output
            and "not completed" not in output and "MEMLIM" not in output)


def complaint_of_whole(output):
    if "errors: 0\n" not in output:
        return "a promise was broken"
    return "" if explored_all(output) else "not all states were explored"


def complaint_of_broken(output, promise):
    violations = [line for line in output.splitlines() if "assertion violated" in line]
    if not violations:
        return "no promise was broken"
    return "" if PROMISES[promise] in violations[0] else f"not {promise} was broken, but: {violations[0]}"


def check(claim):
    """Returns what is wrong with the claim, and the output of pan."""
    if claim in BREAKS:
        rule, promise = BREAKS[claim]
        # They end after a hundred thousand states: compiling takes longer than exploring.
        output = explore(f"{SMALL} {rule}", MEGABYTES, "-O0", table_bits=20)
        return complaint_of_broken(output, promise), output
    if claim in HOLDS:
        output = explore(HOLDS[claim], MEGABYTES, "-O2")
    else:
        output = explore(HOLDS_LARGE[claim], MEGABYTES_OF_LARGE, "-O2")
    return complaint_of_whole(output), output


def figures(output):
    return ", ".join(line.strip() for line in output.splitlines() if line.endswith(("states, stored", "memory usage")))


def main():
    claims = sys.argv[1:]
    if claims == ["--list"]:
        print("\n".join([*HOLDS, *BREAKS]))
        return
    if claims[:1] == ["--large"]:
        claims = claims[1:] or list(HOLDS_LARGE)
    if not claims:
        sys.exit(__doc__)
    if shutil.which("spin") is None:
        print("spin is not installed")
        sys.exit(SKIPPED)
    wrong = 0
    for claim in claims:
        begin = time.monotonic()
        complaint, output = check(claim)
        print(f"{claim}: {complaint or 'yes'}; {time.monotonic() - begin:.1f} s; {figures(output)}", flush=True)
        if complaint:
            wrong += 1
            print(output)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
