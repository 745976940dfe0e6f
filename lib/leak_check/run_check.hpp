// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One check of the program, from the registry to the report: the composition of the folders beside
// this file, and the only entry to them.
//
// From a registration at level full to the text of a report:
//
//   the program                    the observer records the registration
//                                  (registry/registry_observer.cpp)
//   the program, registry locked   run_check.cpp makes a frozen copy: frozen_search::start()
//   the copy                       frozen_search::run() builds the graph from the registry and adds
//                                  edges (graph/graph.hpp); conservative_scan() adds what memory
//                                  shows: objects of std::shared_ptr and possible arcs;
//                                  find_back_references() and find_cycles() read the graph;
//                                  write_raw_findings() sends what they have found through a pipe
//   the program                    frozen_search::finish() receives the raw findings
//   the program, registry locked   findings_of_graph() makes findings of those whose
//                                  subject still exists (report/wording.cpp)
//   the program                    run_check.cpp groups and suppresses findings; to_text() writes
//
// One reference changes its form on this way: track::probed_reference (public layers, while the
// cleanup is registered), reference_entry (the registry's memory), arc (between nodes of the
// graph), raw_step (plain data for the pipe), step (the public report), written::step (read back
// from JSON, too, by the tool).
//
// At level handles, and where the system allows no copy, search_in_process() takes the place of the
// copy: without edges, without the scan, in the program and with the registry locked.
//
// Thread safety: may be called by any thread.

#pragma once

#include "lib/leak_check/registry/entries.hpp"

#include <handrail/leak_check.hpp>

namespace handrail::leak_check {

// Returns: the report about what was registered, was opened or went wrong from this id on, without
//   suppressed findings. Throws std::bad_alloc. Takes the registry's mutex.
report run_check(entry_id since, options const& what);

}  // namespace handrail::leak_check
