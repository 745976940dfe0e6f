// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/graph.hpp"

#include <handrail/detail/base/as_integer.hpp>
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
    add_notes();
    precise_ = causes_.size();
}

node graph::node_of(number id) const noexcept {
    node const* const found = id != 0 ? by_id_.find(id) : nullptr;
    return found != nullptr ? *found : no_node;
}

void graph::add_objects() {
    for (auto const& [place, object] : all_.objects) {
        by_id_.insert(object.id, static_cast<node>(nodes_.size()));
        nodes_.push_back(
            {.kind = found_kind::managed, .id = object.id, .place = place, .object = &object});
    }
}

// Both maps go by address, so one walk along both tells which handle lies in which object.
void graph::add_handles() {
    auto const objects = static_cast<node>(nodes_.size());
    node around = 0;
    for (auto const& [place, guard] : all_.guards) {
        if (!guard.open) {  // a closed one waits for nothing, wherever it lies
            continue;
        }
        auto const fresh = static_cast<node>(nodes_.size());
        by_id_.insert(guard.id, fresh);
        nodes_.push_back(
            {.kind = found_kind::handle, .id = guard.id, .place = place, .guard = &guard});
        while (around + 1 < objects && !std::less<>{}(place, nodes_[around + 1].place)) {
            ++around;
        }
        if (around < objects &&
            extent{nodes_[around].place, nodes_[around].object->size}.contains(place)) {
            this->place(fresh, around);
            causes_.push_back({around, fresh, via::place, nullptr, nullptr, -1, -1, 0});
        }
    }
}

void graph::place(node handle, node object) {
    nodes_[handle].home = object;
    nodes_[handle].first_handle = nodes_[object].first_handle;
    nodes_[object].first_handle = handle;
}

void graph::add_registrations() {
    registrations_.reserve(all_.registrations.size());
    for (auto const& [at, registration] : all_.registrations) {
        registrations_.push_back(&registration);
    }
    // Sorted apart from the entries, which lie far from each other.
    struct numbered {
        number id;
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

void graph::add_notes() {
    for (registration_entry const* each : registrations_) {
        node const owner = each->notes.empty() ? no_node : node_of(each->owner);
        if (owner == no_node) {
            continue;
        }
        for (note_entry const& note : each->notes) {
            node const target = note.strong ? node_of(note.target) : no_node;
            if (target != no_node) {
                causes_.push_back({owner, target, via::note, each, &note, note.offset, -1, 0});
            }
        }
    }
}

namespace {

// Collects the edges of one object after the other, in scratch memory.
class edge_list final : public detail::edge_reader {
public:
    explicit edge_list(scratch& memory) : memory_(memory) {}
    std::span<detail::node* const> read(block const& managed) {
        next_ = first_;
        managed.operations->edges->read(static_cast<detail::node const&>(managed), *this);
        return {first_, next_};
    }

private:
    void grow() override {
        auto const used = static_cast<std::size_t>(next_ - first_);
        std::size_t const size = std::max<std::size_t>(256, 2 * used);
        auto* const larger =
            static_cast<detail::node**>(memory_.allocate(size * sizeof(detail::node*)));
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
    address_table<node> by_block(memory, 64);
    for (node n = 0; n != nodes_.size(); ++n) {
        if (object_entry const* const object = nodes_[n].object) {
            by_block.insert(detail::as_integer(object->managed), n);
        }
    }
    for (node n = 0; n != nodes_.size(); ++n) {
        object_entry const* const object = nodes_[n].object;
        if (object == nullptr || !object->has_edges) {
            continue;
        }
        for (detail::node const* const each : edges.read(*object->managed)) {
            auto const address = detail::as_integer(static_cast<block const*>(each));
            if (node const* const target = by_block.find(address)) {
                causes_.push_back({n, *target, via::edge, nullptr, nullptr, -1, -1, 0});
            }
        }
    }
    precise_ = causes_.size();
}

node graph::add_standard(control_block const& found) {
    nodes_.push_back({.kind = found_kind::standard,
                      .control = static_cast<std::uint32_t>(controls_.size()),
                      .place = reinterpret_cast<void const*>(found.begin)});
    controls_.push_back(found);
    return static_cast<node>(nodes_.size() - 1);
}

found_place graph::describe(node n) const noexcept {
    graph_node const& what = nodes_[n];
    found_place place{what.kind, what.id, what.place, nullptr, 0, nullptr};
    if (what.kind == found_kind::handle) {
        place.handle = what.id;
        place.handle_place = what.place;
        return place;
    }
    place.type = what.object != nullptr ? what.object->type : control_of(n).type;
    // The oldest one, whatever the order of addresses.
    for (node h = what.first_handle; h != no_node; h = nodes_[h].first_handle) {
        if (place.handle == 0 || nodes_[h].id < place.handle) {
            place.handle = nodes_[h].id;
            place.handle_place = nodes_[h].place;
        }
    }
    return place;
}

}  // namespace handrail::leak_check
