// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A test suite as users of the library write it, with three lines that make it fail on leaks. Its
// first case must fail, unless the leak is suppressed; the second case must not.

#define BOOST_TEST_MODULE server
#include <boost/test/unit_test.hpp>

#include <handrail/testing/boost_test.hpp>

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/shared.hpp>

using handrail::testing::no_leaks;
BOOST_FIXTURE_TEST_SUITE(suite, no_leaks)

namespace {
handrail::file open_null() { return handrail::file::open("/dev/null", handrail::file::read_only); }
}  // namespace

BOOST_AUTO_TEST_CASE(leaks) {
    auto const held = handrail::make<handrail::file>(open_null());
    handrail::add_cleanup(held, handrail::capturing([held] { held->close(); }));
}

BOOST_AUTO_TEST_CASE(does_not_leak) {
    auto const intended = handrail::make<handrail::file>(open_null());
    handrail::leak_check::mark_intentional(intended, "stays open for the whole program");
    auto const token =
        handrail::add_cleanup(intended, handrail::capturing([intended] { intended->close(); }));
    handrail::file closed = open_null();
    BOOST_TEST(closed.is_open());
}

BOOST_AUTO_TEST_SUITE_END()
