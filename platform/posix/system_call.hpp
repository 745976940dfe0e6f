// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Shared by the POSIX files of the port: how system calls are made and their errors reported.

#pragma once

#include "platform/port.hpp"

#include <boost/system/error_code.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <string_view>

#include <fcntl.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

static_assert(sizeof(off_t) == 8, "build with -D_FILE_OFFSET_BITS=64");

inline error_code system_error_code(int value) noexcept {
    return {value, boost::system::system_category()};
}
inline error_code last_error() noexcept { return system_error_code(errno); }

// Returns: the result of call(), repeated as long as a signal interrupts it (signal(7)). Not to be
//   used for close.
template <class Call>
auto retried(Call call) noexcept {
    auto result = call();
    while (result == -1 && errno == EINTR) {
        result = call();
    }
    return result;
}

// Effects: sets ec from the result of a system call that returns -1 for an error.
template <class Result>
bool succeeded(Result result, error_code& ec) noexcept {
    ec = result == -1 ? last_error() : error_code{};
    return result != -1;
}

inline error_code result_code(int result) noexcept {
    error_code ec;
    succeeded(result, ec);
    return ec;
}

// Requires: opened is what a system call has just returned: a new descriptor, or -1.
// Effects: duplicates a descriptor that has the number of a standard stream to a higher number and
//   closes it, so that what is written to a stream that the program has closed does not end up in
//   another file.
// Returns: the descriptor; -1, with errno, if there was none or no higher number was free: nothing
//   is open then.
inline int above_standard_streams(int opened) noexcept {
    if (opened == -1 || opened > STDERR_FILENO) [[likely]] {
        return opened;
    }
    int const higher = ::fcntl(opened, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int const error = errno == EINVAL ? EMFILE : errno;  // the limit is as low as this
    ::close(opened);
    errno = error;
    return higher;
}

// A path with a terminating NUL, as system calls expect it; copied to the stack if it has none.
class terminated_path {
public:
    terminated_path(path_view path, error_code& ec) noexcept : begin_(path.text().data()) {
        ec = {};
        if (path.text().find('\0') != std::string_view::npos) {
            ec = system_error_code(EINVAL);  // the system would use the part before the NUL
        } else if (!path.is_terminated()) {
            copy(path.text(), ec);
        }
    }
    terminated_path(terminated_path const&) = delete;
    terminated_path& operator=(terminated_path const&) = delete;

    char const* c_str() const noexcept { return begin_; }

private:
    void copy(std::string_view text, error_code& ec) noexcept {
        if (text.size() >= copy_.size()) {
            ec = system_error_code(ENAMETOOLONG);
            return;
        }
        *std::copy(text.begin(), text.end(), copy_.begin()) = '\0';
        begin_ = copy_.data();
    }

    char const* begin_;
    std::array<char, PATH_MAX> copy_;  // not initialised: only the part in use is written
};

#if defined(IOV_MAX)
static_assert(detail::max_pieces <= IOV_MAX);
#endif
static_assert(sizeof(io_piece) == sizeof(iovec) && alignof(io_piece) == alignof(iovec) &&
              offsetof(io_piece, data) == offsetof(iovec, iov_base) &&
              offsetof(io_piece, size) == offsetof(iovec, iov_len));

// Pieces as readv(2) and its siblings expect them.
inline iovec const* vector_of(io_pieces pieces) noexcept {
    return reinterpret_cast<iovec const*>(pieces.data());
}
inline int count_of(io_pieces pieces) noexcept { return static_cast<int>(pieces.size()); }

// Returns: the kind of a file with this mode (stat(2)).
handle_kind kind_of_mode(mode_t mode) noexcept;

// write_some_without_signal (port.hpp), by blocking SIGPIPE during the write.
std::size_t write_with_signal_blocked(handle h, io_pieces from, error_code& ec) noexcept;

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
