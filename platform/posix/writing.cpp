// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Texts of the library's own to streams that belong to the program: short ones at once, reports whole.

#include "platform/posix/system_call.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <ctime>

#include <poll.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

// While it exists, the calling thread does not get the signals that its own writes cause (write(2):
// EPIPE, EFBIG): they are held back, and taken at the end. One that was pending before stays so.
class quiet_writes {
public:
    quiet_writes() noexcept {
        ::sigpending(&before_);
        sigset_t held;
        ::sigemptyset(&held);
        for (int const each : caused) {
            ::sigaddset(&held, each);
        }
        ::pthread_sigmask(SIG_BLOCK, &held, &mask_);
    }
    quiet_writes(quiet_writes const&) = delete;
    quiet_writes& operator=(quiet_writes const&) = delete;
    ~quiet_writes() {
        for (int const each : caused) {
            if (::sigismember(&before_, each) == 0) {
                take(each);
            }
        }
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }

private:
    static constexpr std::array caused{SIGPIPE, SIGXFSZ};

    // Without waiting: a signal sent to the process may be taken by another thread meanwhile.
    static void take(int number) noexcept {
        sigset_t one;
        ::sigemptyset(&one);
        ::sigaddset(&one, number);
        timespec const at_once{};
        retried([&] { return ::sigtimedwait(&one, nullptr, &at_once); });
    }

    sigset_t before_;
    sigset_t mask_;
};

// poll(2): POLLOUT says that a write would not block; pipe(7): for as many bytes as are written
// atomically.
bool has_room(handle h) noexcept {
    pollfd what{h, POLLOUT, 0};
    return retried([&] { return ::poll(&what, 1, 0); }) != 0;
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

error_code write_at_once(handle h, void const* data, std::size_t size) noexcept {
    quiet_writes const quiet;
    auto const* rest = static_cast<char const*>(data);
    error_code ec;
    while (size != 0 && !ec) {
        if (!has_room(h)) {
            return system_error_code(EWOULDBLOCK);
        }
        std::size_t const piece = std::min<std::size_t>(size, PIPE_BUF);
        std::size_t const written = write_some(h, rest, piece, ec);
        rest += written;
        size -= written;
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
        std::size_t const written = write_some(h, rest, size, ec);
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
