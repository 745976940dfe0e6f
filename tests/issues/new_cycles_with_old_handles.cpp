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
    BOOST_TEST(std::any_of(report.findings.begin(), report.findings.end(),
                           [](auto const& f) { return f.id == "HR005"; }),
               text_of(report));
}
