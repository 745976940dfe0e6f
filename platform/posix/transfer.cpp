// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reading and writing POSIX descriptors. Writes that raise no SIGPIPE, as a file makes them to a
// pipe, begin in pipe_signal.cpp; where the system has no flag for that, they end here.

#include "platform/posix/quiet_writes.hpp"
#include "platform/posix/system_call.hpp"

#include <algorithm>

#include <sys/uio.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

// read(2), NOTES: Linux transfers at most this much in one call; POSIX does not define sizes above
// SSIZE_MAX, and macOS refuses those above INT_MAX.
std::size_t limited(std::size_t size) noexcept { return std::min(size, detail::max_bytes); }

std::size_t moved(ssize_t result, error_code& ec) noexcept {
    return succeeded(result, ec) ? static_cast<std::size_t>(result) : 0;
}

}  // namespace

std::size_t read_some(handle h, void* data, std::size_t size, error_code& ec) noexcept {
    return moved(retried([&] { return ::read(h, data, limited(size)); }), ec);
}

std::size_t write_some(handle h, void const* data, std::size_t size, error_code& ec) noexcept {
    return moved(retried([&] { return ::write(h, data, limited(size)); }), ec);
}

// pread(2), pwrite(2): EINVAL for a negative offset, which an offset above 2^63 - 1 becomes.
std::size_t read_some_at(handle h, std::uint64_t offset, void* data, std::size_t size,
                         error_code& ec) noexcept {
    auto const from = static_cast<off_t>(offset);
    return moved(retried([&] { return ::pread(h, data, limited(size), from); }), ec);
}

std::size_t write_some_at(handle h, std::uint64_t offset, void const* data, std::size_t size,
                          error_code& ec) noexcept {
    auto const to = static_cast<off_t>(offset);
    return moved(retried([&] { return ::pwrite(h, data, limited(size), to); }), ec);
}

// A single piece takes the faster call: the system need not copy a list of pieces.
std::size_t read_some(handle h, io_pieces into, error_code& ec) noexcept {
    if (into.size() == 1) {
        return read_some(h, into[0].data, into[0].size, ec);
    }
    return moved(retried([&] { return ::readv(h, vector_of(into), count_of(into)); }), ec);
}

std::size_t write_some(handle h, io_pieces from, error_code& ec) noexcept {
    if (from.size() == 1) {
        return write_some(h, from[0].data, from[0].size, ec);
    }
    return moved(retried([&] { return ::writev(h, vector_of(from), count_of(from)); }), ec);
}

std::size_t read_some_at(handle h, std::uint64_t offset, io_pieces into, error_code& ec) noexcept {
    if (into.size() == 1) {
        return read_some_at(h, offset, into[0].data, into[0].size, ec);
    }
    auto const from = static_cast<off_t>(offset);
    return moved(retried([&] { return ::preadv(h, vector_of(into), count_of(into), from); }), ec);
}

std::size_t write_some_at(handle h, std::uint64_t offset, io_pieces from, error_code& ec) noexcept {
    if (from.size() == 1) {
        return write_some_at(h, offset, from[0].data, from[0].size, ec);
    }
    auto const to = static_cast<off_t>(offset);
    return moved(retried([&] { return ::pwritev(h, vector_of(from), count_of(from), to); }), ec);
}

std::size_t write_with_signal_blocked(handle h, io_pieces from, error_code& ec) noexcept {
    quiet_writes const quiet;
    return write_some(h, from, ec);
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
