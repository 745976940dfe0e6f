// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/memory/control_blocks.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace handrail::leak_check {

namespace {

constexpr std::size_t word_size = sizeof(std::uintptr_t);
constexpr std::size_t name_prefix = 32;  // longer than each of the names below

std::uintptr_t begin_of(port::segment const& s) noexcept { return detail::as_integer(s.begin); }

// Both counts lie in one word.
std::uint64_t counts_of(std::uintptr_t begin) noexcept {
    return heap_blocks::read_word(begin + word_size);
}

}  // namespace

std::uint32_t control_block::strong() const noexcept {
    return static_cast<std::uint32_t>(counts_of(begin));
}

std::uint32_t control_block::weak() const noexcept {
    auto const all = static_cast<std::uint32_t>(counts_of(begin) >> 32);
    return strong() != 0 && all != 0 ? all - 1 : all;
}

std::uintptr_t control_block::object() const noexcept {
    std::uintptr_t const address = begin + control_block_header;
    return in_place ? address : is_pointer ? heap_blocks::read_word(address) : 0;
}

control_blocks::control_blocks(scratch& memory, std::span<port::segment const> modules)
    : modules_(modules.begin(), modules.end(), memory), known_(memory, 64) {
    std::sort(modules_.begin(), modules_.end(),
              [](auto const& a, auto const& b) { return begin_of(a) < begin_of(b); });
}

port::segment const* control_blocks::segment_around(std::uintptr_t address) const noexcept {
    auto const after = std::upper_bound(
        modules_.begin(), modules_.end(), address,
        [](std::uintptr_t wanted, port::segment const& s) { return wanted < begin_of(s); });
    if (after == modules_.begin()) {
        return nullptr;
    }
    port::segment const& around = *std::prev(after);
    return address - begin_of(around) < around.size ? &around : nullptr;
}

bool control_blocks::is_code(std::uintptr_t address) const noexcept {
    port::segment const* const around = address != 0 ? segment_around(address) : nullptr;
    return around != nullptr && around->executable;
}

bool control_blocks::is_static(std::uintptr_t address, std::size_t size) const noexcept {
    port::segment const* const around = segment_around(address);
    return around != nullptr && around->size - (address - begin_of(*around)) >= size;
}

// Itanium C++ ABI: the word before a vtable's functions points to the std::type_info, whose second
// word points to the mangled name.
control_blocks::vtable control_blocks::read_vtable(std::uintptr_t address) const noexcept {
    if (address % word_size != 0 || !is_static(address - word_size, 2 * word_size)) {
        return {};
    }
    std::uintptr_t const type = heap_blocks::read_word(address - word_size);
    if (type % word_size != 0 || !is_static(type, 2 * word_size)) {
        return {};
    }
    std::uintptr_t const name = heap_blocks::read_word(type + word_size);
    if (!is_static(name, name_prefix)) {
        return {};
    }
    auto const* text = reinterpret_cast<char const*>(name);
    text += *text == '*';  // precedes the name of a type with internal linkage
    std::string_view const prefix(text, name_prefix - 1);
    bool const in_place = prefix.starts_with("St23_Sp_counted_ptr_inplaceI");
    bool const is_pointer = prefix.starts_with("St15_Sp_counted_ptrI");
    bool const is_deleter = prefix.starts_with("St19_Sp_counted_deleterI");
    return in_place || is_pointer || is_deleter ? vtable{text, in_place, is_pointer} : vtable{};
}

control_block control_blocks::at(std::uintptr_t begin, std::size_t size) {
    if (size <= control_block_header) {
        return {};
    }
    std::uintptr_t const first = heap_blocks::read_word(begin);
    if (first == 0 || !is_static(first, word_size)) {
        return {};
    }
    vtable const* known = known_.find(first);
    if (known == nullptr) {
        known = known_.insert(first, read_vtable(first)).first;
    }
    return {begin, size, known->type, known->in_place, known->is_pointer};
}

}  // namespace handrail::leak_check
