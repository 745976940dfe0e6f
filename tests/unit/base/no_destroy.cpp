// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/base/no_destroy.hpp"

#include <boost/test/unit_test.hpp>

#include <type_traits>

using handrail::detail::no_destroy;

namespace {

struct counted {
    int* destroyed;
    constexpr explicit counted(int* counter) : destroyed(counter) {}
    ~counted() { ++*destroyed; }
};

int destroyed = 0;
constinit no_destroy<counted> made_by_the_compiler(&destroyed);

static_assert(sizeof(no_destroy<counted>) == sizeof(counted));
static_assert(!std::is_copy_constructible_v<no_destroy<int>>);
static_assert(std::is_nothrow_constructible_v<no_destroy<int>, int>);
static_assert(!std::is_constructible_v<no_destroy<counted>>);

}  // namespace

BOOST_AUTO_TEST_SUITE(base_no_destroy)

BOOST_AUTO_TEST_CASE(the_destructor_is_not_called) {
    {
        no_destroy<counted> local(&destroyed);
        BOOST_TEST(local->destroyed == &destroyed);
    }
    BOOST_TEST(destroyed == 0);
}

BOOST_AUTO_TEST_CASE(the_value_can_be_used) {
    BOOST_TEST((*made_by_the_compiler).destroyed == &destroyed);
}

BOOST_AUTO_TEST_SUITE_END()
