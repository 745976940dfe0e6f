// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/testing.hpp>

#include "lib/heap/garbage.hpp"
#include "lib/heap/pass.hpp"
#include "lib/heap/verifier.hpp"

#include <optional>

namespace handrail::testing {

struct stepwise_pass::state {
    explicit state(detail::heap_state& collected) : heap(collected) {}

    detail::heap_state& heap;
    std::optional<detail::pass_lock> pass{std::in_place};
    detail::snapshot marked{*pass};
    std::optional<detail::suspects> undecided;
    std::uint32_t component = detail::snapshot::none;  // sealed and not committed

    bool seal_next() noexcept {
        component = undecided->next_component();
        if (component == detail::snapshot::none) {
            return false;
        }
        undecided->seal(component);
        return true;
    }
    void commit() noexcept {
        undecided->commit(component);
        component = detail::snapshot::none;
    }
    void revive_rest() noexcept {
        do {
            if (component != detail::snapshot::none) {
                undecided->revive_component(component);
            }
            component = undecided->next_component();
        } while (component != detail::snapshot::none);
    }
    collect_result end() noexcept {
        detail::decision const made = detail::complete_decision(*pass, marked, *undecided);
        pass.reset();
        detail::collecting_scope const scope;
        detail::end_garbage(made.found);
        return made.figures;
    }
};

void verify_passes(bool on) noexcept { detail::set_verifying(on); }

stepwise_pass::stepwise_pass(heap& collected)
    : state_(std::make_unique<state>(detail::heap_access::state_of(collected))) {}
stepwise_pass::~stepwise_pass() {
    if (state_->pass && state_->undecided) {
        state_->revive_rest();
        state_->end();
    }
}

void stepwise_pass::list() { state_->marked.list(state_->heap); }
void stepwise_pass::read_edges() { state_->marked.read_edges(); }
void stepwise_pass::mark() {
    state_->marked.mark();
    state_->undecided.emplace(state_->marked);
}

bool stepwise_pass::seal() { return state_->seal_next(); }
void stepwise_pass::commit() { state_->commit(); }

collect_result stepwise_pass::finish() {
    while (state_->seal_next()) {
        state_->commit();
    }
    return state_->end();
}

}  // namespace handrail::testing
