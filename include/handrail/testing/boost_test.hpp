// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A fixture for Boost.Test: the tests it is around fail on what leaks in them.
//
//     #include <handrail/testing/boost_test.hpp>
//     using handrail::testing::no_leaks;
//     BOOST_FIXTURE_TEST_SUITE(server, no_leaks)          // around each case of the suite; or
//     BOOST_TEST_GLOBAL_FIXTURE(no_leaks);                // around the whole program
//
// A leak is a finding that is certain or possible: a cleanup that holds its own resource, a handle
// that is still open at the end of the case, misuse of a handle. The report is part of the failure.
// What is meant to stay says so: handrail::leak_check::mark_intentional(handle, "why"). Findings
// that HANDRAIL_DEBUG=suppressions=FILE hides do not fail a test.
//
// Thread safety: findings of all threads are the case's that runs; run cases one after the other.

#pragma once

#include <handrail/leak_check.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace handrail::testing {

// The fixture: as this header's comment describes it.
class no_leaks {
public:
    // Effects: switches leak checking on, level handles, if it is off. HANDRAIL_DEBUG=leakcheck=2
    //   has the fixture look as far as level full.
    no_leaks() = default;

    // Effects: fails the test case if something leaked. Boost.Test calls it.
    void teardown() {
        leak_check::report const report = check_.finish();
        bool const leaked = std::any_of(
            report.findings.begin(), report.findings.end(),
            [](leak_check::finding const& f) { return f.grade != leak_check::grade::note; });
        if (leaked) {
            BOOST_ERROR(leak_check::to_text(report));
        }
    }

private:
    leak_check::scoped_check check_;
};

}  // namespace handrail::testing
