// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the fingerprint of a finding showed "+-1" for a step without an offset, such as that from an
// object to a handle inside it.
// Correct: such a step shows no offset.

#include "tests/unit/leak_check/leaks.hpp"

#include <memory>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::make;

namespace {

struct holder {
    int before = 0;
    std::shared_ptr<holder> self;
    handrail::file socket = open_null();
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_step_without_an_offset_shows_none_in_the_fingerprint, at_full) {
    auto const s = make<session>();
    auto token = add_cleanup(s->socket, capturing([s] { (void)s; }));
    auto const fingerprint = only(complete_check()).fingerprint;
    token.stop();
    BOOST_TEST(fingerprint.starts_with("HR001 offset_in_fingerprints.cpp:"));
    BOOST_TEST(fingerprint.ends_with(" handrail_test::session>handle"), fingerprint);
}

BOOST_FIXTURE_TEST_CASE(a_step_with_an_offset_shows_it_in_the_fingerprint, at_full) {
    auto const h = std::make_shared<holder>();
    h->self = h;
    auto const fingerprint = only(complete_check()).fingerprint;
    h->self.reset();
    BOOST_TEST(fingerprint ==
               "HR005 (anonymous namespace)::holder+8>(anonymous namespace)::holder");
}
