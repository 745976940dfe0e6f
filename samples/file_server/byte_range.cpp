// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "byte_range.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

namespace file_server {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) noexcept {
    auto const first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Returns: the number, or the largest one if it is larger; nothing if the text is not a number.
std::optional<std::uint64_t> number(std::string_view text) noexcept {
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
        return std::nullopt;
    }
    return error == std::errc() ? value : std::numeric_limits<std::uint64_t>::max();
}

// "-n": the last n bytes.
byte_range last_bytes(std::optional<std::uint64_t> count, std::uint64_t size) noexcept {
    if (!count) {
        return {};
    }
    std::uint64_t const length = std::min(*count, size);
    if (length == 0) {
        return {byte_range::kind::unsatisfiable};
    }
    return {byte_range::kind::part, size - length, length};
}

}  // namespace

byte_range choose_range(std::string_view field, std::uint64_t size) noexcept {
    constexpr std::string_view unit = "bytes=";
    if (!boost::beast::iequals(field.substr(0, unit.size()), unit)) {
        return {};
    }
    std::string_view const spec = trimmed(field.substr(unit.size()));
    auto const dash = spec.find('-');
    if (dash == spec.npos) {
        return {};
    }
    std::string_view const after = spec.substr(dash + 1);
    if (dash == 0) {
        return last_bytes(number(after), size);
    }
    auto const first = number(spec.substr(0, dash));
    auto const last = after.empty() ? std::numeric_limits<std::uint64_t>::max() : number(after);
    if (!first || !last || *last < *first) {
        return {};
    }
    if (*first >= size) {
        return {byte_range::kind::unsatisfiable};
    }
    return {byte_range::kind::part, *first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace file_server
