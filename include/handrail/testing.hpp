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

// Effects: from now on every pass of the process, once it has decided, looks at the whole heap
//   again and aborts, with the path on stderr, if anything outside of the garbage reaches it. It
//   blocks makers and enders of objects with edges for as long as it looks at one shard.
HANDRAIL_API void verify_passes(bool on) noexcept;

// One pass, step by step. While one exists, other passes of the process wait, so it must not
// outlive its test, and its thread must not collect.
class stepwise_pass {
public:
    // Effects: waits for a pass that runs, and begins one over this heap.
    HANDRAIL_API explicit stepwise_pass(heap& which = heap::global());
    stepwise_pass(stepwise_pass const&) = delete;
    stepwise_pass& operator=(stepwise_pass const&) = delete;
    // Effects: without finish(): what has been committed ends, all else is alive.
    HANDRAIL_API ~stepwise_pass();

    // The steps, each once and in this order. Errors: the first three throw std::bad_alloc.
    HANDRAIL_API void list();        // the objects, and a copy of each one's word
    HANDRAIL_API void read_edges();  // of each
    HANDRAIL_API void mark();        // what is alive; the rest is split into components
    // Freezes the next component; false when there is none left. Each is to be committed before the
    // next one is frozen.
    HANDRAIL_API bool freeze();
    HANDRAIL_API void commit();
    // Effects: freezes and commits what is left; then other passes may go on, and the garbage ends.
    HANDRAIL_API collect_result finish();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace handrail::testing
