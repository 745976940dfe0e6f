// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Checks whose frozen copy halts, so that a test can act in the program while a check is running.
// The copy iterates over a container of the program's, and the container's begin() waits there
// until the program lets it go on.
//
//     halted_check checking;         // a check whose copy waits
//     …                              // what must not wait for the check
//     auto const report = checking.finish();
//
// Waiting is done by system calls: in a copy, locks of the C library and of sanitizers may be held
// for ever.

#pragma once

#include "full_level.hpp"

#include <atomic>
#include <cerrno>
#include <climits>
#include <ctime>
#include <functional>
#include <future>
#include <new>
#include <vector>

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handrail_test {

// An event that processes share; once set, it stays set.
class shared_event {
public:
    shared_event() = default;
    shared_event(shared_event const&) = delete;
    shared_event& operator=(shared_event const&) = delete;
    ~shared_event() { ::munmap(state_, sizeof *state_); }

    void set() noexcept {
        state_->store(1);
        ::syscall(SYS_futex, state_, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
    }
    // Returns: whether it was set; waits for half a minute at most.
    bool wait() const noexcept {
        timespec const max_wait{30, 0};
        while (!is_set()) {
            if (::syscall(SYS_futex, state_, FUTEX_WAIT, 0, &max_wait, nullptr, 0) == -1 &&
                errno == ETIMEDOUT) {
                return false;
            }
        }
        return true;
    }
    bool is_set() const noexcept { return state_->load() != 0; }

private:
    using state = std::atomic<int>;
    state* state_ = new (::mmap(nullptr, sizeof(state), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0)) state(0);
};

// The point at which copies halt while the gate is closed.
class gate {
public:
    std::function<void()> in_copy = [] {};  // what a copy does before it halts

    void open() noexcept { closed_ = false; }
    bool wait_for_copy() const noexcept { return reached_.wait(); }
    bool was_reached() const noexcept { return reached_.is_set(); }
    void let_go() noexcept { go_on_.set(); }

    void pass() {
        if (closed_ && ::syscall(SYS_getpid) != program_) {
            in_copy();
            reached_.set();
            go_on_.wait();
        }
    }

private:
    bool closed_ = true;  // a copy has the value of when it was made
    long program_ = ::syscall(SYS_getpid);
    shared_event reached_;
    shared_event go_on_;
};

struct gated;
struct edges_behind_gate : std::vector<handrail::edge<gated>> {
    gate* before = nullptr;

    auto begin() const {
        before->pass();
        return vector::begin();
    }
};
// Who reads its edges passes the gate.
struct gated {
    handrail::traced<edges_behind_gate> others;
    using managed_edges = handrail::edges<&gated::others>;
};

inline handrail::shared<gated> behind(gate& before) {
    auto const object = handrail::make<gated>();
    object->others.write()->before = &before;
    return object;
}

// A check that runs on a thread of its own and whose copy waits. Later checks do not halt.
class halted_check {
public:
    halted_check() {
        BOOST_TEST_REQUIRE(gate_.wait_for_copy());
        gate_.open();
    }
    handrail::leak_check::report finish() {
        gate_.let_go();
        return check_.get();
    }

private:
    gate gate_;
    handrail::shared<gated> object_ = behind(gate_);
    std::future<handrail::leak_check::report> check_ =
        std::async(std::launch::async, [] { return handrail::leak_check::check_now(); });
};

}  // namespace handrail_test
