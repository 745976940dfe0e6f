// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Only one thread asks at a time: an answer is a single byte, for whoever reads it.

#include "lib/preload/look.hpp"

#include "lib/preload/channel.hpp"
#include "lib/preload/program.hpp"
#include "lib/preload/signals.hpp"
#include "lib/preload/system_call.hpp"

#include <atomic>
#include <climits>
#include <initializer_list>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>

namespace handrail::preload {

namespace {

// Written in the constructor, and in a child before it is followed.
constinit settings wanted{};
constinit std::atomic<bool> end_looked_at{false};
constinit std::atomic<bool> limit_looked_at{false};
constinit std::atomic<bool> emfile_looked_at{false};

// The id of the thread that asks, and waited for as a futex(2); 0: none.
constinit std::atomic<std::uint32_t> asking{0};

// Returns: false if this thread is asking already, and is now in a signal handler.
bool begin_asking() noexcept {
    for (;;) {
        std::uint32_t other = 0;
        if (asking.compare_exchange_strong(other, thread_id())) {
            return true;
        }
        if (other == thread_id()) {
            return false;
        }
        system_call(SYS_futex, &asking, FUTEX_WAIT_PRIVATE, other, nullptr, nullptr, 0);
    }
}

void end_asking() noexcept {
    asking.store(0);
    system_call(SYS_futex, &asking, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

void look(look_reason why, int signal = 0) noexcept {
    kept_errno const kept;
    if (!begin_asking()) {
        return;
    }
    handrail_preload_info.reason = static_cast<std::uint32_t>(why);
    ask_over_channel(why, signal);
    handrail_preload_info.reason = static_cast<std::uint32_t>(look_reason::none);
    end_asking();
}

// The child is a program of its own, whose only thread is this one. errno: fork's.
void follow_child() noexcept {
    kept_errno const kept;
    become_program();
    for (std::atomic<bool>* each : {&end_looked_at, &limit_looked_at, &emfile_looked_at}) {
        each->store(false);
    }
    asking.store(0);
    open_channel_of_child();
}

}  // namespace

void connect_to_tool(settings const& from) noexcept {
    wanted = from;
    if (!use_channel(from)) {
        return;
    }
    if (from.children) {
        open_channel_of_child();
        ::pthread_atfork(nullptr, nullptr, follow_child);
    }
    if (from.signals) {
        watch_signals();
    }
}

void look_at_end(look_reason why, int signal) noexcept {
    if (in_program() && !end_looked_at.exchange(true)) {
        handrail_preload_info.main_is_over = why == look_reason::main_returned;
        look(why, signal);
    }
}

void look_once(look_reason why) noexcept {
    bool const is_limit = why == look_reason::descriptors;
    if ((is_limit ? wanted.descriptors != 0 : wanted.emfile) && in_program() &&
        !(is_limit ? limit_looked_at : emfile_looked_at).exchange(true)) {
        look(why);
    }
}

void look_if_limit_reached(int number) noexcept {
    if (wanted.descriptors != 0 && number + 1 >= wanted.descriptors &&
        !limit_looked_at.load(std::memory_order_relaxed)) {
        look_once(look_reason::descriptors);
    }
}

}  // namespace handrail::preload
