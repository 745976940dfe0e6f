// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How the core hands errors that no caller can receive to the failure handler. No lock is held,
// errno is kept.

#pragma once

#include <boost/system/error_code.hpp>

#include <exception>
#include <source_location>

namespace handrail::detail {

// Inside a catch block: the current exception came out of a cleanup registered there.
void report_throw(std::source_location where) noexcept;
void report_refused_runner(std::exception_ptr why, std::source_location where) noexcept;

}  // namespace handrail::detail
