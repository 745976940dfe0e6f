// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a cycle of objects of std::shared_ptr began with the one whose block had the lowest address.
// So the fingerprint of one cause differed from run to run, and two leaks of it were two findings.
// Correct: it begins with the least of its types.

#include "tests/unit/leak_check/full_level.hpp"

#include <algorithm>
#include <memory>

using namespace handrail_test;
namespace leak_check = handrail::leak_check;

namespace {

struct second;
struct first {
    handrail::file socket = open_null();
    std::shared_ptr<second> other;
};
struct second {
    handrail::file socket = open_null();
    std::shared_ptr<first> other;
};

// Two objects that refer to each other.
struct pair {
    std::shared_ptr<first> one;
    std::shared_ptr<second> two;

    void tie() const {
        one->other = two;
        two->other = one;
    }
    void untie() const { one->other.reset(); }
};

}  // namespace

// The blocks of one size have addresses in the order of their allocation, or in the other one.
BOOST_FIXTURE_TEST_CASE(cycles_whose_objects_lie_in_another_order_are_one_finding, at_full) {
    pair a{std::make_shared<first>(), {}};
    a.two = std::make_shared<second>();
    pair b{{}, std::make_shared<second>()};
    b.one = std::make_shared<first>();
    a.tie();
    b.tie();
    auto const report = complete_check();
    a.untie();
    b.untie();
    auto const found = std::count_if(report.findings.begin(), report.findings.end(),
                                     [](auto const& f) { return f.id == "HR005"; });
    BOOST_TEST(found == 1, text_of(report));
    BOOST_TEST(report.findings[0].count == 2U);
}
