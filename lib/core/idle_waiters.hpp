// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The waiters that are notified when no cleanup is queued or running (idle_waiter.hpp).
//
// Thread safety: none; callers hold the lock under which they find out whether there is work.

#pragma once

#include <handrail/detail/core/idle_waiter.hpp>

#include <cstdint>

namespace handrail::detail {

class idle_waiter_list {
public:
    std::uint64_t enlist(idle_waiter& waiter) noexcept;
    // Returns: whether the waiter with this id is listed; it is armed then.
    bool arm(std::uint64_t id) noexcept;
    // Returns: whether the waiter was listed.
    bool withdraw(idle_waiter& waiter) noexcept;
    // Effects: notifies the armed waiters, which leave the list. Returns: how many there were.
    unsigned notify_armed() noexcept;

    // Effects: none is listed or notified any more.
    void clear() noexcept;

    bool has_armed() const noexcept;

private:
    idle_waiter* first_ = nullptr;  // newest first
    std::uint64_t last_id_ = 0;
};

}  // namespace handrail::detail
