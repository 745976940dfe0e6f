/* Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
 *
 * One pass. No other process uses its variables, so that steps on them need no interleaving. o is
 * the current object, c the current component. Phases: list, read words, snapshot, decide, then
 * seal and commit each component, end, release.
 */

#define MEMORY(o) (!freed[o])

#define find(wanted)                  \
    do                                \
    :: o <= N && !(wanted) -> o++     \
    :: else -> break                  \
    od;                               \
    skip

#define find_first(wanted) o = 1; find(wanted)
#define find_next(wanted) o++; find(wanted)

inline list_candidates() {
    d_step {
        passing = true;
        for (i : 1 .. N) { candidate[i] = linked[i]; live[i] = !linked[i] }
        find_first(candidate[o])
    }
}

inline read_words() {
    do
    :: d_step {
           o <= N ->
           assert(MEMORY(o));
           strong_then[o] = strong[o];
           increments_then[o] = increments[o];
           find_next(candidate[o])
       }
    :: d_step { o > N -> find_first(candidate[o]) } break
    od
}

#ifdef DYING_COUNTS
#define dying(o) false
#else
#define dying(o) (strong_then[o] == 0)
#endif
#ifdef NO_LINK_CHECK
#define gone(o) false
#else
#define gone(o) (!linked[o])
#endif
#ifdef LATE_WORDS
#define untraceable(o) gone(o)
#else
#define untraceable(o) (dying(o) || gone(o))
#endif

#ifdef NO_TRY_LOCK
#define STEADY(o) (!guarded[o])
#define busy(o) false
#else
#define STEADY(o) true
#define busy(o) (guarded[o])
#endif

/* Under the shard's lock, edge by edge. */
inline take_snapshot() {
    do
    :: d_step {
           o <= N ->
           assert(MEMORY(o));
           if
           :: slot == 0 && untraceable(o) -> live[o] = true; slot = S
           :: else ->
              tracing = o;
              assert(!ended[o]);
              if
              :: in_container(slot) && busy(o) -> live[o] = true
              :: else -> assert(!in_container(slot) || STEADY(o)); seen[at(o, slot)] = edge[at(o, slot)]
              fi;
              slot++
           fi;
           if
           :: slot == S -> tracing = 0; slot = 0; find_next(candidate[o])
           :: else
           fi
       }
    :: d_step { o > N -> find_first(candidate[o]) } break
    od
}

/* k counts the edges to each object in the snapshot. */
inline compare_counts() {
    for (i : 1 .. N) {
        k = 0;
        for (j : 0 .. SLOTS - 1) {
            if
            :: seen[j] == i -> k++
            :: else
            fi
        }
        if
        :: k != strong_then[i] || (candidate[i] && dying(i)) -> live[i] = true
        :: else
        fi
    }
}

/* Marks what marked objects refer to; edges is the snapshot, but for one variant. */
#define spread(mark, edges)                                              \
    for (i : 1 .. N) {                                                   \
        for (j : 0 .. SLOTS - 1) {                                      \
            if                                                           \
            :: edges[j] != 0 && mark[owner(j)] -> mark[edges[j]] = true  \
            :: else                                                      \
            fi                                                           \
        }                                                                \
    }

inline split_into_components() {
    for (i : 1 .. N) { component[i] = (live[i] -> 0 : i) }
    for (i : 1 .. N) {
        for (j : 0 .. SLOTS - 1) {
            if
            :: seen[j] != 0 && component[owner(j)] != 0 && component[seen[j]] != 0 ->
               if
               :: component[owner(j)] < component[seen[j]] -> component[seen[j]] = component[owner(j)]
               :: else -> component[owner(j)] = component[seen[j]]
               fi
            :: else
            fi
        }
    }
}

#define member(o) (component[o] == c && !changed[o])

/* The next component; N + 1: none. */
inline next_component() {
    c = N + 1;
    for (i : 1 .. N) {
        if
        :: component[i] != 0 && !changed[i] && !garbage[i] && component[i] < c -> c = component[i]
        :: else
        fi
    }
    find_first(member(o))
}

inline decide() {
    d_step {
        compare_counts();
#if defined(SECOND_TRACE)
        spread(live, edge)
#elif !defined(NO_PROPAGATION)
        spread(live, seen)
#endif
        split_into_components();
        next_component()
    }
}

#ifdef NO_INCREMENTS
#define unchanged(o) (strong[o] == strong_then[o])
#else
#define unchanged(o) (strong[o] == strong_then[o] && increments[o] == increments_then[o])
#endif

/* Removes a changed object, and all that it referred to, from the component. */
inline close() {
#ifndef NO_CLOSURE
    spread(changed, seen)
#endif
    for (i : 1 .. N) {
        if
        :: component[i] == c && changed[i] -> assert(MEMORY(i)); sealed[i] = false
        :: else
        fi
    }
}

#define GARBAGE(o) (!member(o))

inline condemn() {
    for (i : 0 .. ROOTS - 1) { assert(GARBAGE(roots[i])) }
    for (i : 0 .. SLOTS - 1) {
        if
        :: edge[i] != 0 && !member(owner(i)) -> assert(GARBAGE(edge[i]))
        :: else
        fi
    }
    for (i : 1 .. N) {
        assert((!guarded[i] && !doomed[i]) || GARBAGE(i))
    }
}

#ifdef NO_SEAL
#define SEAL false
#else
#define SEAL true
#endif

inline seal_members() {
    do
    :: d_step {
           o <= N ->
           assert(MEMORY(o));
           if
           :: unchanged(o) -> sealed[o] = SEAL
           :: else -> changed[o] = true
           fi;
           find_next(member(o))
       }
    :: d_step { o > N -> close(); condemn(); find_first(member(o)) } break
    od
}

inline commit_members() {
    do
    :: d_step {
           o <= N ->
#ifndef LATE_COMMIT
           strong[o] = 0;
           sealed[o] = false;
#endif
           garbage[o] = true;
           find_next(member(o))
       }
    :: d_step { o > N -> next_component() } break
    od
}

inline clear_edges() {
    for (i : 0 .. SLOTS - 1) {
        if
        :: garbage[owner(i)] && edge[i] != 0 ->
           if
           :: !garbage[edge[i]] -> owed[edge[i]]++
#ifdef INNER_DECREMENTS
           :: else -> release(edge[i], PASS)
#else
           :: else
#endif
           fi;
           edge[i] = 0
        :: else
        fi
    }
}

#define EMPTY(o) (!garbage[o] || (strong[o] == 0 && !sealed[o]))

/* A destructor may follow its edges and lock weak references. */
inline destroy_garbage() {
    for (i : 1 .. N) {
        if
        :: garbage[i] ->
           assert(!ended[i]);
           for (j : 0 .. S - 1) { assert(edge[at(i, j)] == 0 || !ended[edge[at(i, j)]]) }
           for (j : 1 .. N) { assert(EMPTY(j)) }
           ended[i] = true;
#ifdef COLLECTS
           assert(false);
#endif
           strong[i] = 0;
           sealed[i] = false
        :: else
        fi
    }
}

inline end_garbage() {
    d_step {
        for (i : 1 .. N) { linked[i] = linked[i] && !garbage[i] }
#ifdef LATE_CLEARING
        destroy_garbage();
#endif
        clear_edges();
        skip
    }
#ifndef LATE_CLEARING
    skip;
    d_step { destroy_garbage(); find_first(owed[o] > 0) }
#else
    skip;
    d_step { find_first(owed[o] > 0) }
#endif
}

inline release_what_garbage_held() {
    do
    :: atomic { o <= N -> release(o, PASS); owed[o]--; d_step { find_first(owed[o] > 0) } }
       do
       :: atomic { queued[PASS] > 0 -> begin_death(PASS) }
          drop_edges(PASS);
          end_death()
       :: queued[PASS] == 0 -> break
       od
    :: d_step { o > N -> skip } break
    od
}

#define COMPLETE(o) (ended[o] || ((k >> (o)) & 1))

/* k: a bit for each object that is reachable from a root */
inline check_completeness() {
    k = 0;
    for (i : 0 .. ROOTS - 1) { k = k | (1 << roots[i]) }
    for (j : 1 .. N) {
        for (i : 0 .. SLOTS - 1) {
            if
            :: (k >> owner(i)) & 1 -> k = k | (1 << edge[i])
            :: else
            fi
        }
    }
    for (i : 1 .. N) { assert(COMPLETE(i)) }
}

inline finish_pass() {
    d_step {
        passing = false;
        for (i : 1 .. N) {
            if
            :: limbo[i] || garbage[i] -> free(i)
            :: else
            fi;
            limbo[i] = false
        }
#if K == 0
        check_completeness();
#endif
        skip
    }
}

proctype pass() {
    byte o, c, slot, victim;
    bool candidate[OBJECTS], live[OBJECTS], changed[OBJECTS], garbage[OBJECTS];
    byte strong_then[OBJECTS], increments_then[OBJECTS];
    byte seen[SLOTS];    /* the snapshot */
    byte component[OBJECTS], owed[OBJECTS];

    list_candidates();
#ifdef LATE_WORDS
    take_snapshot();
    read_words();
#else
    read_words();
    take_snapshot();
#endif
    skip;
    decide();
    do
    :: c <= N ->
       seal_members();
       commit_members()
    :: else -> break
    od;
    skip;
    end_garbage();
    release_what_garbage_held();
    skip;
    finish_pass()
}
