// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/copy_comparison.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/memory/window.hpp"
#include "platform/port.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace handrail::leak_check {

namespace {

using detail::track::common_block;
using detail::track::compared_blocks;

constexpr std::size_t min_control_block = 3 * word_size;
constexpr std::size_t max_compared_bytes = 4096;  // bytes of a block that are compared

// A part of the payload, and the same part of the copy: addresses and a size in bytes.
struct part_pair {
    std::uintptr_t original = 0, copy = 0;
    std::size_t size = 0;
};

class comparison {
public:
    explicit comparison(compared_blocks& found) : found_(found) {}

    void compare(part_pair const& part) noexcept {
        std::size_t const first = found_.own_count;  // those before belong to other parts
        compare_words(part, [](std::uintptr_t from, words& to, std::size_t count) {
            heap_blocks::read_words(from, to.data(), count);
            return true;
        });
        for (std::size_t i = first; i != found_.own_count; ++i) {
            compare_words(blocks_[i], [](std::uintptr_t from, words& to, std::size_t count) {
                return port::read_memory(reinterpret_cast<void const*>(from), to.data(),
                                         count * word_size);
            });
        }
    }

private:
    using words = std::array<std::uintptr_t, 64>;

    template <class Read>
    void compare_words(part_pair const& parts, Read read) noexcept {
        words original, copy;  // not initialised
        for (std::size_t at = 0, end = parts.size / word_size; at != end;) {
            std::size_t const count = std::min(end - at, original.size());
            if (!read(parts.original + at * word_size, original, count) ||
                !read(parts.copy + at * word_size, copy, count)) {
                return;
            }
            for (std::size_t i = 0; i != count; ++i) {
                compare_word(original[i], copy[i]);
            }
            at += count;
        }
    }

    void compare_word(std::uintptr_t original, std::uintptr_t copy) noexcept {
        std::size_t const size = heap_blocks::size_of(copy);
        if (size == 0) {
            return;
        }
        if (original == copy) {
            add_common(copy, size);
        } else {
            add_own({original, copy,
                     std::min({heap_blocks::size_of(original), size, max_compared_bytes})});
        }
    }

    void add_common(std::uintptr_t begin, std::size_t size) noexcept {
        auto const all = found_.all_common();
        auto const known = std::find_if(all.begin(), all.end(), [&](common_block const& b) {
            return detail::as_integer(b.begin) == begin;
        });
        if (known != all.end()) {
            ++known->words;
        } else if (found_.common_count != found_.common.size() && size >= min_control_block) {
            found_.common[found_.common_count++] = {reinterpret_cast<void const*>(begin), 1, 0, 0};
        }
    }

    void add_own(part_pair const& fresh) noexcept {
        auto const all = found_.all_own();
        auto const* const original = reinterpret_cast<void const*>(fresh.original);
        if (fresh.size != 0 && found_.own_count != blocks_.size() &&
            std::find(all.begin(), all.end(), original) == all.end()) {
            blocks_[found_.own_count] = fresh;
            found_.own[found_.own_count++] = original;
        }
    }

    compared_blocks& found_;
    std::array<part_pair, std::tuple_size_v<decltype(compared_blocks::own)>>
        blocks_;  // not initialised
};

// A part with a smaller alignment holds no pointers.
bool is_word_aligned(void const* address) noexcept {
    return detail::as_integer(address) % word_size == 0;
}

struct counts {
    std::uint32_t strong = 0, weak = 0;
};

// If the block is not a control block, these are two arbitrary numbers. Returns: whether it could
// be read.
bool read_counts(void const* begin, counts& found) noexcept {
    return port::read_memory(static_cast<std::byte const*>(begin) + word_size, &found,
                             sizeof found);
}

template <class Keep>
void keep_if(compared_blocks& found, Keep keep) noexcept {
    auto const all = found.all_common();
    auto const end =
        std::remove_if(all.begin(), all.end(), [&](common_block& each) { return !keep(each); });
    found.common_count = static_cast<std::size_t>(end - all.begin());
}

}  // namespace

void compare_copy(detail::extent part, void const* copy, compared_blocks& found) noexcept {
    if (heap_blocks::provider_in_use() == heap_blocks::provider::none ||
        !is_word_aligned(part.begin) || !is_word_aligned(copy)) {
        return;
    }
    comparison(found).compare(
        {detail::as_integer(part.begin), detail::as_integer(copy), part.size});
    keep_if(found, [](common_block& each) {
        counts now;
        bool const readable = read_counts(each.begin, now);
        each.strong = now.strong;
        each.weak = now.weak;
        return readable;
    });
}

void confirm_references(compared_blocks& found) noexcept {
    keep_if(found, [](common_block& each) {
        counts now;
        bool const readable = read_counts(each.begin, now);
        each.strong -= now.strong;
        each.weak -= now.weak;
        return readable && std::uint64_t{each.strong} + each.weak == each.words;
    });
}

}  // namespace handrail::leak_check
