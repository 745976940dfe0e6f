// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Errors that no caller can receive go to the failure handler through these functions. They keep
// errno, allocate nothing and are called without a lock.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/track/observer.hpp>

#include <boost/system/error_code.hpp>

#include <exception>
#include <source_location>
#include <string_view>

namespace handrail::detail {

// Effects: hands a failed close to the failure handler. opened: what the leak check knew of the
//   handle. deferred: where the close was deferred; line 0 if it was not. Allocates: nothing.
HANDRAIL_API void report_close_failure(boost::system::error_code error,
                                       track::handle_description const& what,
                                       track::opening const& opened,
                                       std::source_location deferred) noexcept;

// Requires: in a catch block. Effects: reports that the current exception came out of a cleanup
//   registered there.
void report_throw(std::source_location where) noexcept;

// Effects: reports that there was no memory to reserve a batch for the default runner: the handle,
//   opened there, does without that runner.
void report_no_batch_reserved(std::exception_ptr why, track::handle_description const& what,
                              std::string_view name, std::source_location opened) noexcept;

}  // namespace handrail::detail
