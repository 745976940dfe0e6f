// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Ways through the graph as the steps of a report.
//
// Thread safety: none: reads debug information.

#pragma once

#include "lib/inspect/recognise/recogniser.hpp"
#include "lib/leak_check/report/written_report.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::inspect {

// How steps name the nodes of a container.
inline constexpr std::string_view element_name = "element";

// "chat::session", "lambda at session.cpp:17", "heap block of 64 bytes".
std::string name_of(recognition const& look, node_id of);

// Returns: a step for each reference; those through the nodes of one container are one.
std::vector<leak_check::written::step> steps_along(recognition const& look,
                                                   std::span<std::size_t const> references);

// Returns: the step from a node to the descriptor whose number is at offset in it.
leak_check::written::step step_to_descriptor(recognition const& look, node_id holder,
                                             std::uint32_t offset, std::string const& what);

// Returns: the step from a root to the node where the path from it begins. A variable is a node
//   itself and has no such step.
std::vector<leak_check::written::step> step_from_root(recognition const& look, std::size_t which);

}  // namespace handrail::inspect
