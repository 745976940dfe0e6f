// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// idle_waiter: is notified, once, at a moment when drain() would return true; no thread is blocked.
//
//  1. A waiter is listed from enlist() until it has been notified or withdrawn. It must not be
//     destroyed while it is listed.
//  2. It is notified only after arm(). arm() takes an id, not the waiter: the asynchronous
//     wait that is started between enlist() and arm() may have completed and destroyed the waiter.
//
// Thread safety: all functions may be called by any thread; enlist() and withdraw() of one waiter
//   by one thread at a time.

#pragma once

#include <handrail/detail/base/export.hpp>

#include <cstdint>

namespace handrail::detail {

class HANDRAIL_API idle_waiter {
public:
    idle_waiter(idle_waiter const&) = delete;
    idle_waiter& operator=(idle_waiter const&) = delete;

    // Returns: the id of the waiter, for arm().
    std::uint64_t enlist() noexcept;
    // Effects: notifies the waiter with this id during this call, if no cleanup is queued or
    //   running now; else when that is so, by the thread that has run the last one. Nothing if the
    //   waiter is not listed any more.
    static void arm(std::uint64_t id) noexcept;
    // Effects: notify() is not running, and is not called any more.
    void withdraw() noexcept;

protected:
    idle_waiter() = default;
    virtual ~idle_waiter() = default;

private:
    friend class idle_waiter_list;

    // Called with a lock of this library held: must not call the library.
    virtual void notify() noexcept = 0;

    idle_waiter* next_ = nullptr;
    std::uint64_t id_ = 0;  // 0: not listed
    bool armed_ = false;
};

}  // namespace handrail::detail
