// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cleanups of one owner, newest first, in one word.
//
//  1. word = 0: no cleanups; else a pointer to the newest record, or, with bit has_batch, to the
//     batch that was reserved because the owner has a runner or a deferred close.
//  2. Bit locked is held while records are linked or swept; no user code runs under it but
//     operator delete.
//  3. Records that are not claimed are always linked. A stopped record is unlinked by the next push
//     that finds it on top, or by a sweep, which takes place when the chain has grown by as many
//     records as the last sweep kept. So a chain has at most twice as many records as were ever
//     pending at once, or 16 more than that if this is larger, and a push takes constant time on
//     average.
//
// Thread safety: if the owner is a managed object, several threads may call push and set_runner
//   (concurrent = true). Everything else requires that no other thread uses the owner.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/track/observer.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/switches.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string_view>

namespace handrail {

class runner;

}  // namespace handrail

namespace handrail::detail {

struct batch_state;
struct deferred_close;
struct record;

class chain {
public:
    // Effects: sets the default runner, if there is one. If memory for the batch is short, the
    //   owner runs its cleanups inline; the arguments describe it to the failure handler then.
    void adopt_default_runner(track::handle_description const& owner, std::string_view name,
                              std::source_location where) noexcept {
        if ((switches.load(std::memory_order_relaxed) & switch_default_runner) != 0) {
            reserve_for_default_runner(owner, name, where);
        }
    }

    constexpr chain() noexcept = default;
    chain(chain&& other) noexcept : word_(other.take()) {}
    // Requires: this chain is empty.
    chain& operator=(chain&& other) noexcept {
        word_.store(other.take(), std::memory_order_relaxed);
        return *this;
    }

    bool empty() const noexcept { return word_.load(std::memory_order_relaxed) == 0; }

    // Returns: how many cleanups have not been claimed; tokens may claim them at the same time.
    std::uint64_t count_pending() const noexcept { return empty() ? 0 : count_pending_slow(); }

    // Requires: the owner's resource has been closed or destroyed, or its close is reserved.
    // Effects: claims its cleanups, then runs them or sends them to its runner. Calls user code.
    void end() noexcept {
        if (auto const word = take(); word != 0) {
            end_slow(word);
        }
    }

    // Effects: drops the cleanups, because the resource was released. Calls user code.
    void drop() noexcept {
        if (auto const word = take(); word != 0) {
            drop_slow(word);
        }
    }

    // Returns: what defer_close reserved, to be filled by the owner before end(); null if the
    //   resource is to be closed at once.
    deferred_close* reserved_close() const noexcept {
        return (word_.load(std::memory_order_relaxed) & has_batch) != 0 ? reserved_close_slow()
                                                                        : nullptr;
    }
    // Effects: frees the reservation, because the calling thread is about to close the resource.
    HANDRAIL_API void cancel_reserved_close() noexcept;

    // concurrent: as owner_type::concurrent of the owner.
    // Effects: links the record, which becomes the chain's newest; it has the reference of the
    //   chain already.
    HANDRAIL_API void push(record& newest, bool concurrent) noexcept;
    // Effects: the cleanups will run on target; the previous runner is destroyed, without a lock.
    // Errors: throws std::bad_alloc; the chain is unchanged then.
    HANDRAIL_API void set_runner(runner target, bool concurrent);
    // Effects: the chain owns what is reserved, in the place of an earlier reservation.
    // Errors: throws std::bad_alloc; the chain is unchanged then.
    HANDRAIL_API void defer_close(std::unique_ptr<deferred_close> reserved);

    static constexpr std::uintptr_t locked = 1;
    static constexpr std::uintptr_t has_batch = 2;

private:
    std::uintptr_t take() noexcept {
        auto const word =
            word_.load(std::memory_order_acquire);  // pairs with push on other threads
        word_.store(0, std::memory_order_relaxed);
        return word;
    }
    HANDRAIL_API static void end_slow(std::uintptr_t word) noexcept;
    HANDRAIL_API std::uint64_t count_pending_slow() const noexcept;
    HANDRAIL_API static void drop_slow(std::uintptr_t word) noexcept;
    HANDRAIL_API deferred_close* reserved_close_slow() const noexcept;
    HANDRAIL_API void reserve_for_default_runner(track::handle_description const& owner,
                                                 std::string_view name,
                                                 std::source_location where) noexcept;

    std::uintptr_t lock() noexcept;
    batch_state& require_batch(bool concurrent);

    std::atomic<std::uintptr_t> word_{0};
};

}  // namespace handrail::detail
