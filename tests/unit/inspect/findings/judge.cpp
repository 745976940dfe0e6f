// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/judge.hpp"
#include "lib/inspect/findings/wording.hpp"

#include "tests/unit/inspect/hand_made_graph.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>
#include <vector>

namespace {

using namespace handrail::inspect;
using handrail_test::hand_made_graph;

std::vector<verdict> judged(hand_made_graph& made, bool all = false) {
    ownership const owners(made.look);
    return judge(made.look, owners, all);
}

// Returns: the one verdict.
verdict only(hand_made_graph& made, bool all = false) {
    auto verdicts = judged(made, all);
    BOOST_TEST_REQUIRE(verdicts.size() == 1U);
    return verdicts.front();
}

// Two counted objects that hold each other, and a third that the second one points to.
struct ring : hand_made_graph {
    explicit ring(strength to_third = strength::strong)
        : hand_made_graph(3, {{0, 1}, {1, 0}, {1, 2, to_third}}) {
        count(0, 1);
        count(1, 1);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_descriptor_in_a_ring_is_certain, ring) {
    hold(7, 0);
    verdict const v = only(*this);
    BOOST_TEST(v.rule->id == "HR050");
    BOOST_TEST(v.proven);
    BOOST_TEST(v.what->number == 7);
    BOOST_TEST(v.cycle.size() == 2U);
    BOOST_TEST(v.to_holder.empty());
    BOOST_TEST(v.counted == 2U);
    BOOST_TEST(v.found == 2U);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_certain_if_memory_is_missing, ring) {
    hold(7, 0);
    program.unread = {"the core file is cut off"};
    BOOST_TEST(!only(*this).proven);
}

BOOST_FIXTURE_TEST_CASE(which_of_two_places_has_a_number_is_not_certain, ring) {
    hold(7, 0);
    look.add_holder({.number = 7, .at = 1});
    BOOST_TEST(!only(*this).proven);
}

BOOST_AUTO_TEST_CASE(of_several_places_the_one_that_is_reached_has_the_number) {
    hand_made_graph made(2, {});
    made.hold(7, 0);
    made.look.add_holder({.number = 7, .at = 1});
    made.root(root_kind::static_storage, 1);
    verdict const v = only(made);
    BOOST_TEST(v.rule->id == "HR053");
    BOOST_TEST(v.holder == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_hangs_on_a_ring_has_the_way_to_it, ring) {
    hold(7, 2);
    verdict const v = only(*this);
    BOOST_TEST(v.rule->id == "HR050");
    BOOST_TEST_REQUIRE(v.to_holder.size() == 1U);
    BOOST_TEST(graph.references[v.to_holder.front()].to == 2U);
}

BOOST_AUTO_TEST_CASE(a_plain_pointer_of_a_ring_leads_to_what_is_lost_with_it) {
    ring made(strength::raw);
    made.hold(7, 2);
    verdict const v = only(made);
    BOOST_TEST(v.rule->id == "HR050");
    BOOST_TEST_REQUIRE(v.to_holder.size() == 1U);
    BOOST_TEST(made.graph.references[v.to_holder.front()].to == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_ring_without_descriptors_is_reported_once, ring) {
    verdict const v = only(*this);
    BOOST_TEST(v.rule->id == "HR050");
    BOOST_TEST((v.what == nullptr));
}

BOOST_AUTO_TEST_CASE(a_ring_of_objects_that_are_not_counted_is_not_reported) {
    hand_made_graph made(2, {{0, 1}, {1, 0}});
    BOOST_TEST(judged(made).empty());
}

BOOST_AUTO_TEST_CASE(a_pending_operation_in_a_ring_never_completes) {
    hand_made_graph made(3, {{0, 2}, {1, 0}, {2, 1}});
    made.count(0, 1);
    made.count(1, 1);
    made.graph.nodes[2].kind = node_kind::operation;
    made.hold(7, 0);
    BOOST_TEST(only(made).rule->id == "HR051");
}

BOOST_AUTO_TEST_CASE(what_a_local_variable_keeps_is_shown_on_request) {
    hand_made_graph made(1, {});
    made.hold(7, 0);
    made.root(root_kind::stack, 0);
    BOOST_TEST(judged(made).empty());
    verdict const v = only(made, true);
    BOOST_TEST(v.rule->id == "HR053");
    BOOST_TEST(v.root.has_value());
}

BOOST_AUTO_TEST_CASE(a_number_that_only_a_lost_object_has_is_held_nowhere) {
    hand_made_graph made(1, {});
    made.hold(7, 0);
    verdict const v = only(made);
    BOOST_TEST(v.rule->id == "HR052");
    BOOST_TEST(!v.proven);
}

BOOST_AUTO_TEST_CASE(standard_streams_need_no_holder) {
    hand_made_graph made(0, {});
    made.program.open = {{.number = 2, .what = "file /dev/null"}};
    BOOST_TEST(judged(made).empty());
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_the_program_was_started_with_needs_no_holder) {
    hand_made_graph made(0, {});
    made.program.open = {{.number = 9, .what = "pipe"}};
    BOOST_TEST(only(made).rule->id == "HR052");
    made.program.has_births = true;
    BOOST_TEST(judged(made).empty());
    made.program.open.front().born = birth{.call = "pipe"};
    BOOST_TEST(only(made).rule->id == "HR052");
}

BOOST_AUTO_TEST_CASE(equal_causes_are_one_finding_with_a_count) {
    hand_made_graph made(4, {{0, 1}, {1, 0}, {2, 3}, {3, 2}});
    for (node_id const each : {0U, 1U, 2U, 3U}) {
        made.count(each, 1);
        made.graph.nodes[each].name = each % 2 == 0 ? "chat::session" : "chat::room";
    }
    made.hold(7, 0);
    made.hold(8, 2);
    auto const findings = findings_of(made.look, judged(made));
    BOOST_TEST_REQUIRE(findings.size() == 1U);
    BOOST_TEST(findings.front().count == 2U);
    BOOST_TEST((findings.front().grade == handrail::leak_check::grade::certain));
    BOOST_TEST_REQUIRE(findings.front().path.size() == 3U);
    BOOST_TEST(findings.front().path.back().from == "chat::session");
    BOOST_TEST(findings.front().path.back().to == "unix");
}

BOOST_AUTO_TEST_CASE(a_group_is_as_certain_as_its_least_certain_member) {
    hand_made_graph made(2, {{0, 0}, {1, 1}});
    made.count(0, 1);
    made.count(1, 2);  // somebody else holds it
    made.hold(7, 0);
    made.hold(8, 1);
    auto const findings = findings_of(made.look, judged(made));
    BOOST_TEST_REQUIRE(findings.size() == 1U);
    BOOST_TEST((findings.front().grade == handrail::leak_check::grade::possible));
}
