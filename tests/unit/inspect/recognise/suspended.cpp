// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/recognise/recognisers.hpp"

#include "tests/unit/inspect/looked_at.hpp"

#include <string>

namespace {

using namespace handrail::inspect;

struct looked_at : handrail_test::looked_at {
    looked_at() : handrail_test::looked_at("suspended") {}

    bool may_have_ended(std::string const& name) const {
        for (std::uint32_t const each : owners->references_to(node_of(name))) {
            reference const& r = graph->references[each];
            if (graph->nodes[r.from].kind == node_kind::coroutine) {
                return handrail::inspect::may_have_ended(*look, r);
            }
        }
        BOOST_FAIL("no coroutine refers to the " << name);
        return false;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_variable_of_a_suspended_coroutine_may_have_ended, looked_at) {
    BOOST_TEST(may_have_ended("variable"));
}

// Frames of clang do not say which variables are parameters.
#ifndef __clang__
BOOST_FIXTURE_TEST_CASE(a_parameter_of_a_suspended_coroutine_has_not_ended, looked_at) {
    BOOST_TEST(!may_have_ended("parameter"));
}
#endif
