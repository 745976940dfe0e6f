// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// batch_job: what a batch does before it runs its cleanups, if anything: a deferred close
// (deferred_close.hpp), or a pass of the collector (lib/heap/automatic_passes.cpp). A pass has a
// batch to itself, so that it is queued, counted and drained as cleanups are.
//
// Thread safety: belongs to the owner, then to the batch.

#pragma once

#include <handrail/detail/base/export.hpp>

namespace handrail::detail {

struct refused_batch;

// Who runs a batch.
enum class run_by {
    runner,   // a thread that the user chose for it: may wait, as close() does
    fallback  // whichever thread runs the batch because no runner did: must not wait for a peer
};

struct HANDRAIL_API batch_job {
    batch_job() = default;
    batch_job(batch_job const&) = delete;
    batch_job& operator=(batch_job const&) = delete;
    virtual ~batch_job();

    // Called once. Effects: does it; a failure goes to the failure handler.
    virtual void run(run_by who) noexcept = 0;

    // Effects: writes what the failure handler is to know if a runner refuses the batch.
    virtual void describe(refused_batch& to) const noexcept = 0;
};

}  // namespace handrail::detail
