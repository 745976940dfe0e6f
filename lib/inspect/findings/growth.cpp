// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/growth.hpp"

#include "lib/inspect/findings/order.hpp"
#include "lib/leak_check/report/rules.hpp"

#include <algorithm>

namespace handrail::inspect {

namespace written = leak_check::written;

former_counts::former_counts(written::report const& first) {
    for (written::finding const& each : first.findings) {
        counts_[each.fingerprint] += each.count;
    }
}

void former_counts::mark_growth(written::report& later, std::chrono::nanoseconds within) const {
    for (written::finding& each : later.findings) {
        auto const before = counts_.find(each.fingerprint);
        std::uint64_t const former = before != counts_.end() ? before->second : 0;
        if (each.count <= former) {
            continue;
        }
        each.grown_by = each.count - former;
        each.grown_within = within.count();
        if (each.id == leak_check::rules::held_from_a_root.id && each.count > 1) {
            each.grade = std::max(each.grade, leak_check::grade::possible);
        }
    }
    order(later.findings);
}

}  // namespace handrail::inspect
