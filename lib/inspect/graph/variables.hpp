// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Variables in static storage that refer to heap blocks.

#pragma once

#include "lib/inspect/graph/object_graph.hpp"

#include <vector>

namespace handrail::inspect {

struct found_variables {
    std::vector<node> variables;         // by address
    std::vector<address> words_outside;  // words that point to heap blocks, in no known variable
};

found_variables read_variables(target const& program, heap_blocks const& heap,
                               debug_info const& info, std::vector<region> const& segments);

// Effects: gives the graph's variables their names, which are kept in the graph.
void name_variables(object_graph& graph, debug_info const& info);

}  // namespace handrail::inspect
