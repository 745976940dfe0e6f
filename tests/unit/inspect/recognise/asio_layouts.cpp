// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "tests/unit/inspect/looked_at.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace handrail::inspect;

struct looked_at : handrail_test::looked_at {
    looked_at() : handrail_test::looked_at("asio_layouts") {}

    bool has_holder(std::string const& socket) const {
        descriptor_holder const wanted{.number = 0, .at = node_of(socket)};
        auto const& all = look->holders;
        return std::find(all.begin(), all.end(), wanted) != all.end();
    }
    bool is_weak(std::string const& link) const {
        reference const* const found = graph->reference_at(items.at(link));
        return found != nullptr && found->strength == strength::weak;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_socket_is_recognised_whatever_mutex_its_state_has, looked_at) {
    for (std::string const name : {"slim", "wide"}) {
        BOOST_TEST((graph->nodes[node_of(name + "_state")].kind == node_kind::service), name);
        BOOST_TEST(has_holder(name + "_socket"), name);
    }
}

BOOST_FIXTURE_TEST_CASE(links_of_strands_are_weak_whatever_mutex_they_have, looked_at) {
    for (std::string const name : {"slim", "wide"}) {
        BOOST_TEST(is_weak(name + "_next"), name);
        BOOST_TEST(is_weak(name + "_previous"), name);
    }
}
