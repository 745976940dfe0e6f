// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/graph/root_scan.hpp"

#include "lib/inspect/graph/other_mappings.hpp"
#include "lib/inspect/graph/thread_memory.hpp"
#include "lib/inspect/graph/variables.hpp"
#include "lib/inspect/graph/words.hpp"

#include <algorithm>
#include <utility>

namespace handrail::inspect {

namespace {

class scan {
public:
    scan(target const& program, heap_blocks const& heap) : reader_(program.memory()), heap_(heap) {}

    void words_in(extent const& where, root what, bool exact) {
        reader_.for_each(where.begin, where.end,
                         [&](address at, std::uint64_t word) { add(at, word, what, exact); });
    }
    void add(address at, std::uint64_t word, root what, bool exact) {
        address const to = word & address_bits;
        auto const block = heap_.around(to);
        if (!block || (exact && heap_.all()[*block].begin != to)) {
            return;
        }
        what.at = at;
        what.to = *block;
        what.target_offset = static_cast<std::uint32_t>(to - heap_.all()[*block].begin);
        roots.push_back(what);
    }

    std::vector<root> roots;

private:
    word_reader reader_;
    heap_blocks const& heap_;
};

void scan_threads(scan& into, target const& program, std::vector<thread_memory> const& threads) {
    auto memory_of = threads.begin();
    for (thread const& each : program.threads()) {
        thread_memory const& own = *memory_of++;
        root what{.kind = root_kind::thread_local_storage, .thread = each.id};
        into.words_in(own.local, what, false);
        if (each.is_main && program.main_has_returned()) {
            continue;
        }
        what.kind = root_kind::stack;
        into.words_in(own.stack, what, false);
        for (std::uint64_t const value : each.registers) {
            into.add(0, value, what, false);
        }
    }
}

}  // namespace

found_roots scan_roots(target const& program, heap_blocks const& heap, debug_info const& info) {
    scan roots(program, heap);
    std::vector<thread_memory> const threads = memory_of_threads(program);
    scan_threads(roots, program, threads);

    std::vector<region> segments = info.writable_segments();
    std::sort(segments.begin(), segments.end(),
              [](region const& a, region const& b) { return a.begin < b.begin; });
    for (extent const& each : other_mappings(program, heap, segments, threads)) {
        roots.words_in(each, {.kind = root_kind::mapping}, true);
    }
    for (epoll_entry const& each : program.epoll_entries()) {
        roots.add(0, each.data, {.kind = root_kind::kernel}, false);
    }

    found_variables found = read_variables(program, heap, info, segments);
    for (address const each : found.words_outside) {
        roots.add(each, program.memory().word(each), {}, false);
    }
    auto id = static_cast<node_id>(heap.all().size());
    for (node const& each : found.variables) {
        roots.roots.push_back({.at = each.begin, .to = id++});
    }
    return {std::move(found.variables), std::move(roots.roots)};
}

}  // namespace handrail::inspect
