// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Writes text to descriptors; shared by the library and the tools.
//
// Thread safety: may be called by any thread. Long texts of several threads or processes may mix.

#pragma once

#include <handrail/detail/base/native_handle.hpp>

#include <boost/system/error_code.hpp>

#include <string_view>

namespace handrail::leak_check::written {

// Effects: writes all of text, past stdio, to a descriptor that may be non-blocking. Raises neither
//   SIGPIPE nor SIGXFSZ.
// Errors: timed_out when a non-blocking descriptor accepts nothing for 10 s; the errors of
//   write(2). A part of the text may have been written then.
boost::system::error_code write_out(detail::native_handle to, std::string_view text) noexcept;

}  // namespace handrail::leak_check::written
