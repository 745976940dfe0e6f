// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a certain finding and a possible one of the same line became one, with the grade of the one
// that had leaked already. So another leak made the exit status 0 again.

#include "tests/unit/leak_check/full_level.hpp"

#include <handrail/cleanup.hpp>

#include <algorithm>
#include <memory>
#include <utility>

using namespace handrail_test;
namespace leak_check = handrail::leak_check;

namespace {

struct session {
    handrail::file socket = open_null();
};

// Probes see the first reference, the scan the second.
struct held {
    handrail::shared<session> direct;
    std::unique_ptr<handrail::shared<session>> hidden;
};

handrail::cleanup keep_alive(handrail::shared<session> const& owner, held by) {
    return add_cleanup(owner, handrail::capturing(handrail::move_only([all = std::move(by)] {})));
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_possible_leak_does_not_hide_a_certain_one, at_full) {
    auto const certain = handrail::make<session>();
    auto one = keep_alive(certain, {certain, nullptr});
    auto possible = handrail::make<session>();
    auto other =
        keep_alive(possible, {nullptr, std::make_unique<handrail::shared<session>>(possible)});
    possible.reset();
    auto const report = complete_check();
    auto const number_of = [&](leak_check::grade wanted) {
        return std::count_if(report.findings.begin(), report.findings.end(),
                             [&](auto const& f) { return f.id == "HR001" && f.grade == wanted; });
    };
    BOOST_TEST(number_of(leak_check::grade::certain) == 1, text_of(report));
    BOOST_TEST(number_of(leak_check::grade::possible) == 1, text_of(report));
    BOOST_TEST(one.stop());
    BOOST_TEST(other.stop());
}
