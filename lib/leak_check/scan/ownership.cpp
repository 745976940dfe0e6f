// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/ownership.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"

#include <algorithm>

namespace handrail::leak_check {

namespace {

bool owns(registration_entry const& registration, std::uintptr_t block) noexcept {
    auto const& own = registration.own;
    return std::find(own.begin(), own.end(), reinterpret_cast<void const*>(block)) != own.end();
}

bool points_back(window const& words) noexcept {
    std::uintptr_t const distance = words.address() - heap_blocks::read_word(words[0] + word_size);
    return distance <= 3 * word_size && distance % word_size == 0;
}

bool is_coroutine_frame(std::uintptr_t block, address_index const& index) noexcept {
    return index.is_code(heap_blocks::read_word(block)) &&
           index.is_code(heap_blocks::read_word(block + word_size));
}

}  // namespace

ownership ownership_of(window const& words, registration_entry const* registration,
                       address_index const& index) noexcept {
    if (registration != nullptr && owns(*registration, words[0])) {
        return ownership::proven;
    }
    if (points_back(words)) {
        return ownership::proven;
    }
    bool const in_function = index.is_code(words[2]) && index.is_code(words[3]);
    bool const in_any = index.is_code(words[-1]);
    if (in_function || in_any || is_coroutine_frame(words[0], index)) {
        return ownership::likely;
    }
    bool const in_empty_function = words.has(4) && words[2] == 0 && words[3] == 0;
    return registration != nullptr || in_empty_function ? ownership::doubtful : ownership::likely;
}

}  // namespace handrail::leak_check
