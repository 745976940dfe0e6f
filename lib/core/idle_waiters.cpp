// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/idle_waiters.hpp"

namespace handrail::detail {

std::uint64_t idle_waiter_list::enlist(idle_waiter& waiter) noexcept {
    waiter.id_ = ++last_id_;
    waiter.armed_ = false;
    waiter.next_ = first_;
    first_ = &waiter;
    return waiter.id_;
}

bool idle_waiter_list::arm(std::uint64_t id) noexcept {
    for (idle_waiter* each = first_; each != nullptr; each = each->next_) {
        if (each->id_ == id) {
            each->armed_ = true;
            return true;
        }
    }
    return false;
}

bool idle_waiter_list::withdraw(idle_waiter& waiter) noexcept {
    for (idle_waiter** link = &first_; *link != nullptr; link = &(*link)->next_) {
        if (*link == &waiter) {
            *link = waiter.next_;
            waiter.id_ = 0;
            return true;
        }
    }
    return false;
}

unsigned idle_waiter_list::notify_armed() noexcept {
    unsigned notified = 0;
    for (idle_waiter** link = &first_; *link != nullptr;) {
        idle_waiter& each = **link;
        if (each.armed_) {
            *link = each.next_;
            each.id_ = 0;
            each.notify();
            ++notified;
        } else {
            link = &each.next_;
        }
    }
    return notified;
}

bool idle_waiter_list::has_armed() const noexcept {
    idle_waiter const* each = first_;
    while (each != nullptr && !each->armed_) {
        each = each->next_;
    }
    return each != nullptr;
}

void idle_waiter_list::clear() noexcept {
    while (first_ != nullptr) {
        first_->id_ = 0;
        first_ = first_->next_;
    }
}

}  // namespace handrail::detail
