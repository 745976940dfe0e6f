// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the copy probe believed that a payload holds what its copy holds. A class whose copy
// constructor locks a weak reference was reported as HR001, certain.
// Correct: at level full this is possible only, since the scan does not find the reference.

#include "tests/unit/leak_check/full_level.hpp"

#include <algorithm>
#include <utility>

using namespace handrail_test;
using handrail::shared;
using handrail::weak;
using handrail::leak_check::grade;

namespace {

struct session {
    int number = 0;
    handrail::file socket = open_null();
};

struct locked_by_copies {
    weak<session> unowned;
    shared<session> locked;

    explicit locked_by_copies(weak<session> w) : unowned(std::move(w)) {}
    locked_by_copies(locked_by_copies&&) = default;
    locked_by_copies(locked_by_copies const& other)
        : unowned(other.unowned), locked(other.unowned.lock()) {}
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_reference_that_only_a_copy_holds_is_possible, at_full) {
    auto s = handrail::make<session>();
    auto token = add_cleanup(s, [](locked_by_copies const&) {}, locked_by_copies(weak<session>(s)));
    auto const report = complete_check();
    auto const found = std::find_if(report.findings.begin(), report.findings.end(),
                                    [](auto const& f) { return f.id == "HR001"; });
    BOOST_TEST_REQUIRE((found != report.findings.end()), text_of(report));
    BOOST_TEST((found->grade == grade::possible), text_of(report));
    BOOST_TEST(!found->leaked_now);
    weak<session> const watched = s;
    s.reset();
    BOOST_TEST(watched.expired());
}
