// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/owner_table.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>

using handrail::leak_check::owner_table;
using handrail::leak_check::resource_id;

namespace {

// Some of every kind: descriptors, small and absurdly large; resources of other domains.
std::initializer_list<resource_id> const kinds = {
    {"fd", 0},    {"fd", 7},           {"fd", 70'000},    {"mapping", 7},
    {"timer", 7}, {"mapping", 70'000}, {"fd", UINT64_MAX}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_resource_that_was_never_owned_has_no_owner) {
    owner_table const table;
    for (resource_id const each : kinds) {
        BOOST_TEST(table.owner(each) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(resources_of_different_domains_or_numbers_have_different_owners) {
    owner_table table;
    std::uint64_t next = 0;
    for (resource_id const each : kinds) {
        table.set_owner(each, ++next);
    }
    next = 0;
    for (resource_id const each : kinds) {
        BOOST_TEST(table.owner(each) == ++next);
    }
}

BOOST_AUTO_TEST_CASE(domains_are_compared_by_text) {
    std::string const descriptor = "fd", other = "mapping";
    owner_table table;
    table.set_owner({"fd", 7}, 1);
    table.set_owner({"mapping", 7}, 2);
    BOOST_TEST(table.owner({descriptor.c_str(), 7}) == 1U);
    BOOST_TEST(table.owner({other.c_str(), 7}) == 2U);
}

BOOST_AUTO_TEST_CASE(the_last_owner_set_is_the_owner) {
    owner_table table;
    for (resource_id const each : kinds) {
        table.set_owner(each, 1);
        table.set_owner(each, 2);
        BOOST_TEST(table.owner(each) == 2U);
    }
}

BOOST_AUTO_TEST_CASE(forgetting_one_owner_keeps_the_others) {
    for (resource_id const forgotten : kinds) {
        owner_table table;
        for (resource_id const each : kinds) {
            table.set_owner(each, 1);
        }
        table.forget(forgotten);
        for (resource_id const each : kinds) {
            bool const same =
                each.native == forgotten.native && std::string(each.domain) == forgotten.domain;
            BOOST_TEST(table.owner(each) == (same ? 0U : 1U));
        }
    }
}

BOOST_AUTO_TEST_CASE(forgetting_an_owner_that_does_not_exist_does_nothing) {
    owner_table table;
    for (resource_id const each : kinds) {
        table.forget(each);
        BOOST_TEST(table.owner(each) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_cleared_table_has_no_owner) {
    owner_table table;
    for (resource_id const each : kinds) {
        table.set_owner(each, 1);
    }
    table.clear();
    for (resource_id const each : kinds) {
        BOOST_TEST(table.owner(each) == 0U);
    }
}
