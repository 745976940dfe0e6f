// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/in_process_search.hpp"

#include "lib/leak_check/graph/back_references.hpp"
#include "lib/leak_check/graph/cycles.hpp"
#include "lib/leak_check/graph/graph.hpp"

namespace handrail::leak_check {

void search_in_process(scratch& memory, registry const& all, entry_id since, raw_findings& found) {
    graph const g(memory, all);
    found.counts = g.counts();
    find_back_references(g, since, found);
    find_cycles(memory, g, since, found);
}

}  // namespace handrail::leak_check
