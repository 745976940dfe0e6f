// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// revocable: access to something that ends with an execution context. A thread that uses it holds a
// revocable_use. When the destruction of the context begins, a service of the context revokes it:
// revoke() prevents new uses and waits for the existing ones.
//
// Thread safety: any thread may call all functions, also while the context is being destroyed.

#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace handrail::detail {

class revocable {
public:
    revocable(revocable const&) = delete;
    revocable& operator=(revocable const&) = delete;

    // Effects: what it gives access to may be used until end_use().
    // Returns: false if the access was revoked.
    bool begin_use() noexcept {
        auto seen = users_.load(std::memory_order_relaxed);
        // acquire: sees the writes that made the context.
        while ((seen & revoked) == 0 &&
               !users_.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
        }
        return (seen & revoked) == 0;
    }
    void end_use() noexcept {
        // release: the use is over before the context is destroyed.
        if (users_.fetch_sub(1, std::memory_order_release) == (revoked | 1)) {
            users_.notify_all();
        }
    }
    // Effects: refuses new uses, waits for the existing ones, and ends the access.
    void revoke() noexcept {
        auto seen =
            users_.fetch_or(revoked, std::memory_order_acquire) | revoked;  // pairs with end_use()
        // relaxed: only this thread's own write can be equal.
        if (discarded_by_.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
            // What is discarded owns its context, and this thread is just destroying it: the last
            // runner of an executor that holds a std::shared_ptr of its context was destroyed, so
            // discard() destroys the executor, that the context, and that calls revoke() here. The
            // use that it would wait for is that of this thread's own discard().
            return;
        }
        while (seen != revoked) {
            users_.wait(seen, std::memory_order_acquire);
            seen = users_.load(std::memory_order_acquire);
        }
        end_access();
    }

    // Effects: ends the access, unless revoke() has done so.
    // Requires: nobody else begins a use, now or later. revoke() may run at the same time.
    void discard() noexcept {
        if (begin_use()) {
            discarded_by_.store(std::this_thread::get_id(), std::memory_order_relaxed);
            end_access();
            discarded_by_.store({}, std::memory_order_relaxed);
            end_use();
        }
    }

protected:
    revocable() = default;
    virtual ~revocable() = default;

private:
    static constexpr std::uint32_t revoked = 0x8000'0000;

    // Effects: destroys what it gave access to, if that is its own. It is called again if
    //   revoke() comes after discard() or another revoke().
    virtual void end_access() noexcept = 0;

    std::atomic<std::uint32_t> users_{0};
    std::atomic<std::thread::id> discarded_by_{};
};

// A use for the time that it exists, if the access was not revoked before.
class revocable_use {
public:
    explicit revocable_use(revocable& used) noexcept : used_(used.begin_use() ? &used : nullptr) {}
    revocable_use(revocable_use const&) = delete;
    revocable_use& operator=(revocable_use const&) = delete;
    ~revocable_use() {
        if (used_ != nullptr) {
            used_->end_use();
        }
    }
    // Returns: false if the access was revoked.
    explicit operator bool() const noexcept { return used_ != nullptr; }

private:
    revocable* used_;
};

}  // namespace handrail::detail
