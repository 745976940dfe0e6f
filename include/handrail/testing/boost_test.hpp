// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A fixture for Boost.Test whose tests fail if they leak.
//
//     #include <handrail/testing/boost_test.hpp>
//     using handrail::testing::no_leaks;
//     BOOST_FIXTURE_TEST_SUITE(server, no_leaks)          // around each case of the suite; or
//     BOOST_TEST_GLOBAL_FIXTURE(no_leaks);                // around the whole program
//
// A leak is a certain or possible finding: a cleanup that holds its own resource, a handle that is
// still open at the end of the case, misuse of a handle. The message of the failure is the report.
// A handle that stays open intentionally is marked: handrail::leak_check::mark_intentional(handle,
// "why"). Findings that HANDRAIL_DEBUG=suppressions=FILE hides do not fail a test. A check that is
// inconclusive does: the test would else pass although nothing was checked.
//
// Thread safety: findings of all threads belong to the case that runs; run one case at a time.

#pragma once

#include <handrail/leak_check.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace handrail::testing {

// The fixture: as this header's comment describes it.
class no_leaks {
public:
    // Effects: sets level handles if the leak check is off. HANDRAIL_DEBUG=leakcheck=2 makes the
    //   fixture check at level full.
    no_leaks() = default;

    // Effects: fails the test case if it leaked, or if the check was inconclusive. Called by
    //   Boost.Test.
    void teardown() {
        leak_check::report const report = check_.finish();
        bool const leaked =
            report.inconclusive || std::any_of(report.findings.begin(), report.findings.end(),
                                               [](leak_check::finding const& f) {
                                                   return f.grade != leak_check::grade::note;
                                               });
        if (leaked) {
            BOOST_ERROR(leak_check::to_text(report));
        }
    }

private:
    leak_check::scoped_check check_;
};

}  // namespace handrail::testing
