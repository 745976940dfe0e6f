// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/ownership/counts.hpp"

#include "lib/inspect/recognise/recognisers.hpp"

#include <algorithm>
#include <cstdint>

namespace handrail::inspect {

namespace {

constexpr std::uint32_t not_counted = UINT32_MAX;

// A counted reference points to the beginning of the control block. One that points further in
// points to the object, and stands beside a counted one.
bool is_counting(reference const& each) { return each.target_offset == 0; }

}  // namespace

struct reference_counts::tally {
    std::uint32_t strong = 0;
    std::uint32_t weak = 0;
    std::uint32_t unknown = 0;
    bool doubtful = false;  // among the strong ones are variables of a coroutine, perhaps ended
    // The coroutine that has all the unknown ones, if one has. Frames of clang have words left over
    // from moves: whichever of its words counts, the same frame keeps the object.
    node_id frame = no_node;

    void add_unknown(object_graph const& graph, reference const& each) {
        bool const is_first = unknown == 0;
        ++unknown;
        if (is_first && graph.nodes[each.from].kind == node_kind::coroutine) {
            frame = each.from;
        } else if (frame != each.from) {
            frame = no_node;
        }
    }
};

reference_counts::reference_counts(recognition& look, incoming_references const& incoming)
    : look_(look),
      incoming_(incoming),
      counted_index_(look.graph.nodes.size(), not_counted),
      has_root_(look.graph.nodes.size(), false),
      accounted_(look.graph.nodes.size(), false) {
    for (std::uint32_t i = 0; i != look.counts.size(); ++i) {
        counted_index_[look.counts[i].control] = i;
        if (look.counts[i].object != no_node) {
            counted_index_[look.counts[i].object] = i;
        }
    }
    for (root const& each : look.graph.roots) {
        if (each.target_offset == 0) {
            has_root_[each.to] = true;
        }
    }
    for (counted const& each : look.counts) {
        decide(each);
    }
    for (node_id at = 0; at != look.graph.nodes.size(); ++at) {
        auto const counts = of(at);
        accounted_[at] = counts ? counts->accounted() : has_owner(at);
    }
}

reference_counts::tally reference_counts::tally_of(counted const& object) const {
    tally found;
    for (std::uint32_t const index : incoming_.to(object.control)) {
        reference const& each = look_.graph.references[index];
        if (!is_counting(each)) {
            continue;
        }
        switch (each.strength) {
            case strength::strong:
                ++found.strong;
                found.doubtful = found.doubtful || may_have_ended(look_, each);
                break;
            case strength::weak: ++found.weak; break;
            case strength::unknown: found.add_unknown(look_.graph, each); break;
            case strength::raw: break;
        }
    }
    return found;
}

void reference_counts::decide(counted const& object) {
    tally const found = tally_of(object);
    if (found.unknown == 0 || found.doubtful) {
        return;
    }
    std::uint32_t missing = object.strong - std::min(object.strong, found.strong);
    bool const keepers_are_known =
        missing == found.unknown || (missing < found.unknown && found.frame != no_node);
    if (missing != 0 && (object.weak != found.weak || !keepers_are_known)) {
        return;
    }
    for (std::uint32_t const index : incoming_.to(object.control)) {
        reference& each = look_.graph.references[index];
        if (is_counting(each) && each.strength == strength::unknown) {
            look_.set_strength(each, missing != 0 ? strength::strong : strength::weak);
            missing -= missing != 0 ? 1 : 0;
        }
    }
}

count_check reference_counts::check(counted const& object) const {
    tally const found = tally_of(object);
    bool const is_sure = !found.doubtful || !has_root_[object.control];
    return {object.strong, found.strong, found.unknown == 0 && is_sure};
}

std::optional<count_check> reference_counts::of(node_id at) const {
    std::uint32_t const index = counted_index_[at];
    return index == not_counted ? std::nullopt : std::optional(check(look_.counts[index]));
}

bool reference_counts::keeps(reference const& each) const {
    if (each.strength == strength::weak || each.strength == strength::raw) {
        return false;
    }
    std::uint32_t const index = counted_index_[each.to];
    if (index == not_counted) {
        return each.from != each.to || each.strength == strength::strong;
    }
    counted const& object = look_.counts[index];
    if (each.to == object.control) {
        return is_counting(each);
    }
    return each.from == object.control;
}

bool reference_counts::has_owner(node_id at) const {
    auto const all = incoming_.to(at);
    return std::any_of(all.begin(), all.end(), [&](std::uint32_t index) {
        reference const& each = look_.graph.references[index];
        return each.strength == strength::strong && each.from != at;
    });
}

}  // namespace handrail::inspect
