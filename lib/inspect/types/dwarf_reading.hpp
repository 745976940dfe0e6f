// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reading entries of debug information with libdw: attributes by kind, children, and links between
// entries. Damaged information gives empty results; every walk ends.
//
// Thread safety: none.

#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace handrail::inspect {

// Links between entries (a type's type, a function's declaration) are followed this far: damaged
// information can have loops.
inline constexpr unsigned max_links = 64;

// Returns: the entry that an attribute of the entry itself refers to.
std::optional<Dwarf_Die> linked(Dwarf_Die const& from, unsigned attribute);

// Returns: the entry itself, or the definition in a type unit for which it stands.
Dwarf_Die resolved(Dwarf_Die const& entry);

// Returns: what the entry is the definition or an instance of.
std::optional<Dwarf_Die> declaration_of(Dwarf_Die const& entry);

// Also of the declaration. Returns: the entry's type, if it has one.
std::optional<Dwarf_Die> type_of(Dwarf_Die const& entry);

std::optional<std::uint64_t> number_of(Dwarf_Die const& entry, unsigned attribute);
bool has_flag(Dwarf_Die const& entry, unsigned attribute);

// Also of the declaration. Returns: empty if it has none; valid as long as its Dwarf.
std::string_view name_of(Dwarf_Die const& entry);

// Also of the declaration. Returns: the mangled name; empty if it has none.
std::string_view linkage_name_of(Dwarf_Die const& entry);

int tag_of(Dwarf_Die const& entry);
bool is_class(int tag);  // a class, a structure or a union

// Returns: the address of a variable in static storage.
std::optional<std::uint64_t> address_of(Dwarf_Die const& variable);

// Returns: types, values and templates, those of packs one by one.
std::vector<Dwarf_Die> template_parameters(Dwarf_Die const& of);

// "/src/session.cpp"; empty if it is not known.
std::string_view file_of(Dwarf_Die const& entry);
std::uint32_t line_of(Dwarf_Die const& entry);

// Effects: calls visit(child) for each child, until it returns false.
template <class Visit>
void for_each_child(Dwarf_Die const& parent, Visit visit) {
    Dwarf_Die of = parent, child;
    int found = ::dwarf_child(&of, &child);
    while (found == 0 && visit(static_cast<Dwarf_Die const&>(child))) {
        void const* const before = child.addr;
        found = ::dwarf_siblingof(&child, &child);
        if (child.addr <= before) {
            return;  // a damaged DW_AT_sibling leads back
        }
    }
}

}  // namespace handrail::inspect
