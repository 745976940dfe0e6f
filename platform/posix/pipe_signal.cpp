// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Writing without SIGPIPE.

#include "platform/posix/system_call.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

std::size_t write_some_without_signal(handle h, io_pieces from, error_code& ec) noexcept {
    return write_with_signal_blocked(h, from, ec);
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
