// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A sliding window over words in memory: each word with its neighbours.
//
//     for (window words(begin, count); !words.at_end(); words.next()) {
//         use(words.address(), words[0], words[1]);
//     }
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/memory/heap_blocks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace handrail::leak_check {

inline constexpr std::size_t word_size = sizeof(std::uintptr_t);

// words[0] is the current word, words[1] the next; words outside of the range are 0.
class window {
public:
    static constexpr std::size_t before = 1, after = 9;
    static constexpr std::size_t at_once = 256;

    window(std::uintptr_t begin, std::size_t count) noexcept : begin_(begin), count_(count) {
        fill();
    }

    bool at_end() const noexcept { return at_ >= count_; }
    void next() noexcept {
        if (++at_ == first_ + at_once) {
            fill();
        }
    }
    std::uintptr_t operator[](std::ptrdiff_t distance) const noexcept {
        return words_[at_ - first_ + before + static_cast<std::size_t>(distance)];
    }
    // Returns: whether the range has this many words from the current one on.
    bool has(std::size_t more) const noexcept { return count_ - at_ >= more; }
    std::uintptr_t address() const noexcept { return begin_ + at_ * word_size; }
    // Returns: the bytes from the beginning of the range to the current word.
    std::ptrdiff_t offset() const noexcept { return static_cast<std::ptrdiff_t>(at_ * word_size); }

private:
    void fill() noexcept {
        first_ = at_;
        std::size_t const begin = at_ >= before ? at_ - before : 0;
        std::size_t const end = std::min(at_ + at_once + after, count_);
        words_[0] = 0;
        std::fill_n(words_.begin() + static_cast<std::ptrdiff_t>(end + before - at_), after, 0);
        heap_blocks::read_words(begin_ + begin * word_size, words_.data() + (begin + before - at_),
                                end - begin);
    }

    std::uintptr_t begin_;
    std::size_t count_;
    std::size_t at_ = 0, first_ = 0;
    std::array<std::uintptr_t, before + at_once + 2 * after> words_;  // not initialised
};

}  // namespace handrail::leak_check
