// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Leaks a descriptor, which the fixture of the test case and that of the program must both report.

#include "tests/support/descriptors.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

BOOST_FIXTURE_TEST_CASE(leaks, handrail_test::descriptors_stay_the_same) {
    BOOST_TEST_REQUIRE(::open("/dev/null", O_RDONLY | O_CLOEXEC) != -1);
}
