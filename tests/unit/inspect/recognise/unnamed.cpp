// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "tests/unit/inspect/looked_at.hpp"

#include <string>

namespace {

using namespace handrail::inspect;

struct looked_at : handrail_test::looked_at {
    looked_at() : handrail_test::looked_at("unnamed") {}

    // The references that lead to the item from elsewhere.
    std::vector<reference> to(std::string const& name) const {
        std::vector<reference> found;
        for (std::uint32_t const each : owners->references_to(node_of(name))) {
            reference const& r = graph->references[each];
            if (r.from != r.to && r.target_offset == 0) {
                found.push_back(r);
            }
        }
        return found;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(containers_account_for_the_counts_of_elements_without_debug_information,
                        looked_at) {
    BOOST_TEST_REQUIRE(items.size() == 124U);
    for (auto const& [name, at] : items) {
        if (name == "forged") {
            continue;
        }
        auto const counts = owners->counts_of(node_of(name));
        BOOST_TEST_REQUIRE(counts.has_value(), name << " is not counted");
        BOOST_TEST(counts->counted == 1U, name << " has count " << counts->counted);
        BOOST_TEST(counts->accounted(), name << " is not accounted for");
    }
}

BOOST_FIXTURE_TEST_CASE(elements_are_reached_by_strong_references_alone, looked_at) {
    for (std::string const name : {"any_0", "one_bucket_0", "many_buckets_7", "map_7", "deque_7"}) {
        auto const way = owners->from_root(node_of(name));
        BOOST_TEST_REQUIRE(way.has_value(), name);
        // The first words are a variable, and a unique_ptr that is not known to be one.
        for (std::size_t i = 1; i != way->references.size(); ++i) {
            bool const is_strong =
                graph->references[way->references[i]].strength == strength::strong;
            BOOST_TEST(is_strong, name << ", step " << i);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_container_whose_size_is_wrong_is_none, looked_at) {
    std::vector<reference> const found = to("forged");
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST((found.front().strength == strength::unknown));
    BOOST_TEST((graph->nodes[node_of("forged")].kind == node_kind::unknown));
}

BOOST_FIXTURE_TEST_CASE(an_object_that_holds_itself_is_a_proven_ring_without_debug_information,
                        looked_at) {
    auto const ring = owners->ring_through(node_of("worker"));
    BOOST_TEST_REQUIRE(ring.size() == 1U);
    BOOST_TEST(owners->is_proven(ring));
}
