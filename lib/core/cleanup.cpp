// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What tokens do to a record: the claim decides (record.hpp). And deferral.

#include <handrail/cleanup.hpp>

#include "lib/core/generations.hpp"
#include "lib/core/run_loop.hpp"

#include <handrail/detail/track/observer.hpp>

namespace handrail {

namespace {

// Returns: whether the caller has won the right to run or drop the payload.
bool claim(detail::record* registered) noexcept {
    if (registered == nullptr || detail::is_inherited(*registered) || !registered->claim()) {
        return false;
    }
    if (detail::leak_check_on()) {
        detail::track::the_observer().cleanup_unregistered(registered);
    }
    return true;
}

}  // namespace

bool cleanup::stop() noexcept {
    detail::record* const registered = record_;
    if (!claim(registered)) {
        return false;
    }
    registered->add_reference();  // an argument's destructor may drop the token and sweep the chain
    detail::end_payload(*registered);
    registered->drop_reference();
    detail::this_thread_state().stopped.add(1);
    return true;
}

bool cleanup::run() noexcept {
    detail::record* const registered = record_;
    if (!claim(registered)) {
        return false;
    }
    detail::thread_state& state = detail::this_thread_state();
    state.queued.add(1);
    registered->add_reference();  // the one that run_claimed drops
    detail::running_scope loop(state);
    detail::run_claimed(*registered, state);
    return true;
}

bool cleanup::pending() const noexcept {
    return record_ != nullptr && !detail::is_inherited(*record_) && !record_->is_claimed();
}

self_capture::~self_capture() = default;

deferral::deferral() noexcept { ++detail::this_thread_state().deferrals; }

deferral::~deferral() {
    detail::thread_state& state = detail::this_thread_state();
    if (--state.deferrals == 0 && state.waiting != nullptr && !state.running) {
        detail::running_scope loop(state);
    }
}

}  // namespace handrail
