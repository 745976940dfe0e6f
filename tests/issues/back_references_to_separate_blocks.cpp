// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: an object owned a handle that had a heap block to itself, and a cleanup of the handle had a
// pointer or a weak reference to the object as an argument. At level full nothing was reported: the
// search for such references ran before the scan had found in which object the handle lies, and the
// scan left out what a probe had seen.
// Correct: HR003 or HR004, as for a handle that is a member.

#include "tests/unit/leak_check/full_level.hpp"

#include <memory>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::leak_check::grade;

namespace {

struct session {
    std::unique_ptr<handrail::file> log = std::make_unique<handrail::file>(open_null());
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(back_references_to_separate_blocks, at_full)

BOOST_AUTO_TEST_CASE(a_pointer_to_the_object, *boost::unit_test::enable_if<has_block_map>()) {
    auto const owner = handrail::make<session>();
    auto token = add_cleanup(*owner->log, [](session*) {}, owner.get());
    expect(complete_check(), "HR003", grade::possible, "file");
    BOOST_TEST(token.stop());
}

BOOST_AUTO_TEST_CASE(a_weak_reference_to_the_object,
                     *boost::unit_test::enable_if<has_block_map>()) {
    auto const owner = handrail::make<session>();
    auto token = add_cleanup(
        *owner->log, [](handrail::weak<session> const&) {}, handrail::weak<session>(owner));
    auto const found = only(complete_check());
    BOOST_TEST(found.id == "HR004");
    BOOST_TEST(token.stop());
}

// The same where no block map is needed.
BOOST_AUTO_TEST_CASE(a_pointer_to_the_object_around_a_member) {
    struct job {
        int number = 0;
        handrail::file log = open_null();
    };
    auto const owner = handrail::make<job>();
    auto token = add_cleanup(owner->log, [](job const*) {}, owner.get());
    expect(complete_check(), "HR003", grade::possible, "file");
    BOOST_TEST(token.stop());
}

BOOST_AUTO_TEST_SUITE_END()
