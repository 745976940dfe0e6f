// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// sigset(3) and system calls of the program's own are not replaced: who uses them sees the handler.

#include "lib/preload/signals.hpp"

#include "lib/preload/look.hpp"
#include "lib/preload/program.hpp"
#include "lib/preload/replaced.hpp"
#include "lib/preload/system_call.hpp"

#include <atomic>
#include <csignal>

#include <sys/syscall.h>

using handrail::preload::call;

namespace {

using action = struct sigaction;

constexpr int watched[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

// Written in the constructor.
constinit std::atomic<bool> is_on{false};

bool is_watched(int number) noexcept {
    if (!is_on.load(std::memory_order_relaxed)) {
        return false;
    }
    for (int const each : watched) {
        if (each == number) {
            return true;
        }
    }
    return false;
}

// In a forked child nobody looks, and the signal has the default effect.
void wait_for_look(int number) noexcept {
    handrail::preload::kept_errno const kept;
    handrail::preload::look_at_end(handrail::preload::look_reason::signal, number);
    using handrail::preload::system_call;
    system_call(SYS_tgkill, system_call(SYS_getpid), system_call(SYS_gettid), number);
}

// Not on an alternate stack: there, the look would not see how much of the thread's own is in use.
action waiting() noexcept {
    action result{};
    result.sa_handler = wait_for_look;
    result.sa_flags = SA_RESETHAND | SA_NODEFER | SA_RESTART;
    return result;
}

bool waits(action const& now) noexcept { return now.sa_handler == wait_for_look; }

int change(int number, action const* to, action* before) noexcept {
    action const ours = waiting();
    bool const is_default = to != nullptr && to->sa_handler == SIG_DFL && is_watched(number);
    int const result = HANDRAIL_REPLACED(sigaction)(number, is_default ? &ours : to, before);
    if (result == 0 && before != nullptr && waits(*before)) {
        *before = action{};
    }
    return result;
}

// other: one of libc's functions that set a handler with flags of their own.
template <class Function>
auto change_by(Function other, int number, void (*to)(int)) noexcept -> void (*)(int) {
    if (to == SIG_DFL && is_watched(number)) {
        action const wanted{};
        action before{};
        return change(number, &wanted, &before) == 0 ? before.sa_handler : SIG_ERR;
    }
    auto* const before = other(number, to);
    return before == wait_for_look ? SIG_DFL : before;
}

}  // namespace

namespace handrail::preload {

void watch_signals() noexcept {
    is_on.store(true, std::memory_order_relaxed);
    for (int const each : watched) {
        action now{};
        if (HANDRAIL_REPLACED(sigaction)(each, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
            change(each, &now, nullptr);
        }
    }
}

}  // namespace handrail::preload

HANDRAIL_REPLACES int sigaction(int number, struct sigaction const* to,
                                struct sigaction* before) noexcept {
    return change(number, to, before);
}
HANDRAIL_REPLACES void (*signal(int number, void (*to)(int)) noexcept)(int) {
    return change_by(HANDRAIL_REPLACED(signal), number, to);
}
HANDRAIL_REPLACES void (*__sysv_signal(int number, void (*to)(int)) noexcept)(int) {
    return change_by(HANDRAIL_REPLACED(__sysv_signal), number, to);
}
