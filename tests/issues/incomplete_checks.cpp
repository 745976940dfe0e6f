// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: if the frozen copy of a check crashed or was too slow, the report said 0 handles and 0
// cleanups. If a container of edges was locked for writing when the copy was made, its edges were
// not read, and the report said that it was complete.
// Correct: the report says that the check was not completed and why, with the true counts; or that
// edges were not read.

#include "tests/unit/leak_check/halted_check.hpp"
#include "tests/unit/leak_check/leaks.hpp"

#include <csignal>
#include <string>
#include <vector>

using namespace handrail_test;
using handrail::edge;
using handrail::edges;
using handrail::make;
using handrail::traced;
namespace leak_check = handrail::leak_check;

namespace {

struct room {
    traced<std::vector<edge<room>>> doors;
    using managed_edges = edges<&room::doors>;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_check_whose_copy_dies_says_so_and_counts_handles_and_cleanups, at_full) {
    leak const one;
    gate deadly;
    auto const object = behind(deadly);
    deadly.in_copy = [] { std::raise(SIGKILL); };
    auto const report = leak_check::check_now();
    BOOST_TEST(!report.complete);
    BOOST_TEST(report.missing.find("the check was not completed") == 0U, report.missing);
    BOOST_TEST(report.missing.find("ended early") != std::string::npos, report.missing);
    BOOST_TEST(report.handles == 1U);
    BOOST_TEST(report.cleanups == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_check_that_cannot_read_a_locked_container_is_not_complete, at_full) {
    auto const entrance = make<room>();
    {
        auto const locked = entrance->doors.write();
        auto const report = leak_check::check_now();
        BOOST_TEST(!report.complete);
        BOOST_TEST(report.missing.find("edges of 1 managed object") == 0U, report.missing);
    }
    complete_check();
}

BOOST_FIXTURE_TEST_CASE(a_container_that_is_locked_for_reading_is_read, at_full) {
    auto const entrance = make<room>();
    auto const locked = entrance->doors.read();
    complete_check();
}
