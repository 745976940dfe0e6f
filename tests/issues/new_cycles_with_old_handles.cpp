// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a scoped check did not report a new cycle of objects of std::shared_ptr if a handle in one
// of them was older than the scope: it took that handle's age for the cycle's.
// Correct: a cycle is as old as the newest of its objects and handles.

#include "tests/unit/leak_check/full_level.hpp"

#include <algorithm>
#include <memory>
#include <utility>

using namespace handrail_test;
namespace leak_check = handrail::leak_check;

namespace {

struct session {
    handrail::file old = open_null();
    handrail::file fresh;
    std::shared_ptr<session> self;
};

struct observer {
    int number = 1;
};
// Holds no handle: of interest for what it keeps alive.
struct subscription {
    std::shared_ptr<subscription> self;
    handrail::shared<observer> to;
};
// Leads to a subscription, which is not found by itself under AddressSanitizer.
struct publisher {
    std::shared_ptr<subscription> first;
};

bool has_cycle(leak_check::report const& report) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [](auto const& f) { return f.id == "HR005"; });
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_new_cycle_that_has_taken_an_old_handle_is_reported, at_full) {
    handrail::file before = open_null();
    leak_check::scoped_check check;
    auto const one = std::make_shared<session>();
    one->old = std::move(before);
    one->fresh = open_null();
    one->self = one;
    auto const report = check.finish();
    one->self.reset();
    BOOST_TEST(has_cycle(report), text_of(report));
}

BOOST_FIXTURE_TEST_CASE(a_new_cycle_that_keeps_a_new_object_alive_is_reported, at_full) {
    auto const old = handrail::make<publisher>();
    leak_check::scoped_check check;
    auto const one = old->first = std::make_shared<subscription>();
    one->to = handrail::make<observer>();
    one->self = one;
    auto const report = check.finish();
    one->self.reset();
    BOOST_TEST(has_cycle(report), text_of(report));
}
