/* Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
 *
 * The protocol of the cycle collector (docs/collector.md), for Spin to explore in every order of
 * its steps. run.py has the variants that are explored, and how.
 *
 * The model
 *   objects   1 .. N; 0 is the null reference. Each has EDGES plain edges and TRACED containers
 *             (none or one) of one edge.
 *   word      strong count, increments and SEALED of an object. A step is one atomic access to one
 *             word or edge, or everything that happens under one lock.
 *   threads   M mutators and one pass. A mutator has R roots (a shared, or an edge outside of
 *             managed objects), and a hand: the reference that it is about to store or to release.
 *             It does K operations, any that its roots allow. A mutator that reads a container
 *             excludes writers, but no pass. With FAR it works on objects that are reachable from
 *             its roots, otherwise on those that its roots refer to. At the start it has up to HELD
 *             roots, in any graph.
 *   states    linked: a shard lists the object. doomed: its count has dropped to zero, and it is in
 *             a destroy queue. ended: its destructor has begun. freed: its memory has been freed.
 *   WEAKS     a weak reference to every object exists; so no memory is freed
 *
 * The promises, which are asserted
 *   ALIVE     an object that is used has not ended and, if its count is changed, has a count
 *   GARBAGE   a pass commits only objects that no root, no guard, no destroy queue and no edge of
 *             another object refers to
 *   STEADY    no container is read while it is changed
 *   MEMORY    a pass reads no memory that has been freed
 *   EMPTY     weak references to garbage are empty when its destructors begin
 *   COMPLETE  a pass during which no mutator does anything ends all unreachable objects
 *
 * Not modelled: new objects, exceptions, several heaps, a second pass, shard locks that many
 * objects share, several edges in one container, several operations under one guard, and the memory
 * model of C++: every access is sequentially consistent here.
 *
 * Each of these removes one rule, so that a promise is broken:
 *   NO_SEAL           the seal compares the word, and does not change it
 *   NO_WAIT           weak locks ignore SEALED
 *   NO_INCREMENTS     the seal compares strong counts only
 *   NO_STORE_BUMP     a copy that is stored into an edge adds to strong, but not to increments
 *   NO_MOVE_BUMP      moving an edge does not change the word of its target
 *   EARLY_MOVE_BUMP   moving an edge adds to its target's increments before the clear, not after it
 *   NO_OWNER_BUMP     the end of a write guard does not change the owner's word
 *   NO_TRY_LOCK       a pass reads containers without their lock
 *   DYING_COUNTS      an object that has ended before its word was read may be garbage
 *   NO_LINK_CHECK     a pass reads the edges of objects that are no longer linked
 *   NO_PROPAGATION    objects that live objects refer to are not live for that reason
 *   SECOND_TRACE      ... are live if they are referred to now, not if they were in the snapshot
 *   NO_CLOSURE        a changed object does not keep alive what it refers to
 *   LATE_WORDS        words are read after the edges
 *   INNER_DECREMENTS  clearing edges of garbage decrements the counts of garbage
 *   LATE_CLEARING     destructors of garbage run before its edges are null
 *   LATE_COMMIT       ... before its words are zero
 *   NO_LIMBO          the memory of an object that ends during a pass is freed at once
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
#define SLOTS (N * S)
#define at(o, s) (((o) - 1) * S + (s))
#define owner(p) ((p) / S + 1)
#define in_container(s) ((s) >= EDGES)
#define ROOTS (M * (R + 1))
#define root(m, r) roots[(m) * (R + 1) + (r)]
#define hand(m) root(m, R)
#define PASS M

byte strong[OBJECTS], increments[OBJECTS];
bool sealed[OBJECTS];
byte edge[SLOTS];
bool guarded[OBJECTS];
byte roots[ROOTS];

bool linked[OBJECTS], ended[OBJECTS], freed[OBJECTS], limbo[OBJECTS];
byte doomed[OBJECTS], queued[M + 1];    /* the queue's thread + 1; 0: in none */
bool passing;
byte tracing;    /* the object whose shard lock the pass holds; 0: none */

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

/* ---- the end of an object whose count has dropped to zero */

/* Removes the first object from this thread's queue, which is not empty, and from its shard. */
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
    :: slot < S - 1 -> drop_edge(who)
    :: slot == S - 1 -> drop_edge(who); break
    od
}

inline drop_edge(who) {
    atomic {
        release_if(edge[at(victim, slot)], who);
        edge[at(victim, slot)] = 0;
        slot++
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
        slot = 0
    }
}

/* ---- processes */

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
        for (p : 0 .. SLOTS - 1) { choose(v, 0, N); edge[p] = v }
        for (p : 0 .. M - 1) {
            choose(v, 1, N); root(p, 0) = v;
            choose(v, 0, root(p, 0) * (HELD - 1)); root(p, 1) = v
        }
        skip;
        d_step {
            for (i : 0 .. SLOTS - 1) { strong[edge[i]]++ }
            for (i : 0 .. ROOTS - 1) { strong[roots[i]]++ }
            strong[0] = 0;
            for (i : 1 .. N) { linked[i] = strong[i] > 0; ended[i] = !linked[i]; freed[i] = !linked[i] }
            for (i : 0 .. SLOTS - 1) { sound = sound && (edge[i] == 0 || linked[owner(i)]) }
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
