// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::atomic<shared<T>> and std::atomic<weak<T>>: references that some threads replace while
// others read them. An example is a configuration that changes while requests use it:
//
//     std::atomic<handrail::shared<config const>> current(handrail::make<config const>());
//     handrail::shared<config const> const mine = current.load();    // any thread, at any time
//     current.store(handrail::make<config const>(changed));          // the old one ends with its
//                                                                    // last reader
//
// They have the members of std::atomic<std::shared_ptr<T>>. A reference that an operation replaces
// is released on the calling thread, after the operation has taken effect: no destructor and no
// cleanup runs inside an operation, and each may use the same atomic.
//
// Memory order: every operation is sequentially consistent, whatever order it is given.
//
// Not promised: that operations are lock-free. A bit is held for the few instructions that copy or
// exchange two words and a count; other threads yield meanwhile. So do not use them in signal
// handlers, nor in a child of fork() that one thread made while another was inside an operation on
// the same atomic.
//
// The collector does not read what an atomic refers to. As a member of a managed object it counts
// as a reference from outside, and cycles through it are never collected: use an edge there, or a
// weak.
//
//  1. state = [changes:31 | locked:1]. Only the thread that has set locked uses the reference.
//  2. Each change of the reference adds 1 to changes, so that wait() notices it even if the old
//     value has come back meanwhile (unless exactly 2^31 changes have been made).

#pragma once

#include <handrail/heap/shared.hpp>
#include <handrail/heap/weak.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>

namespace handrail::detail {

// R is shared<T> or weak<T>. The members are those of std::atomic; each is atomic as a whole, and
// none allocates.
template <class R>
class atomic_reference {
public:
    using value_type = R;
    static constexpr bool is_always_lock_free = false;

    // Effects: holds an empty reference, or desired.
    constexpr atomic_reference() noexcept = default;
    atomic_reference(R desired) noexcept : value_(std::move(desired)) {}
    atomic_reference(atomic_reference const&) = delete;
    atomic_reference& operator=(atomic_reference const&) = delete;

    bool is_lock_free() const noexcept { return false; }

    // Returns: a copy of the reference.
    [[nodiscard]] R load(std::memory_order = std::memory_order_seq_cst) const noexcept {
        holder const hold(state_);
        return value_;
    }
    operator R() const noexcept { return load(); }

    // Effects: replaces the reference.
    void store(R desired, std::memory_order = std::memory_order_seq_cst) noexcept {
        change(desired);
    }
    void operator=(R desired) noexcept { store(std::move(desired)); }

    // Effects: replaces the reference. Returns: the old one.
    R exchange(R desired, std::memory_order = std::memory_order_seq_cst) noexcept {
        change(desired);
        return desired;
    }

    // Effects: if the reference is equivalent to expected, that is, it points to the same address
    //   and owns (or watches) the same object, replaces it by desired; otherwise sets expected to a
    //   copy of it. Returns: whether it was replaced. Neither function fails spuriously.
    bool compare_exchange_strong(R& expected, R desired, std::memory_order,
                                 std::memory_order) noexcept {
        R found;
        {
            holder hold(state_);
            if (handrail_equivalent(value_, expected)) {
                value_.swap(desired);  // what it holds now is released after the unlock
                hold.count_change();
                return true;
            }
            found = value_;
        }
        expected = std::move(found);
        return false;
    }
    bool compare_exchange_strong(R& expected, R desired,
                                 std::memory_order order = std::memory_order_seq_cst) noexcept {
        return compare_exchange_strong(expected, std::move(desired), order, order);
    }
    bool compare_exchange_weak(R& expected, R desired, std::memory_order success,
                               std::memory_order failure) noexcept {
        return compare_exchange_strong(expected, std::move(desired), success, failure);
    }
    bool compare_exchange_weak(R& expected, R desired,
                               std::memory_order order = std::memory_order_seq_cst) noexcept {
        return compare_exchange_strong(expected, std::move(desired), order, order);
    }

    // Effects: blocks until the reference is not equivalent to old. Requires: whoever changes the
    //   reference then calls notify_one() or notify_all(); a change alone wakes no thread.
    void wait(R old, std::memory_order = std::memory_order_seq_cst) const noexcept {
        for (;;) {
            std::uint32_t unchanged = 0;
            {
                holder const hold(state_);
                if (!handrail_equivalent(value_, old)) {
                    return;
                }
                unchanged = hold.unlocked_state();
            }
            state_.wait(unchanged, std::memory_order_relaxed);  // the next holder acquires
        }
    }
    // Effects: wakes one thread, or all threads, that wait.
    void notify_one() noexcept {
        publish_change();
        state_.notify_one();
    }
    void notify_all() noexcept {
        publish_change();
        state_.notify_all();
    }

private:
    static constexpr std::uint32_t locked = 1;
    static constexpr std::uint32_t one_change = 2;

    class holder {
    public:
        explicit holder(std::atomic<std::uint32_t>& state) noexcept : state_(state) {
            // seq_cst: the single order of these operations is the order of all operations on all
            // atomics. It also acquires what the last holder wrote.
            for (unsigned tries = 1; ((before_ = state_.fetch_or(locked)) & locked) != 0; ++tries) {
                if (tries % 16 == 0) {
                    std::this_thread::yield();
                }
            }
        }
        holder(holder const&) = delete;
        holder& operator=(holder const&) = delete;
        // release: for the next holder.
        ~holder() { state_.store(before_, std::memory_order_release); }

        void count_change() noexcept { before_ += one_change; }
        std::uint32_t unlocked_state() const noexcept { return before_; }

    private:
        std::atomic<std::uint32_t>& state_;
        std::uint32_t before_ = 0;
    };

    void change(R& desired) noexcept {
        holder hold(state_);
        value_.swap(desired);
        hold.count_change();
    }

    // seq_cst: notify first tests whether any thread sleeps. Either a thread that is about to sleep
    // reads the change, or the test finds that thread. Without this, the release store of holder
    // might become visible after the test.
    void publish_change() noexcept { state_.fetch_add(0); }

    mutable std::atomic<std::uint32_t> state_{0};
    R value_;
};

}  // namespace handrail::detail

template <class T>
struct std::atomic<handrail::shared<T>> : handrail::detail::atomic_reference<handrail::shared<T>> {
    using handrail::detail::atomic_reference<handrail::shared<T>>::atomic_reference;
    using handrail::detail::atomic_reference<handrail::shared<T>>::operator=;
    constexpr atomic() noexcept = default;
    constexpr atomic(std::nullptr_t) noexcept {}
    void operator=(std::nullptr_t) noexcept { this->store(nullptr); }
};

template <class T>
struct std::atomic<handrail::weak<T>> : handrail::detail::atomic_reference<handrail::weak<T>> {
    using handrail::detail::atomic_reference<handrail::weak<T>>::atomic_reference;
    using handrail::detail::atomic_reference<handrail::weak<T>>::operator=;
    constexpr atomic() noexcept = default;
};
