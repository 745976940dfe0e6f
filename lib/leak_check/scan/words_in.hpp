// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The aligned words that lie completely within a stretch of memory.
//
// Thread safety: none needed.

#pragma once

#include "lib/leak_check/memory/window.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::leak_check {

struct words_in {
    std::uintptr_t begin;
    std::size_t count;

    words_in(std::uintptr_t from, std::size_t size) noexcept
        : begin((from + word_size - 1) & ~(word_size - 1)),
          count(begin < from + size ? (from + size - begin) / word_size : 0) {}
};

}  // namespace handrail::leak_check
