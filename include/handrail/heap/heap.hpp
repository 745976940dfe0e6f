// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// heap: see <handrail/shared.hpp>.

#pragma once

#include <handrail/heap/make.hpp>
#include <handrail/runner.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace handrail {

// What a pass did.
struct collect_result {
    std::size_t examined = 0;      // objects with edges that were looked at
    std::size_t reclaimed = 0;     // of these, how many were garbage and have ended
    std::size_t cleanups = 0;      // cleanups of theirs that ran or were handed to their runners
    std::size_t weak_cleared = 0;  // weak references that they left empty
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
// Objects that are in no cycle end with their last reference and need no heap. An edge from one
// heap to another counts as a reference from outside: cycles across heaps are never collected.
//
// Thread safety: any thread may call any member at any time.
class heap {
public:
    // The heap of make<T>.
    HANDRAIL_API static heap& global() noexcept;

    // Errors: throws std::bad_alloc.
    HANDRAIL_API heap();
    heap(heap const&) = delete;
    heap& operator=(heap const&) = delete;
    // Effects: collects once more. What is alive lives on, as long as something refers to it; but
    //   cycles of survivors are not collected any more.
    HANDRAIL_API ~heap();

    // As handrail::make<T>, for an object of this heap; no array, and no allocator, either.
    template <class T, class... A>
        requires std::is_array_v<T>
    detail::no_array_is_managed_make_a_std_vector_or_a_std_array make(A&&...) = delete;
    template <class T, class... A>
        requires detail::buildable<T, A...>
    shared<T> make(A&&... arguments) {
        return detail::make_managed<T>(state_, std::forward<A>(arguments)...);
    }

    // Effects: finds the objects of this heap that only their own cycles keep alive, and ends them
    //   on the calling thread: weak references to them are empty, their edges are null, then their
    //   destructors run, then their cleanups. Cycles that those leave behind are collected, too.
    //   Other threads go on meanwhile. One that calls collect() waits while the pass decides, not
    //   while destructors run.
    //   From a destructor or cleanup that runs in a collection it returns at once, with zeros. In
    //   other destructors and cleanups, and while this thread has a guard of a traced container,
    //   it decides, and the objects end when those are done.
    //   A pass that takes longer than five seconds leaves what it has not decided to the next one.
    // Returns: what it did. All zeros when memory was short: then nothing has changed.
    // Allocates: about 40 bytes an object that is looked at, and 4 an edge, for as long as it
    //   takes.
    HANDRAIL_API collect_result collect() noexcept;

    // Effects: from now on, whenever the number of objects with edges has doubled since the last
    //   pass (and is a thousand at least), a pass is posted to the runner; never run inside make.
    //   Destructors of what it finds run there. A default-constructed runner ends this.
    // Errors: throws std::bad_alloc.
    HANDRAIL_API void collect_automatically(runner where);

    // For the library.
    explicit heap(detail::heap_state& state) noexcept : state_(&state) {}
    detail::heap_state& state() const noexcept { return *state_; }

private:
    detail::heap_state* state_;
};

}  // namespace handrail
