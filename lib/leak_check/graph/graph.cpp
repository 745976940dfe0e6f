// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/graph.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/edge_reader.hpp>
#include <handrail/detail/heap/tracked_object.hpp>

#include <algorithm>
#include <functional>

namespace handrail::leak_check {

graph::graph(scratch& memory, registry const& all)
    : all_(all),
      nodes_(memory),
      controls_(memory),
      causes_(memory),
      registrations_(memory),
      by_id_(memory, all.objects.size() + all.guards.size()) {
    nodes_.reserve(all.objects.size() + all.guards.size());
    causes_.reserve(all.registrations.size());
    add_objects();
    add_handles();
    add_registrations();
    add_probed_references();
    precise_ = causes_.size();
}

node_id graph::node_of(entry_id id) const noexcept {
    node_id const* const found = id != 0 ? by_id_.find(id) : nullptr;
    return found != nullptr ? *found : no_node;
}

void graph::add_objects() {
    for (auto const& [address, object] : all_.objects) {
        by_id_.insert(object.id, static_cast<node_id>(nodes_.size()));
        nodes_.push_back(
            {.kind = node_kind::managed, .id = object.id, .address = address, .object = &object});
    }
}

// Both maps go by address, so one walk along both tells which handle lies in which object.
void graph::add_handles() {
    auto const objects = static_cast<node_id>(nodes_.size());
    node_id around = 0;
    for (auto const& [address, guard] : all_.guards) {
        if (!guard.open) {  // a closed one waits for nothing, wherever it lies
            continue;
        }
        auto const fresh = static_cast<node_id>(nodes_.size());
        by_id_.insert(guard.id, fresh);
        nodes_.push_back(
            {.kind = node_kind::handle, .id = guard.id, .address = address, .guard = &guard});
        while (around + 1 < objects && !std::less<>{}(address, nodes_[around + 1].address)) {
            ++around;
        }
        if (around < objects &&
            extent{nodes_[around].address, nodes_[around].object->size}.contains(address)) {
            set_enclosing_object(fresh, around);
            causes_.push_back({.from = around,
                               .to = fresh,
                               .reference = reference_kind::containment,
                               .evidence = raw_evidence::location});
        }
    }
}

void graph::set_enclosing_object(node_id handle, node_id object) {
    nodes_[handle].enclosing = object;
    nodes_[handle].first_handle = nodes_[object].first_handle;
    nodes_[object].first_handle = handle;
}

void graph::add_registrations() {
    registrations_.reserve(all_.registrations.size());
    for (auto const& [address, registration] : all_.registrations) {
        registrations_.push_back(&registration);
    }
    // Sorted apart from the entries, which lie far from each other.
    struct numbered {
        entry_id id;
        registration_entry const* entry;
    };
    scratch_vector<numbered> order(registrations_.get_allocator());
    order.reserve(registrations_.size());
    for (registration_entry const* each : registrations_) {
        order.push_back({each->id, each});
    }
    std::sort(order.begin(), order.end(),
              [](numbered const& a, numbered const& b) { return a.id < b.id; });
    std::transform(order.begin(), order.end(), registrations_.begin(),
                   [](numbered const& each) { return each.entry; });
}

raw_evidence evidence_of(reference_entry const& probed) noexcept {
    using evidence = detail::track::probed_reference::evidence;
    switch (probed.seen_by) {
        case evidence::move_probe: return raw_evidence::move_probe;
        case evidence::copy_probe: return raw_evidence::copy_probe;
        case evidence::argument: break;
    }
    return raw_evidence::argument;
}

void graph::add_probed_references() {
    for (registration_entry const* each : registrations_) {
        node_id const owner = each->references.empty() ? no_node : node_of(each->owner);
        if (owner == no_node) {
            continue;
        }
        for (reference_entry const& probed : each->references) {
            node_id const target = probed.strong ? node_of(probed.target) : no_node;
            if (target != no_node) {
                causes_.push_back({.from = owner,
                                   .to = target,
                                   .reference = reference_kind::strong,
                                   .evidence = evidence_of(probed),
                                   .registration = each,
                                   .probed = &probed,
                                   .offset = probed.offset});
            }
        }
    }
}

namespace {

// Collects the edges of one object after the other, in scratch memory.
class edge_list final : public detail::edge_reader {
public:
    explicit edge_list(scratch& memory) : memory_(memory) {}
    std::span<detail::tracked_object* const> read(detail::object_header const& managed) {
        next_ = first_;
        managed.operations->edges->read(static_cast<detail::tracked_object const&>(managed), *this);
        return {first_, next_};
    }

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
    if (std::none_of(nodes_.begin(), nodes_.end(), [](graph_node const& each) {
            return each.object != nullptr && each.object->has_edges;
        })) {
        return;
    }
    edge_list edges(memory);
    address_table<node_id> by_block(memory, 64);
    for (node_id n = 0; n != nodes_.size(); ++n) {
        if (object_entry const* const object = nodes_[n].object) {
            by_block.insert(detail::as_integer(object->managed), n);
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
            if (node_id const* const target = by_block.find(address)) {
                causes_.push_back({.from = n,
                                   .to = *target,
                                   .reference = reference_kind::edge,
                                   .evidence = raw_evidence::edge});
            }
        }
    }
    precise_ = causes_.size();
}

node_id graph::add_shared_ptr_object(control_block const& found) {
    nodes_.push_back({.kind = node_kind::shared_ptr,
                      .control = static_cast<std::uint32_t>(controls_.size()),
                      .address = reinterpret_cast<void const*>(found.begin)});
    controls_.push_back(found);
    return static_cast<node_id>(nodes_.size() - 1);
}

raw_node graph::describe(node_id n) const noexcept {
    graph_node const& what = nodes_[n];
    raw_node described{.kind = what.kind, .id = what.id, .address = what.address};
    if (what.kind == node_kind::handle) {
        described.handle = what.id;
        described.handle_address = what.address;
        return described;
    }
    described.type = what.object != nullptr ? what.object->type : control_of(n).type;
    // The oldest one, whatever the order of addresses.
    for (node_id h = what.first_handle; h != no_node; h = nodes_[h].first_handle) {
        if (described.handle == 0 || nodes_[h].id < described.handle) {
            described.handle = nodes_[h].id;
            described.handle_address = nodes_[h].address;
        }
    }
    return described;
}

}  // namespace handrail::leak_check
