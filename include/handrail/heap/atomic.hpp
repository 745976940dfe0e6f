// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::atomic<shared<T>>, std::atomic<weak<T>>: references that threads exchange while others read
// them; a configuration, say, that is replaced under its readers:
//
//     std::atomic<handrail::shared<config const>> current(handrail::make<config const>());
//     handrail::shared<config const> const mine = current.load();    // any thread, any time
//     current.store(handrail::make<config const>(changed));          // the old one ends with its
//                                                                    // last reader
//
// They have the members of std::atomic<std::shared_ptr<T>>. What an operation lets go of ends on
// the calling thread, as everywhere, after the operation has taken effect: no destructor and no
// cleanup runs inside it, and any may use the same atomic.
//
// Memory order: each operation is sequentially consistent, whatever order it is given.
//
// Not lock-free: a bit is held for the few instructions that copy or exchange two words and a
// count; others yield meanwhile. Not for signal handlers; a child of fork() that was made by one
// thread while another was inside an operation must not use that atomic.
//
// The collector does not see what an atomic refers to: as a member of a managed object it counts as
// a reference from outside, and cycles through it are never collected. Use an edge there, or a
// weak.
//
//  1. state = [changes:31 | locked:1]. Only the holder of the bit touches the reference.
//  2. Each change of the reference adds 1 to changes, so that wait() sees it even if the old value
//     has come back; but for one that waits while exactly 2^31 changes happen.

#pragma once

#include <handrail/heap/pointer.hpp>
#include <handrail/heap/weak.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>

namespace handrail::detail {

// R is shared<T> or weak<T>.
template <class R>
class atomic_reference {
public:
    using value_type = R;
    static constexpr bool is_always_lock_free = false;

    constexpr atomic_reference() noexcept = default;
    atomic_reference(R desired) noexcept : value_(std::move(desired)) {}
    atomic_reference(atomic_reference const&) = delete;
    atomic_reference& operator=(atomic_reference const&) = delete;

    bool is_lock_free() const noexcept { return false; }

    R load(std::memory_order = std::memory_order_seq_cst) const noexcept {
        holder const hold(state_);
        return value_;
    }
    operator R() const noexcept { return load(); }

    void store(R desired, std::memory_order = std::memory_order_seq_cst) noexcept {
        change(desired);
    }
    void operator=(R desired) noexcept { store(std::move(desired)); }

    R exchange(R desired, std::memory_order = std::memory_order_seq_cst) noexcept {
        change(desired);
        return desired;
    }

    // Compares what is pointed to and which object is kept alive, or watched. Neither fails
    // spuriously.
    bool compare_exchange_strong(R& expected, R desired, std::memory_order,
                                 std::memory_order) noexcept {
        R found;
        {
            holder hold(state_);
            if (handrail_equivalent(value_, expected)) {
                value_.swap(desired);  // desired ends after hold
                hold.note_change();
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

    // Blocks while it has the old value. A change wakes nobody without notify_one() or
    // notify_all().
    void wait(R old, std::memory_order = std::memory_order_seq_cst) const noexcept {
        for (;;) {
            std::uint32_t seen = 0;
            {
                holder const hold(state_);
                if (!handrail_equivalent(value_, old)) {
                    return;
                }
                seen = hold.unlocked_state();
            }
            state_.wait(seen, std::memory_order_relaxed);  // the next holder looks
        }
    }
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
            // seq_cst: the order of these is the one order of all operations on all atomics; it
            // also acquires what the last holder left.
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

        void note_change() noexcept { before_ += one_change; }
        std::uint32_t unlocked_state() const noexcept { return before_; }

    private:
        std::atomic<std::uint32_t>& state_;
        std::uint32_t before_ = 0;
    };

    void change(R& desired) noexcept {
        holder hold(state_);
        value_.swap(desired);
        hold.note_change();
    }

    // seq_cst: either a thread that is about to sleep sees the change before, or notify, which asks
    // first whether somebody sleeps, sees that thread. The release store of holder alone may be
    // seen later than that question.
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
