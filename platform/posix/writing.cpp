// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Messages and reports of the library to streams that belong to the program: short ones without
// waiting, reports as a whole.

#include "platform/posix/quiet_writes.hpp"
#include "platform/posix/system_call.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

// poll(2): POLLOUT means that a write does not block; pipe(7): for as many bytes as are written
// atomically.
bool has_room(handle h) noexcept {
    pollfd what{h, POLLOUT, 0};
    return retried([&] { return ::poll(&what, 1, 0); }) != 0;
}

// A terminal is writable as soon as it has room for one byte; a longer write then waits for the
// rest (n_tty). So the terminal is opened a second time, non-blocking: O_NONBLOCK set on h would
// affect everybody who shares it.
// Returns: the new handle; invalid_handle if h is not a terminal, or it cannot be opened.
handle reopened_terminal(handle h) noexcept {
    if (::isatty(h) != 1) {
        return invalid_handle;
    }
    constexpr std::string_view directory = "/dev/fd/";
    std::array<char, directory.size() + 12> name{};
    auto* const number = std::copy(directory.begin(), directory.end(), name.data());
    std::to_chars(number, name.data() + name.size() - 1, h);
    return above_standard_streams(
        ::open(name.data(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

// Errors: io_error if the device takes nothing and reports no error, so that no caller repeats that
//   for ever.
std::size_t write_progressing(handle h, char const* data, std::size_t size,
                              error_code& ec) noexcept {
    std::size_t const written = write_some(h, data, size, ec);
    if (written == 0 && !ec) {
        ec = system_error_code(EIO);
    }
    return written;
}

error_code write_while_there_is_room(handle h, char const* rest, std::size_t size) noexcept {
    error_code ec;
    while (size != 0 && !ec) {
        if (!has_room(h)) {
            return system_error_code(EWOULDBLOCK);
        }
        std::size_t const piece = std::min<std::size_t>(size, PIPE_BUF);
        std::size_t const written = write_progressing(h, rest, piece, ec);
        rest += written;
        size -= written;
    }
    return ec;
}

using clock = std::chrono::steady_clock;

// Errors: timed_out.
error_code wait_for_room(handle h, clock::time_point until) noexcept {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    pollfd what{h, POLLOUT, 0};
    int const ready = left.count() > 0 ? ::poll(&what, 1, static_cast<int>(left.count())) : 0;
    if (ready == 0) {
        return system_error_code(ETIMEDOUT);
    }
    return ready == -1 && errno != EINTR ? last_error() : error_code{};
}

}  // namespace

static_assert(detail::standard_error_handle == STDERR_FILENO);
handle standard_error() noexcept { return STDERR_FILENO; }

std::size_t terminal_columns(handle h) noexcept {
    winsize size{};
    if (::ioctl(h, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
        return size.ws_col;
    }
    return ::isatty(h) == 1 ? 80 : 0;
}

error_code write_at_once(handle h, void const* data, std::size_t size) noexcept {
    quiet_writes const quiet;
    handle const terminal = reopened_terminal(h);
    error_code const ec = write_while_there_is_room(terminal != invalid_handle ? terminal : h,
                                                    static_cast<char const*>(data), size);
    if (terminal != invalid_handle) {
        ::close(terminal);
    }
    return ec;
}

error_code write_all(handle h, void const* data, std::size_t size,
                     std::chrono::milliseconds patience) noexcept {
    quiet_writes const quiet;
    auto const* rest = static_cast<char const*>(data);
    auto until = clock::now() + patience;
    while (size != 0) {
        error_code ec;
        std::size_t const written = write_progressing(h, rest, size, ec);
        if (ec == boost::system::errc::operation_would_block) {
            ec = wait_for_room(h, until);
        }
        if (ec) {
            return ec;
        }
        if (written != 0) {
            until = clock::now() + patience;
        }
        rest += written;
        size -= written;
    }
    return {};
}

error_code write_all(handle h, void const* data, std::size_t size) noexcept {
    return write_all(h, data, size, std::chrono::seconds(10));
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
