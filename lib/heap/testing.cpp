// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/testing.hpp>

#include "lib/heap/ends.hpp"
#include "lib/heap/pass.hpp"
#include "lib/heap/verifier.hpp"

#include <optional>

namespace handrail::testing {

struct stepwise_pass::state {
    explicit state(detail::heap_state& which) : heap(which) {}

    detail::heap_state& heap;
    std::optional<detail::pass_lock> pass{std::in_place};
    detail::snapshot seen{*pass};
    std::optional<detail::suspects> all;
    std::uint32_t component = detail::snapshot::none;
};

void verify_passes(bool on) noexcept { detail::set_verifying(on); }

stepwise_pass::stepwise_pass(heap& which) : state_(std::make_unique<state>(which.state())) {}
stepwise_pass::~stepwise_pass() = default;

void stepwise_pass::list() { state_->seen.list(state_->heap); }
void stepwise_pass::read_edges() { state_->seen.read_edges(); }
void stepwise_pass::mark() {
    state_->seen.mark();
    state_->all.emplace(state_->seen);
}

bool stepwise_pass::freeze() {
    state_->component = state_->all->next_component();
    if (state_->component == detail::snapshot::none) {
        return false;
    }
    state_->all->freeze(state_->component);
    return true;
}
void stepwise_pass::commit() { state_->all->commit(state_->component); }

collect_result stepwise_pass::finish() {
    while (freeze()) {
        commit();
    }
    detail::decision made = detail::take_decision(*state_->pass, state_->seen, *state_->all);
    state_->pass.reset();
    detail::end_garbage(made.found);
    return made.figures;
}

}  // namespace handrail::testing
