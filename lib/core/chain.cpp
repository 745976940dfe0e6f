// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/core/chain.hpp>

#include "lib/core/default_runner.hpp"
#include "lib/core/generations.hpp"
#include "lib/core/run_loop.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/core/batch_state.hpp>
#include <handrail/detail/core/deferred_close.hpp>
#include <handrail/detail/core/failure.hpp>
#include <handrail/detail/core/record.hpp>
#include <handrail/detail/track/observer.hpp>

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

namespace handrail::detail {

namespace {

constexpr std::uint64_t min_credit = 16;

batch_state* batch_in(std::uintptr_t word) noexcept {
    return (word & chain::has_batch) != 0
               ? reinterpret_cast<batch_state*>(word & ~(chain::locked | chain::has_batch))
               : nullptr;
}

record* newest_in(std::uintptr_t word) noexcept {
    batch_state* const reserved = batch_in(word);
    return reserved != nullptr ? reserved->head : reinterpret_cast<record*>(word & ~chain::locked);
}

// Effects: unlinks the claimed records from link on, up to the first that is not claimed.
// Returns: how many they were.
std::uint64_t pop_claimed(record*& link) noexcept {
    std::uint64_t popped = 0;
    while (link != nullptr && link->is_claimed()) {
        std::exchange(link, link->next)->drop_reference();
        ++popped;
    }
    return popped;
}

// Effects: unlinks every claimed record below top.
// Returns: how many records are kept, top included.
std::uint64_t sweep(record& top) noexcept {
    std::uint64_t left = 0;
    for (record* at = &top; at != nullptr; at = at->next) {
        pop_claimed(at->next);
        ++left;
    }
    return left;
}

// The credit belongs to the chain. It is stored in the newest record, because tokens may read the
// fields of older ones at the same time. A push costs 1, a record that is unlinked at the top gives
// 1 back. So a sweep over n records comes after at least n/2 pushes: constant time for each push.
void link(record& newest, record* top) noexcept {
    std::uint64_t const carried = top != nullptr ? top->linked.credit : 0;
    newest.next = top;
    std::uint64_t const popped = pop_claimed(newest.next);
    std::uint64_t const before = newest.next != nullptr ? carried + popped : min_credit;
    std::uint64_t const credit = before != 0 ? before - 1 : std::max(sweep(newest), min_credit);
    newest.linked = {
        .credit = static_cast<std::uint32_t>(std::min<std::uint64_t>(credit, record::max_credit)),
        .generation = record_generation()};
}

// Effects: claims the records of a chain; drops the chain's references to those that tokens have
// claimed. Returns: those that this call claimed, newest first.
record_list claim_all(record* top) noexcept {
    record_list won;
    while (top != nullptr) {
        record* const below = top->next;
        if (top->only_in_chain() || top->claim()) {
            if (leak_check_on()) {
                track::the_observer().cleanup_unregistered(top);
            }
            won.append(*top);
        } else {
            top->drop_reference();
        }
        top = below;
    }
    return won;
}

}  // namespace

// Spins: another thread holds the bit for a few instructions, or for one sweep.
std::uintptr_t chain::lock() noexcept {
    for (;;) {
        auto word = word_.load(std::memory_order_relaxed);
        // acquire: sees the records that the last holder linked.
        if ((word & locked) == 0 &&
            word_.compare_exchange_weak(word, word | locked, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
            return word;
        }
        std::this_thread::yield();
    }
}

void chain::push(record& newest, bool concurrent) noexcept {
    auto const word = concurrent ? lock() : word_.load(std::memory_order_relaxed);
    if (batch_state* const reserved = batch_in(word)) {
        link(newest, reserved->head);
        reserved->head = &newest;
        word_.store(word, std::memory_order_release);  // unlocks; publishes the record
    } else {
        link(newest, newest_in(word));
        word_.store(as_integer(&newest), std::memory_order_release);
    }
}

// Returns: the batch of this chain, which is made if there is none; the chain is locked if
//   concurrent.
// Errors: throws std::bad_alloc; the chain is unchanged and not locked then.
batch_state& chain::require_batch(bool concurrent) {
    auto fresh = std::make_unique<batch_state>();
    auto const word = concurrent ? lock() : word_.load(std::memory_order_relaxed);
    if (batch_state* const reserved = batch_in(word)) {
        return *reserved;
    }
    fresh->head = newest_in(word);
    fresh->generation = fork_generation();
    auto const made = as_integer(fresh.get()) | has_batch;
    // relaxed: still locked when concurrent; the unlocking store publishes.
    word_.store(concurrent ? made | locked : made, std::memory_order_relaxed);
    return *fresh.release();
}

// The previous runner is destroyed with the parameter, after the unlock: its destructor may be user
// code.
void chain::set_runner(runner target, bool concurrent) {
    batch_state& reserved = require_batch(concurrent);
    std::swap(reserved.target, target);
    reserved.generation = fork_generation();
    word_.store(as_integer(&reserved) | has_batch, std::memory_order_release);
}

// Only guards have a close that can be deferred, and a guard is used by one thread.
void chain::defer_close(std::unique_ptr<deferred_close> reserved_close) {
    batch_state& reserved = require_batch(false);
    delete std::exchange(reserved.job, reserved_close.release());
}

void chain::reserve_for_default_runner(track::handle_description const& owner,
                                       std::string_view name, std::source_location where) noexcept {
    runner target = current_default_runner();
    if (!target) {
        return;
    }
    try {
        set_runner(std::move(target), false);
    } catch (...) {
        report_no_batch_reserved(std::current_exception(), owner, name, where);
    }
}

// The batch of an owner has no other job.
deferred_close* chain::reserved_close_slow() const noexcept {
    return static_cast<deferred_close*>(batch_in(word_.load(std::memory_order_relaxed))->job);
}

void chain::cancel_reserved_close() noexcept {
    if (batch_state* const reserved = batch_in(word_.load(std::memory_order_relaxed))) {
        delete std::exchange(reserved->job, nullptr);
    }
}

std::uint64_t chain::count_pending_slow() const noexcept {
    std::uint64_t count = 0;
    // acquire: pairs with push on other threads.
    record const* each = newest_in(word_.load(std::memory_order_acquire));
    for (; each != nullptr; each = each->next) {
        count += !each->is_claimed();
    }
    return count;
}

void chain::end_slow(std::uintptr_t word) noexcept {
    record_list won = claim_all(newest_in(word));
    thread_state& state = this_thread_state();
    state.queued.add(won.size);
    batch_state* const reserved = batch_in(word);
    if (reserved == nullptr) {
        run_here(won, state);
        return;
    }
    reserved->head = won.first;
    end_batch(reserved);
}

void chain::drop_slow(std::uintptr_t word) noexcept {
    record_list won = claim_all(newest_in(word));
    this_thread_state().stopped.add(won.size);
    while (record* const r = won.first) {
        won.first = r->next;
        end_payload(*r);
        r->drop_reference();
    }
    if (batch_state* const reserved = batch_in(word)) {
        free_batch(reserved);
    }
}

}  // namespace handrail::detail
