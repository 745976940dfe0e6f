// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// quiet_writes: a scope whose writes raise no signal, where the system has no flag for that.

#pragma once

#include "platform/posix/system_call.hpp"

#include <array>
#include <csignal>
#include <ctime>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// While it exists, the calling thread does not receive the signals that its own writes cause
// (write(2): EPIPE, EFBIG): they are blocked, and discarded at the end. A signal that was pending
// before stays pending.
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

    // Does not wait: another thread may receive a signal that was sent to the process.
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

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
