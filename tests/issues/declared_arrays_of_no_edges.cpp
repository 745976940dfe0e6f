// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: an object whose class declares an array of no edges, and has no destructor, was freed and
// stayed in its heap. The next pass, or the next end of another object, wrote to freed memory.
// Correct: it leaves its heap as any object with edges.

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace {

template <std::size_t Children>
struct node {
    std::array<handrail::edge<node>, Children> children;
    using managed_edges = handrail::edges<&node::children>;
};
static_assert(std::is_trivially_destructible_v<node<0>>);

}  // namespace

BOOST_AUTO_TEST_CASE(a_leaf_ends_before_another_object) {
    handrail::heap graph;
    auto parent = graph.make<node<1>>();
    graph.make<node<0>>().reset();
    parent.reset();
    BOOST_TEST(graph.collect().examined == 0U);
}

BOOST_AUTO_TEST_CASE(a_leaf_ends_before_a_pass) {
    handrail::heap graph;
    graph.make<node<0>>().reset();
    BOOST_TEST(graph.collect().examined == 0U);
}
