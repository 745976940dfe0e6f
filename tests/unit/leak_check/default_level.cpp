// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A library configured with -Dleak_check=handles: this program has its own lib/startup.cpp,
// compiled for that level, which the linker takes instead of the library's.

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace leak_check = handrail::leak_check;

BOOST_AUTO_TEST_CASE(the_configured_level_is_set_when_main_starts) {
    BOOST_TEST_REQUIRE(std::getenv("HANDRAIL_DEBUG") == nullptr);
    BOOST_TEST((leak_check::current_level() == leak_check::level::handles));
    auto const file = handrail::file::open("/dev/null", handrail::file::read_only);
    BOOST_TEST(leak_check::live_handles().size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_program_overrides_the_configured_level) {
    leak_check::set_level(leak_check::level::off);
    BOOST_TEST((leak_check::current_level() == leak_check::level::off));
}
