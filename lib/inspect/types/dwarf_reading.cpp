// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/dwarf_reading.hpp"

#include <cstddef>

#include <dwarf.h>

namespace handrail::inspect {

namespace {

std::string_view text_or_empty(char const* text) { return text != nullptr ? text : ""; }

}  // namespace

std::optional<Dwarf_Die> linked(Dwarf_Die const& from, unsigned attribute) {
    Dwarf_Die entry = from, target;
    Dwarf_Attribute found;
    if (::dwarf_formref_die(::dwarf_attr(&entry, attribute, &found), &target) == nullptr) {
        return std::nullopt;
    }
    return resolved(target);
}

Dwarf_Die resolved(Dwarf_Die const& entry) {
    Dwarf_Die of = entry, target;
    Dwarf_Attribute found;
    return ::dwarf_formref_die(::dwarf_attr(&of, DW_AT_signature, &found), &target) != nullptr
               ? target
               : entry;
}

std::optional<Dwarf_Die> declaration_of(Dwarf_Die const& entry) {
    auto const origin = linked(entry, DW_AT_abstract_origin);
    return origin ? origin : linked(entry, DW_AT_specification);
}

std::optional<Dwarf_Die> type_of(Dwarf_Die const& entry) {
    std::optional<Dwarf_Die> at = entry;
    for (unsigned i = 0; at && i != max_links; ++i, at = declaration_of(*at)) {
        if (auto type = linked(*at, DW_AT_type)) {
            return type;
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> number_of(Dwarf_Die const& entry, unsigned attribute) {
    Dwarf_Die of = entry;
    Dwarf_Attribute found;
    Dwarf_Word value = 0;
    if (::dwarf_formudata(::dwarf_attr_integrate(&of, attribute, &found), &value) != 0) {
        return std::nullopt;
    }
    return value;
}

bool has_flag(Dwarf_Die const& entry, unsigned attribute) {
    Dwarf_Die of = entry;
    Dwarf_Attribute found;
    bool value = false;
    return ::dwarf_formflag(::dwarf_attr(&of, attribute, &found), &value) == 0 && value;
}

std::string_view name_of(Dwarf_Die const& entry) {
    Dwarf_Die of = entry;
    return text_or_empty(::dwarf_diename(&of));
}

std::string_view linkage_name_of(Dwarf_Die const& entry) {
    Dwarf_Die of = entry;
    Dwarf_Attribute found;
    char const* name = ::dwarf_formstring(::dwarf_attr_integrate(&of, DW_AT_linkage_name, &found));
    if (name == nullptr) {
        name = ::dwarf_formstring(::dwarf_attr_integrate(&of, DW_AT_MIPS_linkage_name, &found));
    }
    return text_or_empty(name);
}

int tag_of(Dwarf_Die const& entry) {
    Dwarf_Die of = entry;
    return ::dwarf_tag(&of);
}

bool is_class(int tag) {
    return tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

std::optional<std::uint64_t> address_of(Dwarf_Die const& variable) {
    Dwarf_Die of = variable;
    Dwarf_Attribute location, in_table;
    Dwarf_Op* operations = nullptr;
    std::size_t count = 0;
    if (::dwarf_attr(&of, DW_AT_location, &location) == nullptr ||
        ::dwarf_getlocation(&location, &operations, &count) != 0 || count != 1) {
        return std::nullopt;
    }
    switch (operations->atom) {
        case DW_OP_addr: return operations->number;
        case DW_OP_addrx:
        case DW_OP_GNU_addr_index: {
            Dwarf_Addr address = 0;
            bool const known = ::dwarf_getlocation_attr(&location, operations, &in_table) == 0 &&
                               ::dwarf_formaddr(&in_table, &address) == 0;
            return known ? std::optional<std::uint64_t>(address) : std::nullopt;
        }
        default: return std::nullopt;
    }
}

std::vector<Dwarf_Die> template_parameters(Dwarf_Die const& of) {
    std::vector<Dwarf_Die> found;
    for_each_child(of, [&](Dwarf_Die const& child) {
        switch (tag_of(child)) {
            case DW_TAG_GNU_template_template_param:
            case DW_TAG_template_type_parameter:
            case DW_TAG_template_value_parameter: found.push_back(child); break;
            case DW_TAG_GNU_template_parameter_pack:
                for_each_child(child, [&](Dwarf_Die const& part) {
                    found.push_back(part);
                    return true;
                });
                break;
            default: break;
        }
        return true;
    });
    return found;
}

// dwarf_decl_file() of libdw 0.188 finds nothing in what clang writes, and fails an assertion in
// split units.
std::string_view file_of(Dwarf_Die const& entry) {
    Dwarf_Die of = entry, unit;
    Dwarf_Files* files = nullptr;
    std::size_t count = 0;
    auto const index = number_of(entry, DW_AT_decl_file);
    bool const known = index && ::dwarf_diecu(&of, &unit, nullptr, nullptr) != nullptr &&
                       ::dwarf_getsrcfiles(&unit, &files, &count) == 0 && *index < count;
    return text_or_empty(known ? ::dwarf_filesrc(files, *index, nullptr, nullptr) : nullptr);
}

std::uint32_t line_of(Dwarf_Die const& entry) {
    return static_cast<std::uint32_t>(number_of(entry, DW_AT_decl_line).value_or(0));
}

}  // namespace handrail::inspect
