// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// file_facts: what is known about an open file besides its handle, so that the system is asked once
// and not at each write. Nothing is known at first.
//
// Thread safety: any number of threads at once; what one sets, another would set, too.

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace handrail::detail {

class file_facts {
public:
    enum fact : std::uint8_t {
        appends = 1,        // every write goes to the end
        raises_signal = 2,  // a pipe or socket: a write may raise SIGPIPE
    };

    constexpr file_facts() noexcept = default;
    constexpr file_facts(fact which, bool holds) noexcept : bits_(bits_of(which, holds)) {}

    std::optional<bool> get(fact which) const noexcept {
        std::uint8_t const bits = word().load(std::memory_order_relaxed);  // nothing depends on it
        return (bits & known(which)) != 0 ? std::optional((bits & which) != 0) : std::nullopt;
    }
    void set(fact which, bool holds) noexcept {
        word().fetch_or(bits_of(which, holds), std::memory_order_relaxed);
    }

private:
    static constexpr unsigned known(fact which) noexcept { return unsigned{which} << 4; }
    static constexpr std::uint8_t bits_of(fact which, bool holds) noexcept {
        return static_cast<std::uint8_t>(known(which) | (holds ? unsigned{which} : 0U));
    }
    std::atomic_ref<std::uint8_t> word() const noexcept { return std::atomic_ref(bits_); }

    mutable std::uint8_t bits_ = 0;
};

}  // namespace handrail::detail
