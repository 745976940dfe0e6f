// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Writes of the leak check to standard error.
//
// Thread safety: everything may be called from any thread.

#pragma once

#include <boost/system/error_code.hpp>

#include <string_view>

namespace handrail::leak_check {

// Effects: writes the text, past stdio, unless a guard owns descriptor 2 or it was closed when the
//   program started: then it does nothing and reports no error.
boost::system::error_code write_to_stderr(std::string_view text) noexcept;

// Effects: writes "handrail: text" and a newline to stderr. Errors: none is reported.
void warn(std::string_view text) noexcept;

}  // namespace handrail::leak_check
