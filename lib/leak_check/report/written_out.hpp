// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The way of texts to descriptors, shared by the library and the tools.
//
// Thread safety: texts of several threads or processes may mix where the system cuts them.

#pragma once

#include <handrail/detail/base/native_handle.hpp>

#include <boost/system/error_code.hpp>

#include <string_view>

namespace handrail::leak_check::written {

// Effects: writes all of text, past stdio, to a descriptor that may be non-blocking. No signal
//   (SIGPIPE, SIGXFSZ) comes of it.
// Errors: timed_out when a non-blocking descriptor takes nothing for 10 s; what the system says.
//   Some of it may have been written then.
boost::system::error_code write_out(detail::native_handle to, std::string_view text) noexcept;

}  // namespace handrail::leak_check::written
