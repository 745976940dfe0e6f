// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/ownership/ownership.hpp"

#include "tests/unit/inspect/hand_made_graph.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace handrail::inspect;
using handrail_test::hand_made_graph;

constexpr auto strong = strength::strong;
constexpr auto weak = strength::weak;
constexpr auto unknown = strength::unknown;
constexpr auto raw = strength::raw;

}  // namespace

BOOST_AUTO_TEST_CASE(two_objects_that_hold_each_other_are_a_proven_ring) {
    hand_made_graph made(2, {{0, 1}, {1, 0}});
    made.count(0, 1);
    made.count(1, 1);
    ownership const owners(made.look);
    BOOST_TEST(!owners.from_root(0));
    auto const ring = owners.ring_through(0);
    BOOST_TEST_REQUIRE(ring.size() == 2);
    BOOST_TEST(made.graph.references[ring.front()].from == 0U);
    BOOST_TEST(owners.is_proven(ring));
    BOOST_TEST(owners.unreached_rings().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_object_that_holds_itself_is_a_ring_of_one) {
    hand_made_graph made(1, {{0, 0}});
    made.count(0, 1);
    ownership const owners(made.look);
    BOOST_TEST(owners.ring_through(0).size() == 1U);
    BOOST_TEST(owners.is_proven(owners.ring_through(0)));
}

BOOST_AUTO_TEST_CASE(a_count_higher_than_the_references_found_proves_nothing) {
    hand_made_graph made(2, {{0, 1}, {1, 0}});
    made.count(0, 2);
    made.count(1, 1);
    ownership const owners(made.look);
    BOOST_TEST(owners.ring_through(0).size() == 2U);
    BOOST_TEST(!owners.is_proven(owners.ring_through(0)));
    BOOST_TEST(!owners.counts_of(0)->accounted());
    BOOST_TEST(owners.counts_of(1)->accounted());
}

BOOST_AUTO_TEST_CASE(a_ring_that_a_block_without_an_owner_holds_is_not_proven) {
    // Nobody knows what holds 2: a tagged pointer, perhaps.
    hand_made_graph made(3, {{0, 1}, {1, 0}, {2, 0}});
    made.count(0, 2);
    made.count(1, 1);
    ownership const owners(made.look);
    BOOST_TEST(owners.counts_of(0)->accounted());
    BOOST_TEST(!owners.is_proven(owners.ring_through(0)));
}

BOOST_AUTO_TEST_CASE(a_ring_without_counts_is_not_proven) {
    hand_made_graph made(2, {{0, 1}, {1, 0}});
    ownership const owners(made.look);
    BOOST_TEST(owners.ring_through(0).size() == 2U);
    BOOST_TEST(!owners.is_proven(owners.ring_through(0)));
}

BOOST_AUTO_TEST_CASE(weak_and_raw_references_make_no_ring) {
    for (strength const kind : {weak, raw}) {
        hand_made_graph made(2, {{0, 1}, {1, 0, kind}});
        made.count(0, 1, kind == weak ? 1 : 0);
        made.count(1, 1);
        ownership const owners(made.look);
        BOOST_TEST(owners.ring_through(0).empty());
        BOOST_TEST(!owners.ring_that_keeps(1));
    }
}

BOOST_AUTO_TEST_CASE(a_pointer_to_the_object_behind_its_control_block_makes_no_ring) {
    hand_made_graph made(2, {{0, 1}, {1, 0, unknown, 16}});
    made.count(0, 1);
    ownership const owners(made.look);
    BOOST_TEST(owners.ring_through(0).empty());
}

BOOST_AUTO_TEST_CASE(references_of_unknown_kind_are_strong_if_no_weak_one_is_counted) {
    hand_made_graph made(2, {{0, 1, unknown}, {1, 0, unknown}});
    made.count(0, 1);
    made.count(1, 1);
    ownership const owners(made.look);
    BOOST_TEST(owners.is_proven(owners.ring_through(0)));
}

BOOST_AUTO_TEST_CASE(a_reference_of_unknown_kind_is_weak_if_all_strong_ones_are_known) {
    hand_made_graph made(3, {{0, 1}, {1, 0}, {1, 2, unknown}, {2, 1, unknown}});
    made.count(0, 1);
    made.count(1, 1, 1);
    ownership const owners(made.look);
    BOOST_TEST(owners.counts_of(1)->accounted());
    BOOST_TEST(owners.ring_through(2).empty());
}

BOOST_AUTO_TEST_CASE(a_reference_that_may_be_strong_or_weak_leaves_the_count_open) {
    hand_made_graph made(3, {{1, 0, unknown}, {2, 0, unknown}});
    made.count(0, 1, 1);
    ownership const owners(made.look);
    BOOST_TEST(!owners.counts_of(0)->exact);
    BOOST_TEST(!owners.counts_of(0)->accounted());
}

BOOST_AUTO_TEST_CASE(a_variable_in_static_storage_holds_what_it_leads_to) {
    hand_made_graph made(3, {{0, 1}, {1, 2}, {2, 1}});
    made.root(root_kind::static_storage, 0);
    ownership const owners(made.look);
    BOOST_TEST(static_cast<int>(owners.reach(2)) == static_cast<int>(reach::held));
    auto const way = owners.from_root(2);
    BOOST_TEST_REQUIRE(way.has_value());
    BOOST_TEST(way->references.size() == 2U);
    BOOST_TEST(*way->from_root == 0U);
    BOOST_TEST(owners.unreached_rings().empty());
}

BOOST_AUTO_TEST_CASE(a_word_left_on_a_stack_holds_no_object_whose_references_are_all_found) {
    hand_made_graph made(2, {{0, 1}, {1, 0}});
    made.count(0, 1);
    made.count(1, 1);
    made.root(root_kind::stack, 0);
    ownership const owners(made.look);
    BOOST_TEST(!owners.from_root(0));
}

BOOST_AUTO_TEST_CASE(a_word_on_a_stack_holds_an_object_that_is_counted_once_more_than_found) {
    hand_made_graph made(2, {{0, 1}, {1, 0}});
    made.count(0, 2);
    made.count(1, 1);
    made.root(root_kind::stack, 0);
    ownership const owners(made.look);
    BOOST_TEST(static_cast<int>(owners.reach(1)) == static_cast<int>(reach::stack));
    BOOST_TEST(!owners.is_proven(owners.ring_through(0)));
}

BOOST_AUTO_TEST_CASE(a_local_of_a_coroutine_is_doubted_where_a_stack_has_a_word_too) {
    hand_made_graph made(2, {{0, 1}, {1, 0}});
    made.graph.nodes[0].kind = node_kind::coroutine;
    made.count(1, 1);
    made.root(root_kind::stack, 1);
    ownership const owners(made.look);
    BOOST_TEST(!owners.counts_of(1)->accounted());
    BOOST_TEST(static_cast<int>(owners.reach(1)) == static_cast<int>(reach::stack));
}

BOOST_AUTO_TEST_CASE(of_two_words_in_a_frame_one_counts) {
    hand_made_graph made(2, {{0, 1, unknown}, {0, 1, unknown}, {1, 0}});
    made.graph.nodes[0].kind = node_kind::coroutine;
    made.count(1, 1);
    ownership const owners(made.look);
    BOOST_TEST(owners.counts_of(1)->accounted());
    BOOST_TEST(owners.ring_through(1).size() == 2U);
}

BOOST_AUTO_TEST_CASE(of_words_in_two_frames_or_in_no_frame_any_may_count) {
    for (bool const is_frame : {false, true}) {
        hand_made_graph made(3, {{0, 2, unknown}, {1, 2, unknown}, {1, 2, unknown}});
        made.graph.nodes[0].kind = is_frame ? node_kind::coroutine : node_kind::object;
        made.graph.nodes[1].kind = made.graph.nodes[0].kind;
        made.count(2, 1);
        ownership const owners(made.look);
        BOOST_TEST(!owners.counts_of(2)->accounted());
    }
}

BOOST_AUTO_TEST_CASE(two_words_in_a_frame_are_doubted_where_a_stack_has_a_word_too) {
    hand_made_graph made(2, {{0, 1, unknown}, {0, 1, unknown}, {1, 0}});
    made.graph.nodes[0].kind = node_kind::coroutine;
    made.count(1, 1);
    made.root(root_kind::stack, 1);
    ownership const owners(made.look);
    BOOST_TEST(!owners.counts_of(1)->accounted());
}

BOOST_AUTO_TEST_CASE(the_way_from_a_root_prefers_references_of_known_kind) {
    hand_made_graph made(4, {{0, 1}, {0, 3, unknown}, {1, 2}, {2, 3}});
    made.root(root_kind::static_storage, 0);
    ownership const owners(made.look);
    BOOST_TEST(owners.from_root(3)->references.size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_way_from_a_ring_to_what_it_keeps_is_found) {
    hand_made_graph made(4, {{0, 1}, {1, 0}, {1, 2}, {2, 3}});
    ownership const owners(made.look);
    auto const kept = owners.ring_that_keeps(3);
    BOOST_TEST_REQUIRE(kept.has_value());
    BOOST_TEST(kept->ring.size() == 2U);
    BOOST_TEST_REQUIRE(kept->to_node.size() == 2U);
    BOOST_TEST(made.graph.references[kept->to_node.front()].from == 1U);
    BOOST_TEST(made.graph.references[kept->to_node.back()].to == 3U);
}

BOOST_AUTO_TEST_CASE(an_operation_that_can_complete_holds_its_handler) {
    // 0: the io_context's service, 1: the operation, 2: the session, which has the operation
    hand_made_graph made(3, {{0, 1, weak}, {1, 2}, {2, 1}});
    made.count(2, 1);
    made.root(root_kind::stack, 0);
    made.look.pending.push_back({.operation = 1, .service = 0});
    ownership const owners(made.look);
    BOOST_TEST(static_cast<int>(owners.reach(2)) == static_cast<int>(reach::pending));
    BOOST_TEST(!owners.never_completes(1));
}

BOOST_AUTO_TEST_CASE(a_wait_that_never_ends_holds_nothing) {
    hand_made_graph made(3, {{0, 1, weak}, {1, 2}, {2, 1}});
    made.count(2, 1);
    made.root(root_kind::stack, 0);
    made.look.pending.push_back({.operation = 1, .service = 0, .timer = true, .never = true});
    ownership const owners(made.look);
    BOOST_TEST(static_cast<int>(owners.reach(2)) == static_cast<int>(reach::none));
    BOOST_TEST(owners.never_completes(1));
    BOOST_TEST(owners.is_proven(owners.ring_through(2)));
}

BOOST_AUTO_TEST_CASE(an_operation_whose_io_context_nothing_leads_to_holds_nothing) {
    hand_made_graph made(3, {{0, 1, weak}, {1, 2}, {2, 1}});
    made.count(2, 1);
    made.look.pending.push_back({.operation = 1, .service = 0});
    ownership const owners(made.look);
    BOOST_TEST(owners.never_completes(1));
}

BOOST_AUTO_TEST_CASE(a_static_object_with_a_pending_operation_holds_its_handler_by_the_operation) {
    hand_made_graph made(3, {{0, 1}, {1, 2}});
    made.root(root_kind::static_storage, 0);
    made.look.pending.push_back({.operation = 1, .service = 0});
    ownership const owners(made.look);
    BOOST_TEST(static_cast<int>(owners.reach(2)) == static_cast<int>(reach::pending));
}

BOOST_AUTO_TEST_CASE(a_ring_of_a_million_blocks_needs_no_deep_stack) {
    constexpr node_id count = 1'000'000;
    std::vector<handrail_test::arrow> arrows;
    for (node_id at = 0; at != count; ++at) {
        arrows.push_back({at, (at + 1) % count});
    }
    hand_made_graph made(count, arrows);
    ownership const owners(made.look);
    BOOST_TEST(owners.ring_through(17).size() == count);
}
