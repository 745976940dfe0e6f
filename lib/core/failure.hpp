// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How the core hands errors that no caller can receive to the failure handler. No lock is held,
// errno is kept.

#pragma once

#include <handrail/detail/track/track.hpp>

#include <exception>
#include <source_location>
#include <string_view>

namespace handrail::detail {

// Inside a catch block: the current exception came out of a cleanup registered there.
void report_throw(std::source_location where) noexcept;
// A runner did not take the batch whose newest cleanup, or deferred close, was registered there.
// what and opened: of the handle that it is to close; kind "" if it closes none.
void report_refused_runner(std::exception_ptr why, track::resource const& what,
                           track::opening const& opened, std::source_location where) noexcept;
// No memory for the default runner's batch: the handle, opened there, goes without it.
void report_refused_runner(std::exception_ptr why, track::resource const& what,
                           std::string_view name, std::source_location opened) noexcept;

}  // namespace handrail::detail
