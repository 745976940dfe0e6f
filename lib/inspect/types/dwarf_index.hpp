// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The debug information of one module, made searchable: types by name, functions and variables by
// address, and what an entry is nested in.
//
//  1. An entry_id names an entry for as long as the index lives: the file it is in (the module's,
//     that of a split unit, or the one that several modules share), the section, and the offset.
//  2. Units are read when a question needs them. What has been read stays.
//  3. Addresses are those of the file.
//
// Thread safety: none, not even of const functions: they read units and fill caches.

#pragma once

#include "lib/inspect/types/dwarf_unit.hpp"
#include "lib/inspect/types/type.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace handrail::inspect {

using entry_id = std::uint64_t;

class dwarf_index {
public:
    // other_files: whether libdw may open the files that the module names: those of split units.
    dwarf_index(Dwarf* dwarf, bool other_files);
    dwarf_index(dwarf_index const&) = delete;
    dwarf_index& operator=(dwarf_index const&) = delete;

    std::optional<Dwarf_Die> entry(entry_id of) const;
    entry_id id_of(Dwarf_Die const& entry) const;
    std::optional<Dwarf_Die> parent_of(Dwarf_Die const& entry) const;

    // Returns: what the declaration is nested in: a definition may be elsewhere.
    std::optional<Dwarf_Die> scope_of(Dwarf_Die const& entry) const;

    // Returns: without typedefs and qualifiers, and the definition of what is only declared there.
    type type_at(Dwarf_Die const& entry) const;

    // name: normalised. Returns: the type with this name; empty if there is none, or if several
    //   types have it, as those in unnamed namespaces of different units may.
    type type_named(std::string_view name) const;

    // Returns: the functions whose code, or a part of it, begins there. Several if the linker has
    //   folded equal functions into one.
    std::vector<Dwarf_Die> functions_at(std::uint64_t address) const;
    // Returns: the class around the function's declaration.
    type class_of(Dwarf_Die const& function) const;

    struct variable_and_address {
        std::uint64_t address = 0;
        Dwarf_Die entry{};
    };
    // Returns: the last variable that begins at or before the address.
    std::optional<variable_and_address> variable_before(std::uint64_t address) const;

    // Returns: the root of the unit that has the code.
    std::optional<Dwarf_Die> unit_around(std::uint64_t address) const;

    // Units whose entries are in files of their own that are missing or may not be opened.
    std::size_t missing_units() const noexcept { return missing_units_; }

    // Finds the definition of a type in another module, by its normalised name.
    std::function<type(std::string_view)> elsewhere;

    // What types have worked out about themselves.
    struct cached {
        std::optional<std::string> name{};
        std::optional<std::vector<member>> members{};
    };
    cached& cache_of(entry_id type) const { return caches_[type]; }

private:
    struct unit {
        entry_id begin;
        Dwarf_Die root;
        std::optional<unit_entries> entries{};
    };
    struct code_range {
        std::uint64_t begin, end;
        entry_id root;               // of the unit
        std::uint64_t last_end = 0;  // the greatest end of this and all ranges before
    };
    struct variable_address {
        std::uint64_t address;
        entry_id entry;
    };
    // The types whose last identifier has one hash, by their normalised names.
    struct types_of_identifier {
        std::size_t units_seen = 0;
        std::unordered_map<std::string, std::vector<entry_id>> by_name{};
    };

    void add_units(Dwarf* of, bool other_files);
    void add_skeleton(Dwarf_Die const& root, Dwarf_Die const& split);
    void add_ranges(Dwarf_Die const& root, entry_id unit_root);
    void sort();
    unit* unit_of(entry_id of) const;
    unit_entries const& entries_of(unit& of) const;
    Dwarf_Die entry_in(unit const& in, unit_offset at) const;
    std::vector<unit*> units_around(std::uint64_t address) const;
    void see_types(types_of_identifier& known, std::uint32_t hash, unit& in) const;
    bool are_one_type(std::vector<entry_id> const& candidates) const;
    type definition_of(Dwarf_Die const& declared, entry_id id) const;
    std::vector<variable_address> const& variables() const;

    std::unordered_map<Dwarf*, entry_id> files_;  // the number of each, from 1
    mutable std::vector<unit> units_;             // by begin
    std::vector<code_range> ranges_;              // by begin
    std::size_t missing_units_ = 0;
    mutable std::unordered_map<std::uint32_t, types_of_identifier> types_;
    mutable std::unordered_map<entry_id, type> definitions_;
    mutable std::unordered_map<entry_id, cached> caches_;
    mutable std::optional<std::vector<variable_address>> variables_;  // by address
};

}  // namespace handrail::inspect
