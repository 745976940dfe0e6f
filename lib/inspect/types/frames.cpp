// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/frames.hpp"

#include "lib/inspect/types/dwarf_reading.hpp"
#include "lib/inspect/types/names.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <dwarf.h>

namespace handrail::inspect {

namespace {

using leak_check::written::frame;

struct free_memory {
    void operator()(void* memory) const noexcept { std::free(memory); }
};
// Scopes of libdw, which the caller frees.
using scopes = std::unique_ptr<Dwarf_Die, free_memory>;

std::string text_or_empty(char const* text) { return text != nullptr ? text : ""; }

// Returns: the last declaration, which lies in the function's namespace or class.
Dwarf_Die first_declaration(Dwarf_Die function) {
    for (unsigned i = 0; i != max_links; ++i) {
        auto const declaration = declaration_of(function);
        if (!declaration) {
            break;
        }
        function = *declaration;
    }
    return function;
}

// "server::(anonymous namespace)::serve": the names of the scopes around a function and its own.
std::string qualified_name(Dwarf_Die const& function) {
    Dwarf_Die declaration = first_declaration(function);
    Dwarf_Die* found = nullptr;
    int const count = ::dwarf_getscopes_die(&declaration, &found);
    scopes const around(found);
    std::string name(name_of(function));
    for (int i = 1; i < count && !name.empty(); ++i) {
        bool const is_namespace = tag_of(found[i]) == DW_TAG_namespace;
        if (is_namespace || is_class(tag_of(found[i]))) {
            std::string scope(name_of(found[i]));
            if (scope.empty()) {
                scope = is_namespace ? "(anonymous namespace)" : "(unnamed)";
            }
            name.insert(0, scope + "::");
        }
    }
    return name;
}

// The linkage name includes scopes and parameters. C functions have none, nor have functions of
// internal linkage.
std::string function_name(Dwarf_Die const& function) {
    std::string_view const mangled = linkage_name_of(function);
    if (!mangled.empty()) {
        return demangled_symbol(mangled.data());
    }
    return qualified_name(function);
}

// Where the code of an inlined function was inlined.
void set_call_site(frame& f, Dwarf_Die const& inlined, Dwarf_Die unit) {
    auto const line = number_of(inlined, DW_AT_call_line);
    auto const file = number_of(inlined, DW_AT_call_file);
    Dwarf_Files* files = nullptr;
    if (line && file && ::dwarf_getsrcfiles(&unit, &files, nullptr) == 0) {
        f.file = text_or_empty(::dwarf_filesrc(files, *file, nullptr, nullptr));
        f.line = f.file.empty() ? 0 : static_cast<std::uint32_t>(*line);
    }
}

void set_line(frame& f, Dwarf_Die unit, Dwarf_Addr code) {
    Dwarf_Line* const found = ::dwarf_getsrc_die(&unit, code);
    int line = 0;
    char const* const file = found != nullptr && ::dwarf_lineno(found, &line) == 0
                                 ? ::dwarf_linesrc(found, nullptr, nullptr)
                                 : nullptr;
    if (file != nullptr && line > 0) {
        f.file = file;
        f.line = static_cast<std::uint32_t>(line);
    }
}

// Effects: adds the functions and blocks in parent that the code belongs to, outermost first.
// (dwarf_getscopes() of elfutils 0.196 does not look into namespaces, where clang puts functions.)
void add_scopes(Dwarf_Die const& parent, Dwarf_Addr code, unsigned depth,
                std::vector<Dwarf_Die>& found) {
    if (depth == max_links) {
        return;  // damaged
    }
    for_each_child(parent, [&](Dwarf_Die child) {
        if (tag_of(child) == DW_TAG_namespace) {
            std::size_t const before = found.size();
            add_scopes(child, code, depth + 1, found);
            return found.size() == before;
        }
        if (::dwarf_haspc(&child, code) != 1) {
            return true;
        }
        found.push_back(child);
        add_scopes(child, code, depth + 1, found);
        return false;
    });
}

// Returns: a frame for each function that the code belongs to, innermost first. innermost has the
//   line of the code.
std::vector<frame> frames_in(Dwarf_Die unit, Dwarf_Addr code, frame innermost) {
    std::vector<Dwarf_Die> around;
    add_scopes(unit, code, 0, around);
    std::vector<frame> frames;
    for (auto scope = around.rbegin(); scope != around.rend(); ++scope) {
        int const tag = tag_of(*scope);
        if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) {
            continue;
        }
        innermost.function = function_name(*scope);
        innermost.inlined = tag == DW_TAG_inlined_subroutine;
        frames.push_back(innermost);
        if (!innermost.inlined) {
            break;
        }
        set_call_site(innermost, *scope, unit);
    }
    return frames;
}

// Line tables alone (-g1) have neither linkage names nor the scopes of functions; symbols have
// both.
bool has_scope(std::string_view function) {
    return function.substr(0, function.find('<')).find("::") != std::string_view::npos;
}

bool is_cpp(std::string_view symbol) { return symbol.starts_with("_Z"); }

}  // namespace

std::optional<placed_unit> unit_around(Dwfl_Module* module, Dwarf_Addr code) {
    Dwarf_Addr bias = 0;
    if (Dwarf_Die* const unit = ::dwfl_module_addrdie(module, code, &bias)) {
        return placed_unit{*unit, bias};
    }
    Dwarf_Die* unit = nullptr;
    while ((unit = ::dwfl_module_nextcu(module, unit, &bias)) != nullptr) {
        if (::dwarf_haspc(unit, code - bias) == 1) {
            return placed_unit{*unit, bias};
        }
    }
    return std::nullopt;
}

std::vector<frame> frames_of_call(Dwfl_Module* module, Dwarf_Addr call,
                                  std::optional<placed_unit> const& unit, frame const& of_module) {
    frame base = of_module;
    std::vector<frame> frames;
    if (unit) {
        set_line(base, unit->root, call - unit->bias);
        frames = frames_in(unit->root, call - unit->bias, base);
    }
    bool const has_functions = !frames.empty();
    if (!has_functions) {
        frames.push_back(std::move(base));
    }
    std::string& outermost = frames.back().function;
    char const* const symbol = ::dwfl_module_addrname(module, call);
    if (symbol != nullptr && (!has_functions || (is_cpp(symbol) && !has_scope(outermost)))) {
        outermost = demangled_symbol(symbol);
    }
    return frames;
}

}  // namespace handrail::inspect
