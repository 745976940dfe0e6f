// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/events.hpp"

namespace handrail::leak_check {

handle_facts facts_of(guard_entry const& guard) {
    return {
        .id = guard.id,
        .kind = guard.kind,
        .native = guard.native,
        .has_number = guard.known && guard.numbered,
        .name{guard.name.data(), guard.name.size()},
        .where = guard.where,
        .since = guard.since,
        .frames{guard.frames.begin(), guard.frames.end()},
        .rival_kind = guard.rival_kind,
        .rival_where = guard.rival_where,
    };
}

bool same_cause(event_facts const& a, event_facts const& b) {
    return std::visit(
        [&]<class Facts>(Facts const& facts) {
            auto const* const other = std::get_if<Facts>(&b);
            return other != nullptr && facts.cause() == other->cause();
        },
        a);
}

}  // namespace handrail::leak_check
