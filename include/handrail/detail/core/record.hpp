// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A record is one registered cleanup: its callable, its own copies of the arguments, and whether it
// has been claimed.
//
//  1. references = one for the chain (or the batch it became) + one per token + one while stop() or
//     run() works + one in the list of late records (lib/core/generations.hpp, point 3).
//  2. Whoever sets the claimed bit has won the right to run or drop the payload. While it is not
//     set the chain has its reference. The end of the owner does not set it if it finds the only
//     reference: nobody else can compete then.
//  3. The winner destroys the payload. Dropping the last reference frees memory only.
//
// Thread safety: the state word is shared by tokens and chain, and so is the generation, which is
//   written when the record is linked, before there is a token, and in a forked child; every other
//   field belongs to the chain until the record is claimed, then to the winner.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/copyable.hpp>
#include <handrail/detail/track/probe.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace handrail::detail {

struct record;

// The operations that depend on the type of the record.
struct record_operations {
    void (*invoke)(record&);               // may throw what the callable throws
    void (*destroy)(record&) noexcept;     // destroys callable and arguments
    void (*deallocate)(record*) noexcept;  // after destroy
    track::copy_parts probe_copy;
    void const* (*payload)(record const&) noexcept;
    std::size_t payload_size;
    std::type_info const* type;  // of the callable
};

struct record {
    static constexpr std::uint32_t claimed = 1U << 31;
    static constexpr std::uint32_t generation_mask = (1U << 12) - 1;
    static constexpr std::uint32_t max_credit = (1U << 20) - 1;

    record* next = nullptr;  // the one registered before
    record_operations const* operations;
    std::source_location where;
    std::atomic<std::uint32_t> state{2};  // the chain and the token that add_cleanup returns
    // Both are written by one store, when the record is linked into the chain: a load soon after
    // two separate stores would stall.
    struct {
        std::uint32_t credit : 20;      // pushes left until the chain sweeps out stopped records
        std::uint32_t generation : 12;  // of processes; see lib/core/generations.hpp
    } linked{};

    record(record_operations const& ops, std::source_location at) noexcept
        : operations(&ops), where(at) {}

    bool claim() noexcept {
        // acquire: the winner sees the payload. release: earlier writes of those who lose happen
        // before what the winner does.
        return (state.fetch_or(claimed, std::memory_order_acq_rel) & claimed) == 0;
    }
    bool is_claimed() const noexcept {
        return (state.load(std::memory_order_acquire) & claimed) != 0;
    }
    // acquire: there are no tokens any more, and what was done through them is visible here.
    bool only_in_chain() const noexcept { return state.load(std::memory_order_acquire) == 1; }

    void add_reference() noexcept { state.fetch_add(1, std::memory_order_relaxed); }
    void drop_reference() noexcept {
        // If this is the only reference, no other can appear, so that no read-modify-write is
        // needed. acquire, acq_rel: the memory is freed after every other use.
        if ((state.load(std::memory_order_acquire) & ~claimed) == 1 ||
            (state.fetch_sub(1, std::memory_order_acq_rel) & ~claimed) == 1) {
            operations->deallocate(this);
        }
    }
};

// A record with its payload, which is in a union because it is destroyed before the record.
template <class F, class... Args>
struct typed_record final : record {
    struct payload_type {
        [[no_unique_address]] F fn;
        [[no_unique_address]] std::tuple<Args...> arguments;
    };
    union {
        payload_type payload;
    };

    static void invoke(record& self) {
        auto& payload = static_cast<typed_record&>(self).payload;
        std::apply(
            [&](Args&... arguments) {
                static_cast<void>(std::invoke(std::move(payload.fn), std::move(arguments)...));
            },
            payload.arguments);
    }
    static void destroy(record& self) noexcept {
        std::destroy_at(std::addressof(static_cast<typed_record&>(self).payload));
    }
    static void deallocate(record* self) noexcept { delete static_cast<typed_record*>(self); }
    static void const* address(record const& self) noexcept {
        return std::addressof(static_cast<typed_record const&>(self).payload);
    }
    static bool probe_copy(record const& self, track::show_copy show) {
        auto const& payload = static_cast<typed_record const&>(self).payload;
        std::apply([&](Args const&... arguments) { copy_each(show, payload.fn, arguments...); },
                   payload.arguments);
        return deeply_copyable<F> && (deeply_copyable<Args> && ...);
    }
    static void copy_each(track::show_copy) {}
    template <class First, class... Rest>
    static void copy_each(track::show_copy show, First const& first, Rest const&... rest) {
        if constexpr (deeply_copyable<First> && !std::is_trivially_copy_constructible_v<First>) {
            First const copy(first);
            show({std::addressof(first), sizeof first}, std::addressof(copy));
            copy_each(show, rest...);
        } else {
            copy_each(show, rest...);
        }
    }

    static constexpr record_operations table{
        &invoke, &destroy, &deallocate, &probe_copy, &address, sizeof(payload_type), &typeid(F)};

    typed_record(std::source_location at, F&& fn, Args&&... arguments)
        : record(table, at), payload{std::move(fn), std::tuple<Args...>(std::move(arguments)...)} {}
    ~typed_record() {}  // the payload has been destroyed: invariant 3
    typed_record(typed_record const&) = delete;
    typed_record& operator=(typed_record const&) = delete;
};

}  // namespace handrail::detail
