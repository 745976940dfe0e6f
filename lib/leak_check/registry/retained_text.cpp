// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Most calls are repeated soon: a small cache, by address, is searched before the sets. A hit is
// confirmed by comparing text, since another module may be loaded at that address by now.

#include "lib/leak_check/registry/retained_text.hpp"

#include "lib/base/no_destroy.hpp"
#include "lib/leak_check/memory/arena.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <set>
#include <string_view>
#include <type_traits>

namespace handrail::leak_check {

namespace {

// What a std::source_location points to in libstdc++ and libc++, as __builtin_source_location of
// g++ and clang prescribes.
struct pointed_to {
    char const* file;
    char const* function;
    unsigned line;
    unsigned column;
    auto operator<=>(pointed_to const&) const = default;
};
static_assert(sizeof(std::source_location) == sizeof(pointed_to const*) &&
              std::is_trivially_copyable_v<std::source_location>);

std::source_location location_at(pointed_to const* data) noexcept {
    return std::bit_cast<std::source_location>(data);
}
pointed_to const* data_of(std::source_location where) noexcept {
    return std::bit_cast<pointed_to const*>(where);
}

struct recent_text {
    char const* seen = nullptr;
    char const* copy = nullptr;
};
struct recent_location {
    pointed_to const* seen = nullptr;
    pointed_to content{};  // of what was seen
    pointed_to const* copy = nullptr;
};
constexpr std::size_t recents = 256;

template <class T>
using arena_set = std::set<T, std::less<>, arena_allocator<T>>;

struct retained {
    arena_set<arena_string> texts;
    arena_set<pointed_to> locations;
    std::array<recent_text, recents> recent_texts{};
    std::array<recent_location, recents> recent_locations{};
};
retained& the_retained() noexcept {
    static detail::no_destroy<retained> instance;
    return *instance;
}

template <class T>
T& slot_of(std::array<T, recents>& cache, void const* seen) noexcept {
    auto const address = detail::as_integer(seen);
    return cache[(address / sizeof(void*) ^ address / 4096) % recents];
}

// Kinds are short: their comparison needs no call.
bool is_same(char const* a, char const* b) noexcept {
    constexpr std::size_t at_once = 8;
    for (std::size_t i = 0; i != at_once; ++i) {
        if (a[i] != b[i] || a[i] == '\0') {
            return a[i] == b[i];
        }
    }
    return std::strcmp(a + at_once, b + at_once) == 0;
}

char const* find_text(char const* text) {
    auto& texts = the_retained().texts;
    auto found = texts.find(std::string_view(text));
    if (found == texts.end()) {
        found = texts.emplace(text).first;
    }
    return found->c_str();
}

pointed_to const* find_location(pointed_to const& seen) {
    return &*the_retained()
                 .locations
                 .insert({find_text(seen.file), find_text(seen.function), seen.line, seen.column})
                 .first;
}

}  // namespace

char const* retain(char const* text) {
    if (text == nullptr) {
        return nullptr;
    }
    recent_text& recent = slot_of(the_retained().recent_texts, text);
    if (recent.seen != text || !is_same(recent.copy, text)) {
        recent = {text, find_text(text)};
    }
    return recent.copy;
}

std::source_location retain(std::source_location where) {
    pointed_to const* const seen = data_of(where);
    if (seen == nullptr) {
        return where;
    }
    recent_location& recent = slot_of(the_retained().recent_locations, seen);
    // The function's name is not compared: it is long, and another function of the same file has
    // another line.
    if (recent.seen != seen || recent.content != *seen || !is_same(recent.copy->file, seen->file)) {
        recent = {seen, *seen, find_location(*seen)};
    }
    return location_at(recent.copy);
}

}  // namespace handrail::leak_check
