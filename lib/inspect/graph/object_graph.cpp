// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/graph/object_graph.hpp"

#include "lib/inspect/graph/reference_scan.hpp"
#include "lib/inspect/graph/root_scan.hpp"
#include "lib/inspect/graph/variables.hpp"

#include <algorithm>
#include <utility>

namespace handrail::inspect {

namespace {

std::vector<std::uint32_t> first_references(std::size_t nodes,
                                            std::vector<reference> const& references) {
    std::vector<std::uint32_t> first(nodes + 1, 0);
    for (reference const& each : references) {
        ++first[each.from + 1];
    }
    for (std::size_t i = 1; i != first.size(); ++i) {
        first[i] += first[i - 1];
    }
    return first;
}

}  // namespace

object_graph::object_graph(heap_blocks const& heap, std::vector<node> all_nodes,
                           std::vector<reference> all_references, std::vector<root> all_roots)
    : nodes(std::move(all_nodes)),
      references(std::move(all_references)),
      roots(std::move(all_roots)),
      heap_(&heap),
      heap_count_(static_cast<std::uint32_t>(heap.all().size())),
      first_(first_references(nodes.size(), references)) {}

std::span<reference> object_graph::of(node_id from) {
    return std::span(references).subspan(first_[from], first_[from + 1] - first_[from]);
}

std::span<reference const> object_graph::of(node_id from) const {
    return std::span(references).subspan(first_[from], first_[from + 1] - first_[from]);
}

reference* object_graph::reference_at(node_id from, std::uint32_t offset) {
    std::span<reference> const all = of(from);
    auto const found = std::lower_bound(
        all.begin(), all.end(), offset,
        [](reference const& each, std::uint32_t wanted) { return each.offset < wanted; });
    return found != all.end() && found->offset == offset ? &*found : nullptr;
}

reference* object_graph::reference_at(address word) {
    node_id const from = node_around(word);
    if (from == no_node) {
        return nullptr;
    }
    return reference_at(from, static_cast<std::uint32_t>(word - nodes[from].begin));
}

node_id object_graph::node_around(address at) const noexcept {
    if (auto const block = heap_->around(at)) {
        return *block;
    }
    auto const first = nodes.begin() + heap_count_;
    auto const after =
        std::upper_bound(first, nodes.end(), at,
                         [](address wanted, node const& each) { return wanted < each.begin; });
    if (after == first || at >= (after - 1)->end()) {
        return no_node;
    }
    return static_cast<node_id>(after - 1 - nodes.begin());
}

node_id object_graph::block_at(address begin) const noexcept {
    auto const block = heap_->around(begin);
    return block && nodes[*block].begin == begin ? *block : no_node;
}

std::string_view object_graph::keep(std::string_view text) { return *texts_.emplace(text).first; }

object_graph read_graph(target const& program, heap_blocks const& heap, debug_info const& info) {
    found_roots found = scan_roots(program, heap, info);
    std::vector<node> nodes;
    nodes.reserve(heap.all().size() + found.variables.size());
    for (heap_block const& each : heap.all()) {
        nodes.push_back({.begin = each.begin, .size = each.size});
    }
    nodes.insert(nodes.end(), found.variables.begin(), found.variables.end());
    std::vector<reference> references = scan_references(program.memory(), heap, nodes);
    object_graph graph(heap, std::move(nodes), std::move(references), std::move(found.roots));
    name_variables(graph, info);
    return graph;
}

}  // namespace handrail::inspect
