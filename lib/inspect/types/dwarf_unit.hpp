// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What one compilation unit contributes to a dwarf_index: one pass over its entries.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/types/dwarf_reading.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace handrail::inspect {

// Of entries within a unit: bytes from its beginning.
using unit_offset = std::uint32_t;

struct unit_entries {
    struct nested {
        unit_offset entry, parent;
    };
    struct named {
        std::uint32_t hash;  // of the identifier, without template arguments
        unit_offset entry;
    };
    struct placed {
        std::uint64_t address;
        unit_offset entry;
    };

    std::vector<nested> parents;    // of types, functions, variables and scopes; by entry
    std::vector<named> types;       // definitions
    std::vector<placed> functions;  // each begin of their code; by address
    std::vector<placed> variables;  // in static storage
};

std::uint32_t hash_of_identifier(std::string_view identifier) noexcept;

// root: of the unit, whose entries begin at `begin` in their section.
unit_entries read_unit(Dwarf_Die const& root, std::uint64_t begin);

}  // namespace handrail::inspect
