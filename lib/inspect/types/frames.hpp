// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The functions and lines for a return address, those of inlined calls included, read with libdwfl
// of elfutils.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <elfutils/libdwfl.h>

#include <optional>
#include <vector>

namespace handrail::inspect {

// A unit, and what is added to its addresses to get those of the module in its session.
struct placed_unit {
    Dwarf_Die root{};
    Dwarf_Addr bias = 0;
};

// Returns: the unit that has the code; found by all units' ranges if the module has no table of
//   them, as clang leaves it out.
std::optional<placed_unit> unit_around(Dwfl_Module* module, Dwarf_Addr code);

// call: an address in the calling instruction. unit: the one around it. of_module: its module and
//   address, which the frames get as well.
// Returns: the frames, innermost first; one without a function if nothing is known.
std::vector<leak_check::written::frame> frames_of_call(Dwfl_Module* module, Dwarf_Addr call,
                                                       std::optional<placed_unit> const& unit,
                                                       leak_check::written::frame const& of_module);

}  // namespace handrail::inspect
