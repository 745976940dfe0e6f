// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The main of every test program, and the check that the program leaves no descriptor behind.

#define BOOST_TEST_MODULE handrail
#include <boost/test/unit_test.hpp>

#include "tests/support/descriptors.hpp"

using handrail_test::descriptors_stay_the_same;

BOOST_TEST_GLOBAL_FIXTURE(descriptors_stay_the_same);
