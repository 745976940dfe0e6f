// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: with the leak check on, edges that lie inside a declared traced container, as those of an
// array do, were reported as edges that the class does not declare (HR005).
// Correct: what lies inside a declared container is declared. An edge beside it is reported.

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <array>

namespace leak_check = handrail::leak_check;

namespace {

struct pair_of_children {
    handrail::traced<std::array<handrail::edge<pair_of_children>, 2>> children;
    using managed_edges = handrail::edges<&pair_of_children::children>;
};

struct with_forgotten_edge {
    handrail::edge<pair_of_children> forgotten;
    handrail::traced<std::array<handrail::edge<pair_of_children>, 2>> children;
    using managed_edges = handrail::edges<&with_forgotten_edge::children>;
};

template <class T>
std::size_t findings_about() {
    leak_check::set_level(leak_check::level::handles);
    auto const made = handrail::make<T>();
    std::size_t const findings = leak_check::check_now().findings.size();
    leak_check::set_level(leak_check::level::off);
    return findings;
}

}  // namespace

BOOST_AUTO_TEST_CASE(edges_of_a_declared_array_are_declared) {
    BOOST_TEST(findings_about<pair_of_children>() == 0U);
}

BOOST_AUTO_TEST_CASE(an_edge_before_a_declared_array_is_not) {
    BOOST_TEST(findings_about<with_forgotten_edge>() == 1U);
}
