// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/unused_stack.hpp"

#include <algorithm>
#include <iterator>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t red_zone = 128;  // System V ABI of x86-64

bool is_guard(region const& below, region const& stack) {
    return below.end == stack.begin && !below.readable && !below.writable;
}

}  // namespace

std::vector<extent> unused_stack(std::span<region const> regions, std::span<thread const> threads) {
    std::vector<extent> unused;
    for (thread const& each : threads) {
        auto const around =
            std::upper_bound(regions.begin(), regions.end(), each.stack_pointer,
                             [](address at, region const& region) { return at < region.end; });
        if (around == regions.end() || each.stack_pointer <= around->begin + red_zone) {
            continue;
        }
        bool const own = around->contains(each.thread_pointer) &&
                         each.stack_pointer < each.thread_pointer && around != regions.begin() &&
                         is_guard(*std::prev(around), *around);
        if (own || around->file == "[stack]") {
            unused.push_back({around->begin, each.stack_pointer - red_zone});
        }
    }
    return unused;
}

}  // namespace handrail::inspect
