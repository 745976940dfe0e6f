// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/look.hpp"

#include "lib/inspect/findings/wording.hpp"
#include "lib/inspect/heap/allocator.hpp"
#include "lib/inspect/heap/glibc_heap.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace handrail::inspect {

namespace {

void add_sentence(std::string& text, std::string const& sentence) {
    text += (text.empty() ? "" : "; ") + sentence;
}

// Why nothing can be said of the program: what its blocks hold is not known.
std::string obstacle(target const& program, glibc_heap const& heap) {
    std::string const other = other_allocator(program.memory());
    if (!other.empty()) {
        return "the heap blocks are not known: the program's allocator is that of " + other;
    }
    return heap.blocks.all().empty() ? "the heap blocks are not known: none of glibc's was found"
                                     : "";
}

std::vector<leak_check::written::finding> findings_in(target const& program, debug_info const& info,
                                                      heap_blocks const& heap, bool all) {
    object_graph graph = read_graph(program, heap, info);
    recognition look(program, info, graph);
    recognise(look);
    ownership const owners(look);
    return findings_of(look, judge(look, owners, all));
}

}  // namespace

leak_check::written::report look_at(target const& program, look_options const& wanted) {
    auto const begin = std::chrono::steady_clock::now();
    debug_info const info(program, {.debug_files = wanted.debug_files});
    glibc_heap const heap = read_glibc_heap(program);

    leak_check::written::report result;
    result.handles = program.descriptors().size();
    result.pause = program.stopped_for().count();
    result.missing = obstacle(program, heap);
    result.inconclusive = !result.missing.empty();
    if (!result.inconclusive) {
        result.findings = findings_in(program, info, heap.blocks, wanted.all);
    }
    if (!program.knows_descriptors()) {
        add_sentence(result.missing, "which descriptors are open is not known");
    }
    for (auto const& each : program.problems()) {
        add_sentence(result.missing, each);
    }
    for (auto const& each : info.problems()) {
        add_sentence(result.missing, each);
    }
    for (auto const& each : heap.problems) {
        add_sentence(result.missing, each);
    }
    result.complete = result.missing.empty();
    result.duration = (std::chrono::steady_clock::now() - begin).count();
    return result;
}

}  // namespace handrail::inspect
