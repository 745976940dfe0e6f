// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/testing.hpp>

#include "lib/heap/destroy_queue.hpp"
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
    std::uint32_t component = detail::snapshot::none;  // frozen, not committed

    bool freeze_next() noexcept {
        component = all->next_component();
        if (component == detail::snapshot::none) {
            return false;
        }
        all->freeze(component);
        return true;
    }
    void commit() noexcept {
        all->commit(component);
        component = detail::snapshot::none;
    }
    void spare_rest() noexcept {
        do {
            if (component != detail::snapshot::none) {
                all->spare(component);
            }
            component = all->next_component();
        } while (component != detail::snapshot::none);
    }
    collect_result end() noexcept {
        detail::decision const made = detail::take_decision(*pass, seen, *all);
        pass.reset();
        detail::end_garbage(made.found);
        return made.figures;
    }
};

void verify_passes(bool on) noexcept { detail::set_verifying(on); }

stepwise_pass::stepwise_pass(heap& which) : state_(std::make_unique<state>(which.state())) {}
stepwise_pass::~stepwise_pass() {
    if (state_->pass && state_->all) {
        state_->spare_rest();
        state_->end();
    }
}

void stepwise_pass::list() { state_->seen.list(state_->heap); }
void stepwise_pass::read_edges() { state_->seen.read_edges(); }
void stepwise_pass::mark() {
    state_->seen.mark();
    state_->all.emplace(state_->seen);
}

bool stepwise_pass::freeze() { return state_->freeze_next(); }
void stepwise_pass::commit() { state_->commit(); }

collect_result stepwise_pass::finish() {
    while (state_->freeze_next()) {
        state_->commit();
    }
    return state_->end();
}

}  // namespace handrail::testing
