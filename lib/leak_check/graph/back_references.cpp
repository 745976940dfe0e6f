// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/back_references.hpp"

namespace handrail::leak_check {

namespace {

raw_back_reference back_reference(graph const& g, registration_entry const& registration,
                                  reference_entry const& probed, node_id owner, node_id object) {
    return {.owner = g.describe(owner),
            .reference = probed.pointer ? reference::pointer : reference::weak,
            .to_owner = owner == object,
            .evidence = evidence_of(probed),
            .type = probed.pointer ? g.describe(object).type : probed.type,
            .location = registration.where,
            .offset = probed.offset};
}

}  // namespace

void find_back_references(graph const& g, entry_id since, raw_findings& found) {
    for (registration_entry const* each : g.registrations()) {
        if (each->id < since || each->references.empty()) {
            continue;
        }
        node_id const owner = g.node_of(each->owner);
        node_id const object = owner != no_node ? g.object_around(owner) : no_node;
        for (reference_entry const& probed : each->references) {
            if (object != no_node && !probed.strong && g.target_of(*each, probed) == object) {
                found.back_references.push_back(back_reference(g, *each, probed, owner, object));
            }
        }
    }
}

}  // namespace handrail::leak_check
