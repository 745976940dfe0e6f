// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/growth.hpp"

#include "lib/leak_check/report/rules.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace {

using namespace handrail::inspect;
using namespace std::chrono_literals;
using handrail::leak_check::grade;
namespace rules = handrail::leak_check::rules;
namespace written = handrail::leak_check::written;

written::finding found(handrail::leak_check::rule const& which, std::string const& fingerprint,
                       std::uint64_t count) {
    return {.id = std::string(which.id),
            .grade = which.weaker,
            .fingerprint = fingerprint,
            .count = count};
}

written::report compared(written::report const& first, written::report second) {
    former_counts(first).mark_growth(second, 3s);
    return second;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_cause_that_was_found_more_often_says_by_how_much) {
    auto const later = compared({.findings = {found(rules::held_nowhere, "a", 2)}},
                                {.findings = {found(rules::held_nowhere, "a", 5)}});
    BOOST_TEST(later.findings[0].grown_by == 3U);
    BOOST_TEST(later.findings[0].grown_within == 3'000'000'000);
}

BOOST_AUTO_TEST_CASE(a_cause_that_was_found_as_often_or_less_says_nothing) {
    for (std::uint64_t const count : {5U, 4U}) {
        auto const later = compared({.findings = {found(rules::held_from_a_root, "a", 5)}},
                                    {.findings = {found(rules::held_from_a_root, "a", count)}});
        BOOST_TEST(later.findings[0].grown_by == 0U);
        BOOST_TEST((later.findings[0].grade == grade::note));
    }
}

BOOST_AUTO_TEST_CASE(what_a_variable_holds_is_possible_when_it_grows) {
    auto const later = compared({.findings = {found(rules::held_from_a_root, "a", 2)}},
                                {.findings = {found(rules::held_from_a_root, "b", 1),
                                              found(rules::held_from_a_root, "a", 3)}});
    BOOST_TEST(later.findings[0].fingerprint == "a");  // the most certain first
    BOOST_TEST((later.findings[0].grade == grade::possible));
    BOOST_TEST(later.findings[1].grown_by == 1U);
    BOOST_TEST((later.findings[1].grade == grade::note));  // a single one
}

BOOST_AUTO_TEST_CASE(a_pending_operation_stays_a_note_when_it_grows) {
    auto const later =
        compared({}, {.findings = {found(rules::held_by_a_pending_operation, "a", 3)}});
    BOOST_TEST(later.findings[0].grown_by == 3U);
    BOOST_TEST((later.findings[0].grade == grade::note));
}
