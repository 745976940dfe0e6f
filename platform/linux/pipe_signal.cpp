// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Writing without SIGPIPE: by a flag of pwritev2(2) on Linux 6.18 and newer; before that, by
// blocking the signal, which takes five more calls (platform/posix/quiet_writes.hpp).

#include "platform/posix/system_call.hpp"

#include <sys/uio.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

constexpr int rwf_nosignal = 0x100;     // linux/fs.h; older headers do not have it
constexpr off_t current_position = -1;  // pwritev2(2)

}  // namespace

std::size_t write_some_without_signal(handle h, io_pieces from, error_code& ec) noexcept {
    auto const result = retried([&] {
        return ::pwritev2(h, vector_of(from), count_of(from), current_position, rwf_nosignal);
    });
    // EOPNOTSUPP: the system, or the handle's driver, does not know the flag; ENOSYS: nor the call.
    if (result == -1 && (errno == EOPNOTSUPP || errno == ENOSYS)) {
        return write_with_signal_blocked(h, from, ec);
    }
    return succeeded(result, ec) ? static_cast<std::size_t>(result) : 0;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
