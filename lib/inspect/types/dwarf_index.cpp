// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/dwarf_index.hpp"

#include "lib/inspect/types/names.hpp"
#include "lib/inspect/types/type_name.hpp"

#include <algorithm>
#include <cstddef>

#include <dwarf.h>

namespace handrail::inspect {

namespace {

// entry_id: the number of the file, one bit for the section .debug_types, the offset.
constexpr unsigned offset_bits = 40;
constexpr entry_id in_debug_types = entry_id{1} << offset_bits;
constexpr unsigned file_shift = offset_bits + 1;

constexpr unsigned max_ranges = 1'000'000;  // of one unit

bool is_qualified(int tag) {
    switch (tag) {
        case DW_TAG_atomic_type:
        case DW_TAG_const_type:
        case DW_TAG_restrict_type:
        case DW_TAG_template_alias:
        case DW_TAG_typedef:
        case DW_TAG_volatile_type: return true;
        default: return false;
    }
}

// Names of lambdas and in unnamed namespaces are spelled alike for different types.
bool may_be_ambiguous(std::string_view name) {
    return name.find(normalised_lambda) != name.npos ||
           name.find("(anonymous namespace)") != name.npos;
}

}  // namespace

dwarf_index::dwarf_index(Dwarf* dwarf, bool other_files) {
    add_units(dwarf, other_files);
    if (Dwarf* const shared = ::dwarf_getalt(dwarf)) {
        add_units(shared, false);
    }
    sort();
}

void dwarf_index::add_units(Dwarf* of, bool other_files) {
    if (!files_.try_emplace(of, files_.size() + 1).second) {
        return;
    }
    Dwarf_CU* at = nullptr;
    Dwarf_Die root{}, split{};
    std::uint8_t kind = 0;
    while (::dwarf_get_units(of, at, &at, nullptr, &kind, &root, other_files ? &split : nullptr) ==
           0) {
        if (kind == DW_UT_skeleton) {
            add_skeleton(root, split);
            continue;
        }
        units_.push_back({id_of(root), root});
        if (kind == DW_UT_compile || kind == DW_UT_partial) {
            add_ranges(root, units_.back().begin);
        }
    }
}

// The skeleton of a split unit has the addresses, and the file of its own has the entries.
void dwarf_index::add_skeleton(Dwarf_Die const& root, Dwarf_Die const& split) {
    if (split.cu == nullptr) {
        ++missing_units_;
        return;
    }
    add_units(::dwarf_cu_getdwarf(split.cu), false);
    add_ranges(root, id_of(split));
}

void dwarf_index::add_ranges(Dwarf_Die const& root, entry_id unit_root) {
    Dwarf_Die of = root;
    Dwarf_Addr base = 0, begin = 0, end = 0;
    std::ptrdiff_t next = 0;
    for (unsigned i = 0; i != max_ranges; ++i) {
        next = ::dwarf_ranges(&of, next, &base, &begin, &end);
        if (next <= 0) {
            return;
        }
        ranges_.push_back({begin, end, unit_root});
    }
}

void dwarf_index::sort() {
    auto const by_begin = [](auto const& a, auto const& b) { return a.begin < b.begin; };
    std::sort(units_.begin(), units_.end(), by_begin);
    std::sort(ranges_.begin(), ranges_.end(), by_begin);
    std::uint64_t last = 0;
    for (code_range& each : ranges_) {
        each.last_end = last = std::max(last, each.end);
    }
}

dwarf_index::unit* dwarf_index::unit_of(entry_id of) const {
    auto const next = std::upper_bound(units_.begin(), units_.end(), of,
                                       [](entry_id id, unit const& u) { return id < u.begin; });
    bool const known =
        next != units_.begin() && ((next - 1)->begin >> offset_bits) == (of >> offset_bits);
    return known ? &*(next - 1) : nullptr;
}

unit_entries const& dwarf_index::entries_of(unit& of) const {
    if (!of.entries) {
        Dwarf_Die root = of.root;
        of.entries = read_unit(root, ::dwarf_dieoffset(&root));
    }
    return *of.entries;
}

Dwarf_Die dwarf_index::entry_in(unit const& in, unit_offset at) const {
    Dwarf_Die entry{};
    entry.addr = static_cast<char*>(in.root.addr) + at;
    entry.cu = in.root.cu;
    return entry;
}

std::optional<Dwarf_Die> dwarf_index::entry(entry_id of) const {
    unit const* const in = unit_of(of);
    return in != nullptr ? std::optional(entry_in(*in, static_cast<unit_offset>(of - in->begin)))
                         : std::nullopt;
}

entry_id dwarf_index::id_of(Dwarf_Die const& entry) const {
    Dwarf_Die of = entry;
    auto const file = files_.find(::dwarf_cu_getdwarf(of.cu));
    Dwarf_Half version = 0;
    std::uint8_t kind = 0;
    if (file == files_.end() ||
        ::dwarf_cu_info(of.cu, &version, &kind, nullptr, nullptr, nullptr, nullptr, nullptr) != 0) {
        return 0;
    }
    bool const in_types = version < 5 && (kind == DW_UT_type || kind == DW_UT_split_type);
    return (file->second << file_shift) | (in_types ? in_debug_types : 0) | ::dwarf_dieoffset(&of);
}

std::optional<Dwarf_Die> dwarf_index::parent_of(Dwarf_Die const& entry) const {
    entry_id const id = id_of(entry);
    unit* const in = unit_of(id);
    if (in == nullptr) {
        return std::nullopt;
    }
    auto const at = static_cast<unit_offset>(id - in->begin);
    auto const& parents = entries_of(*in).parents;
    auto const found =
        std::lower_bound(parents.begin(), parents.end(), at,
                         [](auto const& each, unit_offset offset) { return each.entry < offset; });
    return found != parents.end() && found->entry == at
               ? std::optional(entry_in(*in, found->parent))
               : std::nullopt;
}

std::optional<Dwarf_Die> dwarf_index::scope_of(Dwarf_Die const& entry) const {
    Dwarf_Die declared = entry;
    for (unsigned i = 0; i != max_links; ++i) {
        auto const declaration = declaration_of(declared);
        if (!declaration) {
            break;
        }
        declared = *declaration;
    }
    return parent_of(declared);
}

type dwarf_index::type_at(Dwarf_Die const& entry) const {
    std::optional<Dwarf_Die> at = resolved(entry);
    for (unsigned i = 0; at && is_qualified(tag_of(*at)); ++i) {
        at = i < max_links ? linked(*at, DW_AT_type) : std::nullopt;
    }
    entry_id const id = at ? id_of(*at) : 0;
    if (unit_of(id) == nullptr) {
        return {};
    }
    return has_flag(*at, DW_AT_declaration) ? definition_of(*at, id) : type(*this, id);
}

type dwarf_index::definition_of(Dwarf_Die const& declared, entry_id id) const {
    auto const [known, fresh] = definitions_.try_emplace(id, type(*this, id));
    if (!fresh) {
        return known->second;
    }
    std::string const name = normalised(full_name(*this, declared));
    type found = type_named(name);
    if (!found && elsewhere) {
        found = elsewhere(name);
    }
    return found ? definitions_[id] = found : type(*this, id);
}

type dwarf_index::type_named(std::string_view name) const {
    std::string const key(name);
    std::uint32_t const hash = hash_of_identifier(last_identifier(name));
    types_of_identifier& known = types_[hash];
    bool const ambiguous = may_be_ambiguous(name);
    for (;;) {
        auto const found = known.by_name.find(key);
        bool const all_seen = known.units_seen == units_.size();
        if (found != known.by_name.end() && (!ambiguous || all_seen)) {
            bool const one = !ambiguous || are_one_type(found->second);
            return one ? type(*this, found->second.front()) : type();
        }
        if (all_seen) {
            return {};
        }
        see_types(known, hash, units_[known.units_seen++]);
    }
}

void dwarf_index::see_types(types_of_identifier& known, std::uint32_t hash, unit& in) const {
    for (auto const& each : entries_of(in).types) {
        if (each.hash == hash) {
            Dwarf_Die const found = entry_in(in, each.entry);
            known.by_name[normalised(full_name(*this, found))].push_back(in.begin + each.entry);
        }
    }
}

// Each unit that uses a type describes it, with the same words at the same place.
bool dwarf_index::are_one_type(std::vector<entry_id> const& candidates) const {
    auto const description = [&](entry_id id) {
        auto const at = entry(id);
        return full_name(*this, *at) + ' ' + std::string(file_of(*at)) + ' ' +
               std::to_string(line_of(*at)) + ' ' + std::to_string(type(*this, id).size());
    };
    std::string const first = description(candidates.front());
    return std::all_of(candidates.begin() + 1, candidates.end(),
                       [&](entry_id id) { return description(id) == first; });
}

std::vector<dwarf_index::unit*> dwarf_index::units_around(std::uint64_t address) const {
    std::vector<unit*> found;
    auto at = std::upper_bound(
        ranges_.begin(), ranges_.end(), address,
        [](std::uint64_t wanted, code_range const& range) { return wanted < range.begin; });
    while (at != ranges_.begin() && (at - 1)->last_end > address) {
        --at;
        unit* const in = address < at->end ? unit_of(at->root) : nullptr;
        if (in != nullptr && std::find(found.begin(), found.end(), in) == found.end()) {
            found.push_back(in);
        }
    }
    return found;
}

std::vector<Dwarf_Die> dwarf_index::functions_at(std::uint64_t address) const {
    std::vector<Dwarf_Die> functions;
    for (unit* const in : units_around(address)) {
        auto const& known = entries_of(*in).functions;
        auto at = std::lower_bound(
            known.begin(), known.end(), address,
            [](auto const& each, std::uint64_t wanted) { return each.address < wanted; });
        for (; at != known.end() && at->address == address; ++at) {
            functions.push_back(entry_in(*in, at->entry));
        }
    }
    return functions;
}

type dwarf_index::class_of(Dwarf_Die const& function) const {
    std::optional<Dwarf_Die> at = function;
    for (unsigned i = 0; at && i != max_links; ++i, at = declaration_of(*at)) {
        auto const around = parent_of(*at);
        if (around && is_class(tag_of(*around))) {
            return type_at(*around);
        }
    }
    return {};
}

std::optional<Dwarf_Die> dwarf_index::unit_around(std::uint64_t address) const {
    auto const found = units_around(address);
    return found.empty() ? std::nullopt : std::optional(found.front()->root);
}

std::vector<dwarf_index::variable_address> const& dwarf_index::variables() const {
    if (!variables_) {
        variables_.emplace();
        for (unit& each : units_) {
            for (auto const& variable : entries_of(each).variables) {
                variables_->push_back({variable.address, each.begin + variable.entry});
            }
        }
        std::stable_sort(variables_->begin(), variables_->end(),
                         [](auto const& a, auto const& b) { return a.address < b.address; });
    }
    return *variables_;
}

std::optional<dwarf_index::variable_and_address> dwarf_index::variable_before(
    std::uint64_t address) const {
    auto const& known = variables();
    auto const next = std::upper_bound(
        known.begin(), known.end(), address,
        [](std::uint64_t wanted, variable_address const& each) { return wanted < each.address; });
    if (next == known.begin()) {
        return std::nullopt;
    }
    return variable_and_address{(next - 1)->address, *entry((next - 1)->entry)};
}

}  // namespace handrail::inspect
