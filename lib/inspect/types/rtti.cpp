// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/rtti.hpp"

#include "lib/inspect/types/names.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace handrail::inspect {

namespace {

constexpr std::size_t word = 8;  // x86-64
constexpr std::size_t max_functions = 16;
constexpr std::int64_t max_offset_to_top = std::int64_t{1} << 24;

bool is_word_of_module(memory const& in, address at) {
    region const* const around = at % word == 0 ? in.region_around(at) : nullptr;
    return around != nullptr && around->is_module() && around->readable;
}

bool is_code(memory const& in, address at) {
    region const* const around = in.region_around(at);
    return around != nullptr && around->executable && around->is_module();
}

// g++ puts a star before the names of classes with internal linkage.
std::string name_in_type_info(memory const& in, address type_info) {
    address const at = in.word(type_info + word);
    region const* const around = in.region_around(at);
    if (around == nullptr || !around->is_module()) {
        return {};
    }
    std::string mangled = in.text(at, max_name);
    mangled.erase(0, mangled.starts_with('*') ? 1 : 0);
    bool const is_name = !mangled.empty() && mangled.size() < max_name &&
                         std::all_of(
                             mangled.begin(), mangled.end(),
                             [](char c) {
                                 return ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z') ||
                                        ('a' <= c && c <= 'z') || c == '_' || c == '.' || c == '$';
                             });
    // Those of classes: "4name", "N…E", "St4name" or "Z…".
    bool const is_class = is_name && std::string_view("0123456789NSZ").find(mangled.front()) !=
                                         std::string_view::npos;
    return is_class ? demangled_type(mangled.c_str()) : std::string();
}

}  // namespace

std::string class_by_vtable(memory const& in, address vptr) {
    if (!is_word_of_module(in, vptr) || !is_word_of_module(in, vptr - 2 * word)) {
        return {};
    }
    address const type_info = in.word(vptr - word);
    auto const offset_to_top = static_cast<std::int64_t>(in.word(vptr - 2 * word));
    bool const is_vtable = is_word_of_module(in, type_info) &&
                           is_word_of_module(in, in.word(type_info)) && offset_to_top <= 0 &&
                           offset_to_top > -max_offset_to_top &&
                           !virtual_functions(in, vptr).empty();
    return is_vtable ? name_in_type_info(in, type_info) : std::string();
}

// An abstract class has no destructor to put into the first place.
std::vector<address> virtual_functions(memory const& in, address vptr) {
    std::vector<address> found;
    for (std::size_t i = 0; i != max_functions; ++i) {
        address const function = in.word(vptr + i * word);
        if (is_code(in, function)) {
            found.push_back(function);
        } else if (function != 0 || i > 1) {
            break;
        }
    }
    return found;
}

}  // namespace handrail::inspect
