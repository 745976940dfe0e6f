// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/judge.hpp"
#include "lib/inspect/findings/lost_owner.hpp"
#include "lib/inspect/findings/mentions.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace handrail::inspect {

namespace {

namespace rules = leak_check::rules;

class judging {
public:
    judging(recognition const& look, ownership const& owners, bool all)
        : look_(look), owners_(owners), all_(all) {
        for (descriptor_holder const& each : look.holders) {
            add_holder(each);
        }
    }

    std::vector<verdict> finish() {
        for (descriptor const& each : look_.program.descriptors()) {
            add(each);
        }
        add_unheld();
        for (node_id const each : owners_.unreached_rings()) {
            if (!reported_.contains(owners_.ring_group_of(each))) {
                add_ring(verdict{.holder = each});
            }
        }
        return std::move(verdicts_);
    }

private:
    static int number_of(verdict const& v) { return v.what != nullptr ? v.what->number : -1; }

    // If several places hold a number, the best reachable one is taken for the owner, and the
    // finding is not certain.
    void add_holder(descriptor_holder const& found) {
        auto const [known, fresh] = holders_.try_emplace(found.number, found);
        if (fresh || known->second.at == found.at) {
            return;
        }
        ambiguous_.insert(found.number);
        if (found.at == no_node || (known->second.at != no_node &&
                                    owners_.reach(found.at) > owners_.reach(known->second.at))) {
            known->second = found;
        }
    }

    void add(descriptor const& what) {
        auto const holder = holders_.find(what.number);
        if (holder == holders_.end()) {
            if (!is_inherited(what)) {
                unheld_.emplace(what.number, &what);
            }
            return;
        }
        verdict v{.what = &what, .holder = holder->second.at, .offset = holder->second.offset};
        if (v.holder == no_node) {
            return;  // a local variable
        }
        switch (owners_.reach(v.holder)) {
            case reach::none: add_ring(std::move(v)); break;
            case reach::stack: add_held(std::move(v), rules::held_from_a_root, all_); break;
            case reach::held: add_held(std::move(v), rules::held_from_a_root, true); break;
            case reach::pending:
                add_held(std::move(v), rules::held_by_a_pending_operation, all_);
                break;
        }
    }

    // Numbers that the program was started with have no owner in it.
    bool is_inherited(descriptor const& what) const {
        return what.number <= 2 || (look_.program.knows_births() && !what.born);
    }

    void add_unheld() {
        std::unordered_set<int> numbers;
        for (auto const& [number, what] : unheld_) {
            numbers.insert(number);
        }
        std::unordered_set<int> const elsewhere = mentioned(numbers, look_, owners_);
        for (auto const& [number, what] : unheld_) {
            if (!elsewhere.contains(number)) {
                verdicts_.push_back({.rule = &rules::held_nowhere, .what = what});
            }
        }
    }

    void add_held(verdict v, leak_check::rule const& which, bool wanted) {
        if (auto path = wanted ? owners_.from_root(v.holder) : std::nullopt) {
            v.rule = &which;
            v.root = path->from_root;
            v.to_holder = std::move(path->references);
            verdicts_.push_back(std::move(v));
        }
    }

    void add_ring(verdict v) {
        auto kept = ring_that_leads_to(look_, owners_, v.holder);
        if (!kept) {
            v.rule = &rules::held_nowhere;
            if (v.what != nullptr) {
                verdicts_.push_back(std::move(v));
            }
            return;
        }
        v.cycle = std::move(kept->ring);
        v.to_holder = std::move(kept->to_node);
        v.rule = waits_for_ever(v.cycle) ? &rules::wait_never_completes
                                         : &rules::objects_keep_each_other;
        count(v);
        if (v.what != nullptr || v.counted != 0) {
            verdicts_.push_back(std::move(v));
        }
    }

    // Operations that can complete are roots; one in a ring that no root leads to cannot.
    bool waits_for_ever(std::vector<std::size_t> const& cycle) const {
        return std::any_of(cycle.begin(), cycle.end(), [&](std::size_t each) {
            node_id const member = look_.graph.references[each].to;
            node_kind const kind = look_.graph.nodes[member].kind;
            return kind == node_kind::operation || kind == node_kind::coroutine ||
                   owners_.never_completes(member);
        });
    }

    void count(verdict& v) {
        v.proven = look_.program.problems().empty() && !ambiguous_.contains(number_of(v)) &&
                   owners_.is_proven(v.cycle);
        for (std::size_t const each : v.cycle) {
            node_id const member = look_.graph.references[each].to;
            reported_.insert(owners_.ring_group_of(member));
            bool const has_counts = look_.graph.nodes[member].kind == node_kind::control_block;
            if (auto const counts = has_counts ? owners_.counts_of(member) : std::nullopt) {
                v.counted += counts->counted;
                v.found += counts->found;
            }
        }
    }

    recognition const& look_;
    ownership const& owners_;
    bool all_;
    std::unordered_map<int, descriptor_holder> holders_;
    std::unordered_set<int> ambiguous_;  // numbers that several places have
    std::map<int, descriptor const*> unheld_;
    std::unordered_set<std::uint32_t> reported_;  // groups of rings
    std::vector<verdict> verdicts_;
};

}  // namespace

std::vector<verdict> judge(recognition const& look, ownership const& owners, bool all) {
    return judging(look, owners, all).finish();
}

}  // namespace handrail::inspect
