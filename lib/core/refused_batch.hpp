// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the failure handler is told when a runner refuses a batch. It is copied before the runner is
// offered the batch, which may have run and be freed when the runner throws.

#pragma once

#include <handrail/detail/track/observer.hpp>
#include <handrail/runner.hpp>

#include <exception>
#include <source_location>

namespace handrail::detail {

struct refused_batch {
    failure::kind kind = failure::kind::runner_refused;
    std::source_location where{};        // of defer_close, else of its newest cleanup
    track::handle_description closes{};  // its kind is "" if the batch closes no handle
    track::opening opened;               // of that handle, if the leak check is on
};

// Effects: hands it to the failure handler. Allocates: nothing.
void report_refused(refused_batch const& batch, std::exception_ptr why) noexcept;

}  // namespace handrail::detail
