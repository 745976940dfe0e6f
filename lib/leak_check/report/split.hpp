// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Splits text into parts, for the parsers of settings and suppressions.
//
// Thread safety: pure functions.

#pragma once

#include <algorithm>
#include <string_view>

namespace handrail::leak_check {

inline std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\r";
    auto const first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Calls fn for each part between separators, trimmed.
template <class Fn>
void split(std::string_view text, char separator, Fn fn) {
    while (!text.empty()) {
        auto const end = std::min(text.find(separator), text.size());
        fn(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace handrail::leak_check
