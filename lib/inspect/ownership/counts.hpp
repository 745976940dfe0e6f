// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Counts of objects, compared with the references that were found.

#pragma once

#include "lib/inspect/ownership/incoming.hpp"
#include "lib/inspect/recognise/recogniser.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace handrail::inspect {

// References to a counted object.
struct count_check {
    std::uint32_t counted = 0;
    std::uint32_t found = 0;  // in heap blocks and variables, known to be strong
    bool exact = true;  // every reference found is known to be strong or weak, and none is doubtful
    bool accounted() const noexcept { return exact && counted == found; }
};

class reference_counts {
public:
    // Effects: decides, for references to counted objects that may be strong or weak, which they
    //   are, if the counts leave only one answer.
    reference_counts(recognition& look, incoming_references const& incoming);

    std::optional<count_check> of(node_id at) const;

    // Returns: whether the reference keeps its target alive, as far as is known. A counted object
    //   is kept through its control block only.
    bool keeps(reference const& each) const;

    // Returns: whether all that keeps the node was found in the heap and in variables: its count is
    //   accounted for, or it has an owner.
    bool is_accounted(node_id at) const { return accounted_[at]; }

private:
    struct tally;
    tally tally_of(counted const& object) const;
    void decide(counted const& object);
    count_check check(counted const& object) const;
    bool has_owner(node_id at) const;

    recognition& look_;
    incoming_references const& incoming_;
    std::vector<std::uint32_t> counted_index_;  // of each node, in look.counts; UINT32_MAX: none
    std::vector<bool> has_root_;                // a word on a stack or of unknown use points to it
    std::vector<bool> accounted_;
};

}  // namespace handrail::inspect
