// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edge as a reference: what it owns and releases, and how a class declares its edges.

#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <unordered_set>
#include <utility>

using namespace heap_test;

namespace {

struct base_node : counted_node {
    edge<base_node> up;
    virtual ~base_node() = default;
    using managed_edges = edges<&base_node::up>;
};
struct derived_node : base_node {
    edge<base_node> down;
    using managed_edges = edges<&derived_node::down>::with<base_node>;
};
struct plain_heir : base_node {
    using managed_edges = edges<>::with<base_node>;
};

// Its edges are private members, which its own list names.
class secretive : counted_node {
public:
    void tie(shared<secretive> const& to) { next_ = to; }

private:
    edge<secretive> next_;

public:
    using managed_edges = edges<&secretive::next_>;
};

// A member whose class has a list, and an array.
struct part {
    edge<struct composite> back;
    using managed_edges = edges<&part::back>;
};
struct composite : counted_node {
    part inner;
    std::array<edge<composite>, 3> many;
    std::array<part, 2> parts;
    using managed_edges = edges<&composite::inner, &composite::many, &composite::parts>;
};

struct sets : counted_node {
    traced<std::set<edge<sets>>> ordered;
    traced<std::unordered_set<edge<sets>>> hashed;
    traced<std::vector<std::pair<int, std::optional<edge<sets>>>>> nested;
    traced<std::vector<part>> parts;
    using managed_edges = edges<&sets::ordered, &sets::hashed, &sets::nested, &sets::parts>;
};

struct aggregate {
    int value;
    edge<aggregate> next = {};
    using managed_edges = edges<&aggregate::next>;
};

struct member_of_body {
    std::string text = "part";
};
struct body : counted_node {
    edge<body> self;
    edge<std::string> inside;
    member_of_body member;
    using managed_edges = edges<&body::self, &body::inside>;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(edge_references, verified)

BOOST_AUTO_TEST_CASE(an_edge_keeps_its_target_alive) {
    auto const owner = make<pair_node>();
    owner->next = make<pair_node>();
    BOOST_TEST(counted_node::alive == 2);
    owner->next = nullptr;
    BOOST_TEST(counted_node::alive == 1);
}

BOOST_AUTO_TEST_CASE(an_edge_is_assigned_from_a_shared_and_converts_to_one) {
    auto const a = make<pair_node>();
    auto const b = make<pair_node>();
    a->next = b;
    shared<pair_node> const held = a->next;
    BOOST_TEST((held == b));
    BOOST_TEST(b.use_count() == 3);
    BOOST_TEST((a->next == b));
    BOOST_TEST(!!a->next);
    BOOST_TEST(a->next.get() == b.get());
}

BOOST_AUTO_TEST_CASE(a_shared_that_is_moved_into_an_edge_counts_once) {
    auto const a = make<pair_node>();
    a->next = make<pair_node>();
    BOOST_TEST(a->next.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_moved_edge_is_null_and_its_target_lives) {
    auto const a = make<pair_node>();
    a->next = make<pair_node>();
    a->other = std::move(a->next);
    BOOST_TEST((a->next == nullptr));
    BOOST_TEST(a->other.use_count() == 1);
    edge<pair_node> const third(std::move(a->other));
    BOOST_TEST((a->other == nullptr));
    BOOST_TEST(third.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(an_edge_that_is_moved_to_one_of_a_base_is_null) {
    auto const target = make<derived_node>();
    edge<derived_node> from(target);
    edge<base_node> to(std::move(from));
    BOOST_TEST(from.get() == nullptr);
    from = target;
    to = std::move(from);
    BOOST_TEST(from.get() == nullptr);
    BOOST_TEST(to.get() == target.get());
    BOOST_TEST(target.use_count() == 2);
}

BOOST_AUTO_TEST_CASE(copies_add_references_and_swaps_do_not) {
    auto const a = make<pair_node>();
    auto const b = make<pair_node>();
    a->next = a;
    a->other = b;
    swap(a->next, a->other);
    BOOST_TEST((a->next == b));
    BOOST_TEST((a->other == a));
    BOOST_TEST(b.use_count() == 2);
    edge<pair_node> const copy = a->next;
    BOOST_TEST(b.use_count() == 3);
    a->next = a->next;
    BOOST_TEST(b.use_count() == 3);
    a->other.reset();
}

BOOST_AUTO_TEST_CASE(replacing_the_edge_that_keeps_its_own_owner_alive_is_safe) {
    auto node = make<pair_node>();
    pair_node& object = *node;
    object.next = node;
    node.reset();
    BOOST_TEST(counted_node::alive == 1);
    object.next = nullptr;  // ends the object that contains the edge
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(a_list_of_a_million_ends_without_recursion_through_its_edges) {
    auto head = make<pair_node>();
    for (int i = 0; i != 1'000'000; ++i) {
        auto next = make<pair_node>();
        next->next = head;
        head = std::move(next);
    }
    head.reset();
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(a_derived_class_includes_the_edges_of_its_base) {
    heap graph;
    {
        auto const a = graph.make<derived_node>();
        auto const b = graph.make<plain_heir>();
        a->down = b;
        b->up = a;
        a->up = a;
    }
    BOOST_TEST(graph.collect().reclaimed == 2U);
}

BOOST_AUTO_TEST_CASE(a_list_can_name_private_members) {
    heap graph;
    {
        auto const node = graph.make<secretive>();
        node->tie(node);
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_CASE(a_list_can_name_arrays_and_members_with_lists) {
    heap graph;
    {
        auto const nodes = make_nodes<composite>(graph, 4);
        nodes[0]->inner.back = nodes[1];
        nodes[1]->many[2] = nodes[2];
        nodes[2]->parts[1].back = nodes[3];
        nodes[3]->many[0] = nodes[0];
    }
    BOOST_TEST(graph.collect().reclaimed == 4U);
}

BOOST_AUTO_TEST_CASE(containers_of_many_kinds_can_be_traced) {
    heap graph;
    {
        auto const nodes = make_nodes<sets>(graph, 4);
        nodes[0]->ordered.write()->insert(edge<sets>(nodes[1]));
        nodes[1]->hashed.write()->insert(edge<sets>(nodes[2]));
        nodes[2]->nested.write()->emplace_back(1, edge<sets>(nodes[3]));
        nodes[3]->nested.write()->emplace_back(2, edge<sets>(nodes[0]));
        nodes[3]->nested.write()->emplace_back(3, std::nullopt);
    }
    BOOST_TEST(graph.collect().reclaimed == 4U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(an_aggregate_can_have_edges) {
    heap graph;
    {
        auto const node = graph.make<aggregate>(7);
        node->next = node;
        BOOST_TEST(node->value == 7);
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_CASE(an_edge_can_alias_a_member) {
    heap graph;
    {
        auto const whole = graph.make<body>();
        whole->inside = shared<std::string>(whole, &whole->member.text);
        whole->self = whole;
        BOOST_TEST(*whole->inside == "part");
        BOOST_TEST(whole.use_count() == 3);
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_CASE(an_edge_to_the_owner_is_refused_as_an_argument) {
    auto const node = make<pair_node>();
    node->next = node;
    BOOST_CHECK_THROW(
        add_cleanup(node, [](edge<pair_node> const&) {}, node->next), handrail::self_capture);
    BOOST_TEST(node.use_count() == 2);
}

BOOST_AUTO_TEST_CASE(a_constructor_that_throws_leaves_nothing_in_the_heap) {
    struct thrower : pair_node {
        thrower() { throw 1; }
        using managed_edges [[maybe_unused]] = edges<>::with<pair_node>;
    };
    heap graph;
    BOOST_CHECK_THROW(static_cast<void>(graph.make<thrower>()), int);
    BOOST_TEST(graph.collect().examined == 0U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_SUITE_END()
