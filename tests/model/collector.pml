/* Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
 *
 * The protocol of the cycle collector (docs/collector.md), for Spin to explore in every order of its steps. run.py has
 * the variants that are explored, and how.
 *
 * What there is
 *   objects   1 .. N; 0 is the null reference. Each has EDGES plain edges and TRACED containers (none or one) of one edge.
 *   word      strong count, increments and FROZEN of an object. A step is one atomic access to one word or edge, or what
 *             happens under one lock.
 *   threads   M mutators and one pass. A mutator has R roots (a shared, or an edge outside managed objects), and a hand
 *             for the reference that it is about to place or to drop. It does K operations, any that its roots allow; who
 *             reads a container keeps out writers, not passes. With FAR it works inside whatever its roots lead to,
 *             otherwise inside what it holds itself. To begin with it holds up to HELD roots, in any graph.
 *   states    linked: the registry knows the object. doomed: its count reached zero, it waits in a destroy queue.
 *             ended: its destructor has begun. freed: its memory is gone.
 *   WEAKS     every object is known weakly; so no memory is freed
 *
 * What is asserted
 *   ALIVE     whoever touches an object finds it not ended and, to change its count, counted
 *   GARBAGE   a pass condemns only what no root, no guard, no destroy queue and no edge from elsewhere leads to
 *   STEADY    a container is not read while it is changed
 *   MEMORY    a pass looks only at memory that is there
 *   EMPTY     weak references to garbage are empty when its destructors begin
 *   COMPLETE  when nobody does anything meanwhile, a pass ends all that is unreachable
 *
 * Left out: births, exceptions, several heaps, a second pass, registry locks that many objects share, several edges in one
 * container, several operations under one guard, and C++'s memory model: all is sequentially consistent here.
 *
 * Each of these removes one rule, and then a promise is broken:
 *   NO_FREEZE         the second look at a word only reads it
 *   NO_WAIT           weak locks ignore FROZEN
 *   NO_INCREMENTS     the second look compares strong counts only
 *   NO_STORE_BUMP     a copy stored into an edge counts, but is no increment
 *   NO_MOVE_BUMP      moving an edge leaves the word of its target as it was
 *   EARLY_MOVE_BUMP   moving an edge bumps its target before the clear, not after
 *   NO_OWNER_BUMP     the end of a write guard leaves the owner's word as it was
 *   NO_TRY_LOCK       a pass reads containers without their lock
 *   DYING_COUNTS      what died before it was looked at may be garbage
 *   NO_LINK_CHECK     a pass reads the edges of what is no longer linked
 *   NO_PROPAGATION    live objects do not make live what they lead to
 *   SECOND_TRACE      ... make live what they lead to now, not what they led to in the snapshot
 *   NO_CLOSURE        an object that changed leaves its component alone
 *   LATE_WORDS        words are read after the edges
 *   INNER_DECREMENTS  edges between garbage give their counts back
 *   LATE_CLEARING     destructors of garbage run before its edges are null
 *   LATE_COMMIT       ... before its words are zero
 *   NO_LIMBO          what dies during a pass is freed at once
 * COLLECTS is the claim, which must be wrong, that a pass never ends anything.
 */

#ifndef M
#define M 1
#endif
#ifndef HELD
#define HELD 1
#endif
#ifndef EDGES
#define EDGES 1
#endif
#ifndef TRACED
#define TRACED 0
#endif

#define R 2
#define S (EDGES + TRACED)
#define OBJECTS (N + 1)
#define PLACES (N * S)
#define at(o, s) (((o) - 1) * S + (s))
#define owner(p) ((p) / S + 1)
#define in_container(s) ((s) >= EDGES)
#define ROOTS (M * (R + 1))
#define root(m, r) roots[(m) * (R + 1) + (r)]
#define hand(m) root(m, R)
#define PASS M

byte strong[OBJECTS], increments[OBJECTS];
bool frozen[OBJECTS];
byte edge[PLACES];
bool guarded[OBJECTS];
byte roots[ROOTS];

bool linked[OBJECTS], ended[OBJECTS], freed[OBJECTS], limbo[OBJECTS];
byte doomed[OBJECTS], queued[M + 1];    /* by whom: the number of the queue's thread, and 1 */
bool passing;
byte tracing;    /* whose registry lock the pass holds */

hidden byte i, j, k;

/* ---- words */

#define ALIVE(o) (!ended[o] && strong[o] > 0)

inline bump(o) { increments[o]++ }

inline acquire(o) {
    assert(ALIVE(o));
    strong[o]++;
    bump(o)
}

inline release(o, who) {
    assert(ALIVE(o));
    strong[o]--;
    if
    :: strong[o] == 0 -> doomed[o] = who + 1; queued[who]++
    :: else
    fi
}

inline release_if(o, who) {
    if
    :: o != 0 -> release(o, who)
    :: else
    fi
}

inline free(o) {
#ifndef WEAKS
    freed[o] = true
#else
    skip
#endif
}

/* ---- death by count */

/* Takes the first object off this thread's queue, which is not empty, and unlinks it. */
inline begin_death(who) {
    d_step {
        for (i : 1 .. N) {
            if
            :: victim == 0 && doomed[i] == who + 1 -> victim = i
            :: else
            fi
        }
        doomed[victim] = 0;
        queued[who]--
    }
    tracing != victim;
    linked[victim] = false;
    assert(!ended[victim]);
    ended[victim] = true
}

inline drop_edges(who) {
    do
    :: place < S - 1 -> drop_edge(who)
    :: place == S - 1 -> drop_edge(who); break
    od
}

inline drop_edge(who) {
    atomic {
        release_if(edge[at(victim, place)], who);
        edge[at(victim, place)] = 0;
        place++
    }
}

inline end_death() {
    d_step {
        if
#ifndef NO_LIMBO
        :: passing -> limbo[victim] = true
#endif
        :: else -> free(victim)
        fi;
        victim = 0;
        place = 0
    }
}

/* ---- who does it */

inline choose(variable, low, high) {
    variable = low;
    do
    :: variable < high -> variable++
    :: break
    od
}

#include "mutator.pml"
#include "pass.pml"

init {
    byte p, v;
    bool sound = true;
    atomic {
        for (p : 0 .. PLACES - 1) { choose(v, 0, N); edge[p] = v }
        for (p : 0 .. M - 1) {
            choose(v, 1, N); root(p, 0) = v;
            choose(v, 0, root(p, 0) * (HELD - 1)); root(p, 1) = v
        }
        skip;
        d_step {
            for (i : 0 .. PLACES - 1) { strong[edge[i]]++ }
            for (i : 0 .. ROOTS - 1) { strong[roots[i]]++ }
            strong[0] = 0;
            for (i : 1 .. N) { linked[i] = strong[i] > 0; ended[i] = !linked[i]; freed[i] = !linked[i] }
            for (i : 0 .. PLACES - 1) { sound = sound && (edge[i] == 0 || linked[owner(i)]) }
            skip
        }
        p = 0;
        v = 0;
        if
        :: sound ->
           for (p : 0 .. M - 1) { run mutator(p) }
           run pass()
        :: else
        fi
    }
}
