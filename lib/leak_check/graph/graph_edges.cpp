// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// graph::add_edges(): what managed_edges declares, read by the functions that the collector uses.
// They iterate over the user's containers, which is user code: so in a frozen copy only.

#include "lib/leak_check/graph/graph.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/edge_reader.hpp>
#include <handrail/detail/heap/tracked_object.hpp>

#include <algorithm>
#include <cassert>

namespace handrail::leak_check {

namespace {

// Collects the edges of one object after the other, in scratch memory.
class scratch_edge_reader final : public detail::edge_reader {
public:
    explicit scratch_edge_reader(scratch& memory) : memory_(memory) {}
    std::span<detail::tracked_object* const> read(detail::object_header const& managed) {
        next_ = first_;
        complete_ = true;
        managed.operations->edges->read(static_cast<detail::tracked_object const&>(managed), *this);
        return {first_, next_};
    }
    // Returns: false if a container of the object that was read last was locked for writing.
    bool is_complete() const noexcept { return complete_; }

private:
    void grow() override {
        auto const used = static_cast<std::size_t>(next_ - first_);
        std::size_t const size = std::max<std::size_t>(256, 2 * used);
        auto* const larger = static_cast<detail::tracked_object**>(
            memory_.allocate(size * sizeof(detail::tracked_object*)));
        std::copy(first_, next_, larger);
        first_ = larger;
        next_ = larger + used;
        end_ = larger + size;
    }

    scratch& memory_;
};

}  // namespace

void graph::add_edges(scratch& memory) {
    assert(precise_ == arcs_.size());
    if (std::none_of(nodes_.begin(), nodes_.end(), [](graph_node const& each) {
            return each.object != nullptr && each.object->has_edges;
        })) {
        return;
    }
    scratch_edge_reader edges(memory);
    address_table<node_id> by_header(memory, 64);
    for (node_id n = 0; n != nodes_.size(); ++n) {
        if (object_entry const* const object = nodes_[n].object) {
            by_header.insert(detail::as_integer(object->managed), n);
        }
    }
    for (node_id n = 0; n != nodes_.size(); ++n) {
        object_entry const* const object = nodes_[n].object;
        if (object == nullptr || !object->has_edges) {
            continue;
        }
        for (detail::tracked_object const* const each : edges.read(*object->managed)) {
            auto const address =
                detail::as_integer(static_cast<detail::object_header const*>(each));
            if (node_id const* const target = by_header.find(address)) {
                arcs_.push_back({.from = n,
                                 .to = *target,
                                 .reference = reference::edge,
                                 .evidence = evidence::edge});
            }
        }
        nodes_[n].has_unread_edges = !edges.is_complete();
        locked_objects_ += edges.is_complete() ? 0 : 1;
    }
    precise_ = arcs_.size();
}

}  // namespace handrail::leak_check
