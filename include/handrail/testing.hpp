// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// For tests of programs that collect cycles.
//
//     handrail::testing::verify_passes(true);
//     handrail::testing::stepwise_pass pass(graph);
//     pass.list();
//     pass.read_edges();
//     a->next = nullptr;                // what if this happens here?
//     pass.mark();
//     BOOST_TEST(pass.finish().reclaimed == 0);

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/heap/heap.hpp>

#include <cstddef>
#include <memory>

namespace handrail::testing {

// Switches the collector's verifier on or off.
//
// Effects: while on, every pass of the process, once it has decided, reads the whole heap again,
//   and aborts with a message on stderr if anything outside of the garbage refers to it. Threads
//   that make or end objects with edges wait while their shard is checked.
// Allocates: some memory for each object of garbage; without it, a pass is not verified, and a
//   message on stderr says so. Thread safety: may be called by any thread at any time.
HANDRAIL_API void verify_passes(bool on) noexcept;

// One pass, step by step, so that a test can change objects between any two steps. It does not
// count as a collection for HR021. The example is at the top of this file.
//
// Requires: its thread does not collect, fork or destroy a heap while it exists, since other passes
//   of the process wait for it, and fork() waits for passes; nor does it call weak::lock for an
//   object of the sealed component before commit().
// Thread safety: it belongs to the thread that made it.
class stepwise_pass {
public:
    // Effects: begins a pass over the heap; blocks while another pass decides. Requires: the heap
    //   outlives *this. Errors: throws std::bad_alloc.
    HANDRAIL_API explicit stepwise_pass(heap& collected = heap::global());
    stepwise_pass(stepwise_pass const&) = delete;
    stepwise_pass& operator=(stepwise_pass const&) = delete;
    // Effects: if finish() was not called, objects that have been committed end; all others are
    //   alive.
    HANDRAIL_API ~stepwise_pass();

    // The first three steps. Requires: each is called once, in this order. Errors: throw
    //   std::bad_alloc; then nothing has changed.
    HANDRAIL_API void list();  // lists the objects of the heap, and copies their counter words
    HANDRAIL_API void read_edges();  // reads the edges of each
    HANDRAIL_API void mark();        // marks what is alive, and splits the rest into components

    // Effects: seals the next component. Returns: false when there is none.
    // Requires: mark() was called, and the component that was sealed before is committed.
    HANDRAIL_API bool seal();
    // Effects: commits the sealed component. Requires: seal() returned true.
    HANDRAIL_API void commit();

    // Effects: seals and commits all remaining components. Then the pass is over: other passes
    //   may decide, and the garbage ends on this thread. In its destructors and cleanups collect()
    //   returns zeros, as in those that a collection runs. Returns: what the pass did.
    // Requires: mark() was called, and the component that was sealed before is committed.
    HANDRAIL_API collect_result finish();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace handrail::testing
