// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/unused_stack.hpp"

#include <algorithm>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t red_zone = 128;  // System V ABI of x86-64

// Returns: the stack that the thread runs on, if the system or pthread_create(3) made it.
extent stack_of(thread const& of, std::span<region const> regions) noexcept {
    if (of.stack.contains(of.stack_pointer)) {
        return of.stack;
    }
    auto const around =
        std::upper_bound(regions.begin(), regions.end(), of.stack_pointer,
                         [](address at, region const& region) { return at < region.end; });
    bool const is_main = around != regions.end() && around->file == "[stack]";
    return is_main ? extent{around->begin, around->end} : extent{};
}

}  // namespace

std::vector<extent> unused_stack(std::span<region const> regions, std::span<thread const> threads) {
    std::vector<extent> unused;
    for (thread const& each : threads) {
        extent const stack = stack_of(each, regions);
        if (stack.contains(each.stack_pointer - red_zone)) {
            unused.push_back({stack.begin, each.stack_pointer - red_zone});
        }
    }
    return unused;
}

}  // namespace handrail::inspect
