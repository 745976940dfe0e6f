// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A suite as a user of the library writes it: three lines make it fail on leaks. The first case
// must fail, unless suppressions hide what it leaks; the second must not.

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
    auto const meant = handrail::make<handrail::file>(open_null());
    handrail::leak_check::mark_intentional(meant, "stays open for the whole program");
    auto const token =
        handrail::add_cleanup(meant, handrail::capturing([meant] { meant->close(); }));
    handrail::file closed = open_null();
    BOOST_TEST(closed.is_open());
}

BOOST_AUTO_TEST_SUITE_END()
