// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/type.hpp"

#include "lib/inspect/types/dwarf_index.hpp"
#include "lib/inspect/types/dwarf_reading.hpp"
#include "lib/inspect/types/names.hpp"
#include "lib/inspect/types/type_name.hpp"

#include <algorithm>
#include <cstddef>

#include <dwarf.h>

namespace handrail::inspect {

namespace {

constexpr std::size_t max_members = 100'000;
constexpr unsigned max_nested = 20;  // of classes without data in each other

std::optional<Dwarf_Die> entry_of(type const& of) {
    return of ? of.index()->entry(of.offset()) : std::nullopt;
}

type type_at(type const& near, std::optional<Dwarf_Die> const& entry) {
    return entry ? near.index()->type_at(*entry) : type();
}

// Returns: nothing for a static member and for a virtual base, whose place the object knows.
std::optional<std::uint64_t> offset_of(Dwarf_Die const& member, bool in_union) {
    if (has_flag(member, DW_AT_external) || has_flag(member, DW_AT_declaration)) {
        return std::nullopt;
    }
    Dwarf_Die of = member;
    if (::dwarf_hasattr(&of, DW_AT_data_member_location) != 0) {
        return number_of(member, DW_AT_data_member_location);
    }
    if (auto const bits = number_of(member, DW_AT_data_bit_offset)) {
        return *bits / 8;
    }
    return in_union ? std::optional<std::uint64_t>(0) : std::nullopt;
}

std::vector<member> read_members(type const& of, Dwarf_Die const& entry) {
    std::vector<member> found;
    bool const in_union = tag_of(entry) == DW_TAG_union_type;
    for_each_child(entry, [&](Dwarf_Die const& child) {
        int const tag = tag_of(child);
        if (tag == DW_TAG_member || tag == DW_TAG_inheritance) {
            if (auto const offset = offset_of(child, in_union)) {
                found.push_back(
                    {std::string(name_of(child)), type_at(of, type_of(child)), *offset});
            }
        }
        return found.size() < max_members;
    });
    return found;
}

std::vector<member> const& members_of(type const& of) {
    auto& members = of.index()->cache_of(of.offset()).members;
    if (!members) {
        auto const entry = entry_of(of);
        auto found = entry ? read_members(of, *entry) : std::vector<member>();
        members = std::move(found);
    }
    return *members;
}

// An empty base or member shares its byte with another one.
bool has_data(type const& of, unsigned depth = 0) {
    if (of.kind() != type_kind::class_type || of.size() > 1 || depth > max_nested) {
        return true;
    }
    auto const& members = members_of(of);
    return std::any_of(members.begin(), members.end(),
                       [&](member const& each) { return has_data(each.type, depth + 1); });
}

}  // namespace

type_kind type::kind() const {
    auto const entry = entry_of(*this);
    switch (entry ? tag_of(*entry) : DW_TAG_invalid) {
        case DW_TAG_base_type:
        case DW_TAG_ptr_to_member_type:
        case DW_TAG_unspecified_type: return type_kind::base;
        case DW_TAG_pointer_type: return type_kind::pointer;
        case DW_TAG_reference_type:
        case DW_TAG_rvalue_reference_type: return type_kind::reference;
        case DW_TAG_array_type: return type_kind::array;
        case DW_TAG_class_type:
        case DW_TAG_structure_type: return type_kind::class_type;
        case DW_TAG_union_type: return type_kind::union_type;
        case DW_TAG_enumeration_type: return type_kind::enumeration;
        case DW_TAG_subroutine_type: return type_kind::function;
        default: return type_kind::none;
    }
}

std::uint64_t type::size() const {
    auto entry = entry_of(*this);
    Dwarf_Word bytes = 0;
    return entry && ::dwarf_aggregate_size(&*entry, &bytes) == 0 ? bytes : 0;
}

std::string type::name() const {
    if (index_ == nullptr) {
        return {};
    }
    auto& name = index_->cache_of(offset_).name;
    if (!name) {
        auto const entry = entry_of(*this);
        name = entry ? shortened(full_name(*index_, *entry)) : std::string();
    }
    return *name;
}

std::string_view type::bare_name() const {
    auto const entry = entry_of(*this);
    return entry ? name_of(*entry) : std::string_view();
}

bool type::is_lambda() const {
    auto const entry = entry_of(*this);
    return entry && inspect::is_lambda(*entry);
}

bool type::is_std(std::string_view name) const {
    std::string_view const own = bare_name();
    if (!own.starts_with(name) || (own.size() != name.size() && own[name.size()] != '<')) {
        return false;
    }
    auto around = index_->scope_of(*entry_of(*this));
    for (unsigned i = 0; around && i != max_nested && tag_of(*around) == DW_TAG_namespace; ++i) {
        auto const outer = index_->parent_of(*around);
        bool const outermost = !outer || tag_of(*outer) != DW_TAG_namespace;
        if (outermost) {
            return name_of(*around) == "std";
        }
        around = outer;
    }
    return false;
}

type type::target() const {
    auto const entry = entry_of(*this);
    return type_at(*this, entry ? type_of(*entry) : std::nullopt);
}

type type::template_argument(unsigned position) const {
    auto const entry = entry_of(*this);
    if (!entry) {
        return {};
    }
    for (Dwarf_Die const& each : template_parameters(*entry)) {
        if (tag_of(each) == DW_TAG_template_type_parameter && position-- == 0) {
            return type_at(*this, linked(each, DW_AT_type));
        }
    }
    return {};
}

type type::nested(std::string_view name) const {
    if (index_ == nullptr) {
        return {};
    }
    auto const& members = members_of(*this);
    auto const found = std::find_if(members.begin(), members.end(),
                                    [&](member const& each) { return each.name == name; });
    return found != members.end() ? found->type : type();
}

std::vector<member> type::members() const {
    return index_ != nullptr ? members_of(*this) : std::vector<member>();
}

std::optional<member> type::member_at(std::uint64_t offset) const {
    if (index_ == nullptr) {
        return std::nullopt;
    }
    auto const& members = members_of(*this);
    auto const found = std::find_if(members.begin(), members.end(), [&](member const& each) {
        return each.offset <= offset && offset - each.offset < each.type.size() &&
               has_data(each.type);
    });
    return found != members.end() ? std::optional(*found) : std::nullopt;
}

}  // namespace handrail::inspect
