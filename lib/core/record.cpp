// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What tokens do to a record. The claim decides; see record.hpp.

#include "lib/core/generations.hpp"
#include "lib/core/pending.hpp"
#include "lib/track/hooks.hpp"

#include <handrail/cleanup.hpp>

namespace handrail::detail {

namespace {

void note_end(record const& r) noexcept {
    if (tracking()) {
        track::record_ended(&r);
    }
}

}  // namespace

bool stop(record* registered) noexcept {
    if (registered == nullptr || is_inherited(*registered) || !registered->claim()) {
        return false;
    }
    note_end(*registered);
    registered->add_reference();  // an argument's destructor may drop the token and sweep the chain
    end_payload(*registered);
    registered->drop_reference();
    this_thread_state().stopped.add(1);
    return true;
}

bool run(record* registered) noexcept {
    if (registered == nullptr || is_inherited(*registered) || !registered->claim()) {
        return false;
    }
    note_end(*registered);
    thread_state& state = this_thread_state();
    state.queued.add(1);
    registered->add_reference();  // the one that run_claimed drops
    running_scope loop(state);
    run_claimed(*registered, state);
    return true;
}

bool pending(record const* registered) noexcept {
    return registered != nullptr && !is_inherited(*registered) && !registered->is_claimed();
}

}  // namespace handrail::detail
