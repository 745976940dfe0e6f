// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/dwarf_unit.hpp"

#include <algorithm>
#include <cstddef>

#include <dwarf.h>

namespace handrail::inspect {

namespace {

constexpr unsigned max_depth = 200;    // of nested entries
constexpr unsigned max_ranges = 1000;  // of one function

enum class role { none, scope, type, function, variable };

role role_of(int tag) noexcept {
    switch (tag) {
        case DW_TAG_namespace:
        case DW_TAG_lexical_block:
        case DW_TAG_module: return role::scope;
        case DW_TAG_base_type:
        case DW_TAG_class_type:
        case DW_TAG_enumeration_type:
        case DW_TAG_structure_type:
        case DW_TAG_union_type: return role::type;
        case DW_TAG_subprogram: return role::function;
        case DW_TAG_variable: return role::variable;
        default: return role::none;
    }
}

class unit_reader {
public:
    unit_reader(Dwarf_Die const& root, std::uint64_t begin) : begin_(begin) {
        visit_children(root, 0);
        std::sort(result.functions.begin(), result.functions.end(),
                  [](auto const& a, auto const& b) { return a.address < b.address; });
    }

    unit_entries result;

private:
    unit_offset offset_of(Dwarf_Die const& entry) const {
        Dwarf_Die of = entry;
        return static_cast<unit_offset>(::dwarf_dieoffset(&of) - begin_);
    }

    void visit_children(Dwarf_Die const& parent, unsigned depth) {
        if (depth > max_depth) {
            return;
        }
        unit_offset const at = offset_of(parent);
        for_each_child(parent, [&](Dwarf_Die const& child) {
            if (role const kind = role_of(tag_of(child)); kind != role::none) {
                result.parents.push_back({offset_of(child), at});
                visit(child, kind, depth);
            }
            return true;
        });
    }

    void visit(Dwarf_Die const& entry, role kind, unsigned depth) {
        bool const declared =
            kind != role::scope && kind != role::variable && has_flag(entry, DW_AT_declaration);
        switch (kind) {
            case role::variable: add_variable(entry); return;
            case role::type:
                if (!declared) {
                    add_type(entry);
                }
                break;
            case role::function:
                if (declared) {
                    return;
                }
                add_function(entry);
                break;
            default: break;
        }
        visit_children(entry, depth + 1);
    }

    void add_type(Dwarf_Die const& type) {
        std::string_view const name = name_of(type);
        if (!name.empty()) {
            result.types.push_back(
                {hash_of_identifier(name.substr(0, name.find('<'))), offset_of(type)});
        }
    }

    // Its parts have their own symbols: the second one is "name.cold".
    void add_function(Dwarf_Die const& function) {
        Dwarf_Die of = function;
        if (::dwarf_hasattr(&of, DW_AT_low_pc) == 0 && ::dwarf_hasattr(&of, DW_AT_ranges) == 0) {
            return;
        }
        unit_offset const at = offset_of(function);
        Dwarf_Addr base = 0, begin = 0, end = 0;
        std::ptrdiff_t next = 0;
        for (unsigned i = 0; i != max_ranges; ++i) {
            next = ::dwarf_ranges(&of, next, &base, &begin, &end);
            if (next <= 0) {
                break;
            }
            result.functions.push_back({begin, at});
        }
    }

    void add_variable(Dwarf_Die const& variable) {
        if (auto const address = address_of(variable)) {
            result.variables.push_back({*address, offset_of(variable)});
        }
    }

    std::uint64_t begin_;
};

}  // namespace

// FNV-1a.
std::uint32_t hash_of_identifier(std::string_view identifier) noexcept {
    std::uint32_t hash = 2166136261;
    for (char const c : identifier) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    }
    return hash;
}

unit_entries read_unit(Dwarf_Die const& root, std::uint64_t begin) {
    return std::move(unit_reader(root, begin).result);
}

}  // namespace handrail::inspect
