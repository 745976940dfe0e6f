// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reading word after word.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace handrail::inspect {

inline constexpr std::uint64_t word_size = 8;

// Keeps the region that it has read last, because regions have many blocks.
class word_reader {
public:
    explicit word_reader(memory const& from) : from_(from) {}

    // Effects: calls with the address of each aligned word in [begin, end), and the word, as far as
    //   the region around begin reaches.
    template <class Function>
    void for_each(address begin, address end, Function&& call) {
        if (region_ == nullptr || !region_->contains(begin)) {
            region_ = from_.region_around(begin);
            bytes_ = region_ != nullptr ? from_.bytes(*region_) : std::span<std::byte const>();
        }
        if (bytes_.empty()) {
            return;
        }
        address const last = std::min(end, region_->begin + bytes_.size());
        for (address at = (begin + word_size - 1) & ~(word_size - 1); at + word_size <= last;
             at += word_size) {
            std::uint64_t word;
            std::memcpy(&word, bytes_.data() + (at - region_->begin), word_size);
            call(at, word);
        }
    }

private:
    memory const& from_;
    region const* region_ = nullptr;
    std::span<std::byte const> bytes_{};
};

}  // namespace handrail::inspect
