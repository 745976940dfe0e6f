// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// heap: a set of managed objects whose cycles are collected together. Include
// <handrail/shared.hpp>, which explains managed objects; docs/collector.md explains cycles.

#pragma once

#include <handrail/detail/heap/access.hpp>
#include <handrail/heap/make.hpp>
#include <handrail/runner.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace handrail {

// What a collection did.
struct collect_result {
    // How many objects with edges the passes have examined; one that survives counts in each.
    std::size_t examined = 0;
    std::size_t reclaimed = 0;     // how many of these were garbage
    std::size_t cleanups = 0;      // the cleanups of that garbage
    std::size_t weak_cleared = 0;  // weak references to it, which are empty now
};

// A set of managed objects whose cycles are collected together.
//
//     handrail::heap graph;
//     auto a = graph.make<node>();
//     auto b = graph.make<node>();
//     a->next = b;
//     b->next = a;
//     a.reset();
//     b.reset();
//     graph.collect();    // both end; their cleanups run
//
// Objects that are part of no cycle end with their last reference, and need no heap. An edge from
// one heap to another counts as a reference from outside: cycles across heaps are never collected.
//
// Thread safety: any thread may call any member at any time.
class heap {
    struct global_key {};

public:
    // Returns: the heap of make<T>, which is never destroyed.
    [[nodiscard]] HANDRAIL_API static heap& global() noexcept;

    // Errors: throws std::bad_alloc. Allocates: 16 shards, some 2 KiB.
    HANDRAIL_API heap();
    heap(heap const&) = delete;
    heap& operator=(heap const&) = delete;
    // Effects: collects, and ends automatic collection. In a destructor or cleanup that a
    //   collection runs, this makes one pass, and the garbage that it finds ends before that
    //   collection returns. Objects that are alive remain so as long as something refers to them,
    //   but cycles of them are not collected any more; nor is garbage that the pass has not decided
    //   because memory or time was short, see collect().
    HANDRAIL_API ~heap();

    // As handrail::make<T>, for an object of this heap, if its class has edges; others belong to
    // none. Arrays are refused.
    template <class T, class... A>
        requires std::is_array_v<T>
    detail::no_array_is_managed_make_a_std_vector_or_a_std_array make(A&&...) = delete;
    template <class T, class... A>
        requires detail::buildable<T, A...>
    [[nodiscard]] shared<T> make(A&&... arguments) {
        return detail::make_managed<T>(state_, std::forward<A>(arguments)...);
    }

    // Effects: finds the objects of this heap that only their own cycles keep alive, and ends them
    //   on the calling thread: weak references to them become empty, their edges are nulled, then
    //   their destructors run, then those of objects to which nothing refers any more, then the
    //   cleanups of all these. Some hundred objects end at a time; garbage that edges connect ends
    //   together, so none of its cleanups runs before all of its destructors. Cycles that these
    //   have made are collected, too, in up to 16 passes; a cycle that was there before, and to
    //   which they drop the last reference from outside, is left to the next collection. Other
    //   threads go on meanwhile. A thread that calls collect() waits while another pass decides,
    //   but not while destructors run. A pass that takes longer than five seconds leaves what it
    //   has not decided to the next one.
    //   In a destructor or cleanup that a collection runs: returns zeros at once.
    //   In the end of another managed object, and while this thread has a guard of a traced
    //   container: makes one pass; the garbage that it finds ends when those are done, each object
    //   with its cleanups before the next.
    //   In a cleanup that no collection runs, under a deferral, and in an automatic pass: the
    //   cleanups of the garbage run after the collection (cleanup.hpp), and may collect; what they
    //   leave is not part of this collection.
    // Returns: what it did; the figures of all its passes are added. All zeros when memory was
    //   short in the first pass: then nothing has changed.
    // Allocates: about 40 bytes for each object that is examined, and 4 for each edge, until the
    //   pass is over. Complexity: linear in objects and edges.
    HANDRAIL_API collect_result collect() noexcept;

    // Collects by itself from now on.
    //
    //     auto& heap = handrail::heap::global();
    //     heap.collect_automatically(handrail::make_runner(pool.get_executor()));
    //
    // Effects: when the number of objects with edges has doubled since the last pass, and is a
    //   thousand at least, a pass is posted to the runner, where the destructors of the garbage
    //   run, too. Each shard of the heap looks at this number at every 64th object that is made in
    //   it. A pass never runs inside make. If a destructor or cleanup that a collection runs polls
    //   the runner, one pass is made, whose garbage ends before that collection returns. A
    //   default-constructed runner ends this. A forked child does not collect by itself until it
    //   calls this.
    // Requires: the runner queues its batches. One that runs them at once would run the pass inside
    //   of make, so that pass is left out.
    // Allocates: nothing.
    HANDRAIL_API void collect_automatically(runner target) noexcept;

    // For global().
    heap(global_key, detail::heap_state& state) noexcept : state_(&state) {}

private:
    friend struct detail::heap_access;

    detail::heap_state* state_;
};

}  // namespace handrail
