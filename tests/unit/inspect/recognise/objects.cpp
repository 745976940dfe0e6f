// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "tests/unit/inspect/looked_at.hpp"

#include <string>

namespace {

using namespace handrail::inspect;

struct looked_at : handrail_test::looked_at {
    looked_at() : handrail_test::looked_at("objects") {}

    // Returns: the path of the last step to the item from static storage.
    std::string path_to(std::string const& name) const {
        auto const way = owners->from_root(node_of(name));
        BOOST_TEST_REQUIRE(way.has_value());
        BOOST_TEST_REQUIRE(!way->references.empty());
        reference const& last = graph->references[way->references.back()];
        return look->path_of(last.from, last.offset);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(every_kind_of_owner_accounts_for_the_count_of_what_it_owns, looked_at) {
    BOOST_TEST_REQUIRE(items.size() == 27U);
    for (auto const& [name, at] : items) {
        auto const counts = owners->counts_of(graph->node_around(at));
        BOOST_TEST_REQUIRE(counts.has_value(), name << " is not counted");
        BOOST_TEST(counts->counted == 1U, name << " has count " << counts->counted);
        BOOST_TEST(counts->found == 1U, name << " is referred to by " << counts->found);
        BOOST_TEST(counts->accounted(), name << " is not accounted for");
    }
}

BOOST_FIXTURE_TEST_CASE(everything_is_held_by_the_static_variable, looked_at) {
    for (auto const& [name, at] : items) {
        auto const way = owners->from_root(graph->node_around(at));
        BOOST_TEST_REQUIRE(way.has_value(), name << " is not reached");
        root const& from = graph->roots[*way->from_root];
        BOOST_TEST(graph->nodes[from.to].name == "shop::all", name);
    }
}

BOOST_FIXTURE_TEST_CASE(paths_have_the_names_of_members_and_positions, looked_at) {
    BOOST_TEST(path_to("shared") == "shared");
    BOOST_TEST(path_to("vector_second") == "[1]");
    BOOST_TEST(path_to("array_second") == "array[1]");
    BOOST_TEST(path_to("map_3") == "second");
    BOOST_TEST(path_to("function") == "[kept]");
    BOOST_TEST(path_to("unique") == "content");
    BOOST_TEST(path_to("optional") == "optional");
}
