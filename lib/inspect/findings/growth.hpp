// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What has grown between two looks at one process.
//
//     former_counts const before(first_report);
//     … some time later
//     before.mark_growth(second_report, 30s);
//
// Causes are the same if their fingerprints are equal: these have no addresses and no numbers.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace handrail::inspect {

class former_counts {
public:
    explicit former_counts(leak_check::written::report const&);

    // Effects: each finding that was found more often than before says so. One that a variable
    //   holds becomes possible if it has several resources: a single one, such as a log file that
    //   was opened meanwhile, is no container that grows.
    void mark_growth(leak_check::written::report& later, std::chrono::nanoseconds within) const;

private:
    std::unordered_map<std::string, std::uint64_t> counts_;  // by fingerprint
};

}  // namespace handrail::inspect
