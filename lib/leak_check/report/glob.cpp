// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The parts between the stars are searched from left to right, each after the end of the one
// before. The leftmost match of a part leaves the most text to the others, so no search is
// repeated.

#include "lib/leak_check/report/glob.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace handrail::leak_check {

namespace {

// Whether text begins with a part, in which '?' is any byte.
bool begins_with(std::string_view text, std::string_view part) noexcept {
    return text.size() >= part.size() &&
           std::equal(part.begin(), part.end(), text.begin(),
                      [](char p, char t) { return p == '?' || p == t; });
}

// The algorithm of Knuth, Morris and Pratt: never goes back in text.
std::size_t find_plain(std::string_view text, std::string_view part) {
    std::vector<std::size_t> shorter(part.size());  // of each prefix, the longest border
    std::size_t matched = 0;
    auto const advance = [&](char next) {
        while (matched != 0 && part[matched] != next) {
            matched = shorter[matched - 1];
        }
        matched += part[matched] == next ? 1 : 0;
    };
    for (std::size_t i = 1; i < part.size(); ++i) {
        advance(part[i]);
        shorter[i] = matched;
    }
    matched = 0;
    for (std::size_t i = 0; i != text.size(); ++i) {
        advance(text[i]);
        if (matched == part.size()) {
            return i + 1 - part.size();
        }
    }
    return text.npos;
}

// The shift-and algorithm: bit i of the state says whether the first i + 1 bytes of part match the
// text that ends here. Borders of a part with '?' need not be borders of the text that matches it,
// so find_plain cannot be used.
std::size_t find_masked(std::string_view text, std::string_view part) {
    constexpr std::size_t bits = 64, bytes = 256;
    std::size_t const words = (part.size() + bits - 1) / bits;
    std::vector<std::uint64_t> any(words), state(words), allowed;
    for (std::size_t i = 0; i != part.size(); ++i) {
        any[i / bits] |= std::uint64_t{part[i] == '?'} << (i % bits);
    }
    allowed.reserve(bytes * words);
    for (std::uint64_t const word : any) {
        allowed.insert(allowed.end(), bytes, word);
    }
    for (std::size_t i = 0; i != part.size(); ++i) {
        auto const byte = static_cast<unsigned char>(part[i]);
        allowed[i / bits * bytes + byte] |= std::uint64_t{1} << (i % bits);
    }
    std::uint64_t const last = std::uint64_t{1} << ((part.size() - 1) % bits);
    for (std::size_t i = 0; i != text.size(); ++i) {
        std::uint64_t const* row = &allowed[static_cast<unsigned char>(text[i])];
        std::uint64_t carry = 1;
        for (std::size_t w = 0; w != words; ++w) {
            std::uint64_t const next = state[w] >> (bits - 1);
            state[w] = ((state[w] << 1) | carry) & row[w * bytes];
            carry = next;
        }
        if ((state.back() & last) != 0) {
            return i + 1 - part.size();
        }
    }
    return text.npos;
}

std::size_t find(std::string_view text, std::string_view part) {
    return part.find('?') == part.npos ? find_plain(text, part) : find_masked(text, part);
}

// parts: begins with a star or is empty. Returns: whether they occur in text in this order.
bool occur_in_order(std::string_view parts, std::string_view text) {
    while (!parts.empty()) {
        parts.remove_prefix(1);
        auto const part = parts.substr(0, parts.find('*'));
        parts.remove_prefix(part.size());
        auto const at = part.empty() ? 0 : find(text, part);
        if (at == text.npos) {
            return false;
        }
        text.remove_prefix(at + part.size());
    }
    return true;
}

}  // namespace

bool matches(std::string_view glob, std::string_view text) {
    auto const first = glob.find('*');
    auto const head = glob.substr(0, first);
    if (!begins_with(text, head)) {
        return false;
    }
    text.remove_prefix(head.size());
    if (first == glob.npos) {
        return text.empty();
    }
    auto const last = glob.rfind('*');
    auto const tail = glob.substr(last + 1);
    if (text.size() < tail.size() || !begins_with(text.substr(text.size() - tail.size()), tail)) {
        return false;
    }
    text.remove_suffix(tail.size());
    return occur_in_order(glob.substr(first, last - first), text);
}

}  // namespace handrail::leak_check
