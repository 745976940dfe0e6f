// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The main of every test program, and the check that the program leaves no descriptor behind.

#define BOOST_TEST_MODULE handrail
#include <boost/test/unit_test.hpp>

#include "tests/support/descriptors.hpp"

namespace {

// What is open after all test cases must be what was open before the first.
struct descriptors_stay_the_same {
    handrail_test::descriptor_set before;

    void setup() { before = handrail_test::open_descriptors(); }
    void teardown() { BOOST_TEST(handrail_test::difference(before, handrail_test::open_descriptors()) == ""); }
};

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(descriptors_stay_the_same);
