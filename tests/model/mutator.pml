/* Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
 *
 * A thread of the program: one operation after another. A choice that is not allowed does nothing.
 */

/* reach: a bit for each object that this mutator may use. */
inline find_reach() {
    d_step {
        reach = 0;
        for (i : 0 .. R - 1) { reach = reach | (1 << root(me, i)) }
#ifdef FAR
        for (j : 1 .. N) {
            for (i : 0 .. SLOTS - 1) {
                if
                :: (reach >> owner(i)) & 1 -> reach = reach | (1 << edge[i])
                :: else
                fi
            }
        }
#endif
        skip
    }
}

#define reaches(o) ((reach >> (o)) & 1)

inline choose_slot() { choose(y, 1, N); choose(s, 0, S - 1) }

inline forget() { reach = 0; r = 0; q = 0; y = 0; s = 0; z = 0; u = 0 }

inline finish_operation() { done++; forget() }

/* Exchanges the edge at (y, s) and the hand. */
inline exchange() {
    assert(!ended[y]);
    u = edge[at(y, s)];
    edge[at(y, s)] = hand(me);
    hand(me) = u;
    u = 0
}

inline end_write_guard() {
    assert(!ended[y]);
#ifndef NO_OWNER_BUMP
    bump(y);
#endif
    guarded[y] = false
}

/* The reference to be released is in the hand, if there is one. */
inline finish_or_release() {
    if
    :: hand(me) == 0 -> finish_operation(); goto next
    :: else -> goto release_hand
    fi
}

proctype mutator(byte me) {
    byte done, reach, r, q, y, s, z, u, victim, slot;

next:
    if
    :: atomic { queued[me] > 0 -> begin_death(me) }
       drop_edges(me);
       end_death();
       goto next
    :: atomic { queued[me] == 0 && done == K -> goto finished }
    :: atomic { queued[me] == 0 && done < K ->
        find_reach();
        if
        :: /* release a root */
           choose(r, 0, R - 1);
           if :: root(me, r) != 0 :: else -> goto nothing fi;
           release(root(me, r), me);
           root(me, r) = 0;
           finish_operation();
           goto next
        :: /* copy a root */
           choose(r, 0, R - 1); choose(q, 0, R - 1);
           if :: root(me, r) != 0 && root(me, q) == 0 :: else -> goto nothing fi;
           acquire(root(me, r));
           root(me, q) = root(me, r);
           finish_operation();
           goto next
        :: /* copy an edge to a root */
           choose_slot(); choose(q, 0, R - 1);
           if
           :: reaches(y) && edge[at(y, s)] != 0 && root(me, q) == 0 && !(in_container(s) && guarded[y])
           :: else -> goto nothing
           fi;
           acquire(edge[at(y, s)]);
           root(me, q) = edge[at(y, s)];
           finish_operation();
           goto next
        :: /* store a copy of a root, or null */
           choose_slot(); choose(r, 0, R - 1);
           if :: reaches(y) && edge[at(y, s)] + root(me, r) != 0 :: else -> goto nothing fi;
           if
           :: in_container(s) && guarded[y] -> goto nothing
           :: else
           fi;
           guarded[y] = guarded[y] || in_container(s);
           goto count_the_copy
#if TRACED
        :: /* move the container out, or exchange it for another: r is stored, and gets the old contents */
           choose_slot(); choose(r, 0, R - 1);
           if
           :: in_container(s) && reaches(y) && edge[at(y, s)] + root(me, r) != 0 && !guarded[y]
           :: else -> goto nothing
           fi;
           guarded[y] = true;
           goto swap
#endif
#ifdef WEAKS
        :: /* lock a weak reference */
           choose(y, 1, N); choose(q, 0, R - 1);
           if
#ifdef NO_WAIT
           :: root(me, q) == 0 && strong[y] > 0
#else
           :: root(me, q) == 0 && strong[y] > 0 && !sealed[y]
#endif
           :: else -> goto nothing
           fi;
           acquire(y);
           root(me, q) = y;
           finish_operation();
           goto next
#endif
#if EDGES
        :: /* move a plain edge from (y, s), or from root s when y is 0, to (z, q), or to root q when z is 0 */
           choose(y, 0, N);
           if
           :: y == 0 -> choose(s, 0, R - 1); u = root(me, s)
           :: else -> choose(s, 0, EDGES - 1); u = edge[at(y, s)]
           fi;
           choose(z, 0, N);
           if
           :: z == 0 -> choose(q, 0, R - 1); if :: root(me, q) == 0 :: else -> goto nothing fi
           :: else -> choose(q, 0, EDGES - 1)
           fi;
           if
           :: u != 0 && y + z != 0 && (y == 0 || reaches(y)) && (z == 0 || reaches(z))
           :: else -> goto nothing
           fi;
#ifdef EARLY_MOVE_BUMP
           bump(u);
#endif
           u = 0;
           goto clear
#endif
        fi;
nothing:
        forget();
        goto next
       }
    fi;

count_the_copy:
    atomic {
        hand(me) = root(me, r);
        if
        :: hand(me) != 0 ->
#ifdef NO_STORE_BUMP
           assert(ALIVE(hand(me)));
           strong[hand(me)]++
#else
           acquire(hand(me))
#endif
        :: else
        fi
    }
    atomic {
        exchange();
        if
        :: in_container(s)
        :: else -> finish_or_release()
        fi
    }
    atomic { end_write_guard(); finish_or_release() }

#if TRACED
swap:
    atomic { hand(me) = root(me, r); root(me, r) = 0; exchange(); root(me, r) = hand(me); hand(me) = 0 }
    atomic { end_write_guard(); finish_operation(); goto next }
#endif

#if EDGES
clear:
    atomic {
        if
        :: y == 0 -> hand(me) = root(me, s); root(me, s) = 0
        :: else -> assert(!ended[y]); hand(me) = edge[at(y, s)]; edge[at(y, s)] = 0
        fi;
        y = z;
        s = q;
        if
        :: hand(me) == 0 -> finish_operation(); goto next    /* another mutator was first */
        :: else
        fi
    }
#if !defined(EARLY_MOVE_BUMP) && !defined(NO_MOVE_BUMP)
    atomic { assert(ALIVE(hand(me))); bump(hand(me)) }
#endif
    atomic {
        if
        :: y == 0 -> root(me, q) = hand(me); hand(me) = 0
        :: else -> exchange()
        fi;
        finish_or_release()
    }
#endif

release_hand:
    atomic { release(hand(me), me); hand(me) = 0; finish_operation(); goto next }

finished:
    skip
}
