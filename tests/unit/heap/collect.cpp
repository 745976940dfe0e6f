// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What collect() promises besides which objects it ends: its figures, the order, weak references,
// and that it may be called anywhere.

#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <thread>
#include <utility>

using namespace heap_test;
using handrail_test::event;

namespace {

// Calls something when it ends.
struct caller : counted_node {
    edge<caller> next;
    traced<std::vector<edge<caller>>> kids;
    weak<caller> other;
    std::function<void(caller&)> at_end = [](caller&) {};
    ~caller() { at_end(*this); }
    using managed_edges = edges<&caller::next, &caller::kids>;
};

void tie(shared<caller> const& a, shared<caller> const& b) {
    a->next = b;
    b->next = a;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(collecting, verified)

BOOST_AUTO_TEST_CASE(the_result_counts_objects_cleanups_and_weak_references) {
    heap graph;
    auto const live = graph.make<caller>();
    weak<caller> first;
    weak<caller> second;
    {
        auto const nodes = make_nodes<caller>(graph, 2);
        link_ring(nodes);
        first = nodes[0];
        second = nodes[0];
        add_cleanup(nodes[0], [] { note("cleanup"); });
        add_cleanup(nodes[1], [] { note("cleanup"); });
        add_cleanup(nodes[1], [] { note("stopped"); }).stop();
    }
    auto const result = graph.collect();
    BOOST_TEST(result.examined == 3U);
    BOOST_TEST(result.reclaimed == 2U);
    BOOST_TEST(result.cleanups == 2U);
    BOOST_TEST(result.weak_cleared == 2U);
    BOOST_TEST(take_events() == (lines{"cleanup", "cleanup"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(weak_references_are_empty_and_edges_null_before_the_first_destructor) {
    heap graph;
    {
        auto const nodes = make_nodes<caller>(graph, 2);
        link_ring(nodes);
        for (int i = 0; i != 2; ++i) {
            nodes[i]->other = nodes[1 - i];
            nodes[i]->kids.write()->push_back(nodes[1 - i]);
            nodes[i]->at_end = [](caller& self) {
                note(self.next == nullptr ? "null" : "edge");
                note(self.kids.read()->front() == nullptr ? "null" : "edge");
                note(self.other.lock() == nullptr ? "empty" : "alive");
            };
        }
    }
    graph.collect();
    BOOST_TEST(take_events() == (lines{"null", "null", "empty", "null", "null", "empty"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_cleanups_of_a_cycle_run_after_all_its_destructors) {
    heap graph;
    {
        auto const nodes = make_nodes<caller>(graph, 2);
        link_ring(nodes);
        for (auto const& each : nodes) {
            each->at_end = [](caller&) { note("~"); };
            add_cleanup(each, [] { note("older"); });
            add_cleanup(each, [] { note("newer"); });
        }
    }
    graph.collect();
    BOOST_TEST(take_events() == (lines{"~", "~", "newer", "older", "newer", "older"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_cleanups_of_a_cycle_go_to_its_runner) {
    heap graph;
    auto [where, queue] = handrail_test::make_test_runner<handrail_test::manual_runner>();
    {
        auto const node = graph.make<caller>();
        node->next = node;
        handrail::set_runner(node, where);
        add_cleanup(node, [] { note("cleanup"); });
    }
    BOOST_TEST(graph.collect().cleanups == 1U);
    BOOST_TEST(take_events().empty());
    queue->run_one();
    BOOST_TEST(take_events() == lines{"cleanup"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(collect_inside_a_destructor_of_a_collection_returns_zeros) {
    heap graph;
    handrail::collect_result inner{1, 1, 1, 1};
    {
        auto const node = graph.make<caller>();
        node->next = node;
        node->at_end = [&](caller&) { inner = graph.collect(); };
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
    BOOST_TEST(inner.examined == 0U);
    BOOST_TEST(inner.reclaimed == 0U);
}

BOOST_AUTO_TEST_CASE(cycles_that_destructors_leave_behind_end_in_the_same_collect) {
    heap graph;
    {
        auto const node = graph.make<caller>();
        node->next = node;
        node->at_end = [&](caller&) { tie(graph.make<caller>(), graph.make<caller>()); };
    }
    BOOST_TEST(graph.collect().reclaimed == 3U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(cycles_that_cleanups_leave_behind_end_in_the_same_collect) {
    static heap graph;
    {
        auto const node = graph.make<caller>();
        node->next = node;
        add_cleanup(node, [] { tie(graph.make<caller>(), graph.make<caller>()); });
    }
    BOOST_TEST(graph.collect().reclaimed == 3U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(collect_returns_although_a_destructor_leaves_a_new_cycle_each_time) {
    heap graph;
    std::function<void(caller&)> again = [&](caller&) {
        auto const node = graph.make<caller>();
        node->next = node;
        node->at_end = again;
    };
    {
        auto const node = graph.make<caller>();
        node->next = node;
        node->at_end = again;
    }
    BOOST_TEST(graph.collect().reclaimed > 1U);
    BOOST_TEST(counted_node::alive == 1);
    again = [](caller&) {};
    graph.collect();
}

BOOST_AUTO_TEST_CASE(cleanups_of_garbage_may_register_cleanups) {
    static heap graph;
    static shared<caller> other;
    other = graph.make<caller>();
    {
        auto const node = graph.make<caller>();
        node->next = node;
        add_cleanup(node, [] { add_cleanup(other, [] { note("second"); }); });
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
    BOOST_TEST(take_events().empty());
    other.reset();
    BOOST_TEST(take_events() == lines{"second"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(
    collect_in_an_ordinary_destructor_decides_and_the_garbage_ends_after_the_destructor) {
    heap graph;
    {
        auto const node = graph.make<caller>();
        node->next = node;
        node->at_end = [](caller&) { note("~cycle"); };
    }
    {
        auto const plain = graph.make<caller>();
        plain->at_end = [&](caller&) {
            BOOST_TEST(graph.collect().reclaimed == 1U);
            note("after collect");
        };
    }
    BOOST_TEST(take_events() == (lines{"after collect", "~cycle"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(under_a_guard_everything_may_be_called_and_no_user_code_runs) {
    heap graph;
    auto const held = graph.make<caller>();
    {
        auto const node = graph.make<caller>();
        node->next = node;
        node->at_end = [&](caller&) {
            static_cast<void>(held->kids.read());  // would block if the lock were held
            note("~cycle");
        };
    }
    auto dropped = graph.make<caller>();
    dropped->at_end = [&](caller&) {
        static_cast<void>(held->kids.read());
        note("~dropped");
    };
    held->kids.write()->push_back(dropped);
    dropped.reset();
    {
        auto kids = held->kids.write();
        BOOST_TEST(graph.collect().reclaimed == 1U);
        add_cleanup(held, [] {}).stop();
        kids->push_back(graph.make<caller>());
        kids->clear();
        BOOST_TEST(take_events().empty());
    }
    BOOST_TEST(take_events() == (lines{"~cycle", "~dropped"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(
    an_object_whose_last_reference_is_released_under_its_own_guard_ends_after_the_guard) {
    heap graph;
    auto node = graph.make<caller>();
    node->at_end = [](caller&) { note("~"); };
    {
        auto kids = node->kids.write();
        node.reset();
        BOOST_TEST(take_events().empty());
    }
    BOOST_TEST(take_events() == lines{"~"}, boost::test_tools::per_element());
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(while_destructors_of_one_collection_run_another_thread_may_collect) {
    heap graph;
    {
        auto const node = graph.make<caller>();
        node->next = node;
        node->at_end = [&](caller&) {
            std::thread([&] {
                tie(graph.make<caller>(), graph.make<caller>());
                BOOST_TEST(graph.collect().reclaimed == 2U);
            }).join();
        };
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(a_weak_lock_of_a_sealed_object_waits_and_is_empty_after_the_commit) {
    heap graph;
    weak<caller> watched;
    {
        auto const node = graph.make<caller>();
        node->next = node;
        watched = node;
    }
    handrail::testing::stepwise_pass pass(graph);
    pass.list();
    pass.read_edges();
    pass.mark();
    BOOST_REQUIRE(pass.seal());
    std::atomic<bool> started = false;
    std::atomic<bool> returned = false;
    bool empty = false;
    std::thread locker([&] {
        started = true;
        started.notify_one();
        empty = watched.lock() == nullptr;
        returned = true;
    });
    started.wait(false);
    BOOST_TEST(!returned);
    pass.commit();
    locker.join();
    BOOST_TEST(empty);
    BOOST_TEST(pass.finish().reclaimed == 1U);
}

BOOST_AUTO_TEST_CASE(a_weak_lock_before_the_seal_keeps_the_object_alive) {
    heap graph;
    weak<caller> watched;
    {
        auto const node = graph.make<caller>();
        node->next = node;
        watched = node;
    }
    shared<caller> saved;
    {
        handrail::testing::stepwise_pass pass(graph);
        pass.list();
        pass.read_edges();
        pass.mark();
        saved = watched.lock();
        BOOST_TEST(pass.finish().reclaimed == 0U);
    }
    BOOST_TEST((saved->next == saved));
    saved->next = nullptr;
}

BOOST_AUTO_TEST_CASE(a_pass_that_is_abandoned_in_a_seal_ends_only_what_it_has_committed) {
    heap graph;
    std::vector<weak<caller>> watched;
    for (auto const& each : make_nodes<caller>(graph, 3)) {
        each->next = each;
        watched.push_back(each);
    }
    {
        handrail::testing::stepwise_pass pass(graph);
        pass.list();
        pass.read_edges();
        pass.mark();
        BOOST_REQUIRE(pass.seal());
        pass.commit();
        BOOST_REQUIRE(pass.seal());
    }
    BOOST_TEST(counted_node::alive == 2);
    BOOST_TEST(watched[0].expired());
    BOOST_TEST((watched[1].lock() != nullptr));
    BOOST_TEST(graph.collect().reclaimed == 2U);
}

BOOST_AUTO_TEST_CASE(shared_from_this_in_a_collected_destructor_throws) {
    struct self_aware : counted_node, handrail::enable_shared_from_this<self_aware> {
        edge<self_aware> self;
        ~self_aware() {
            BOOST_CHECK_THROW(static_cast<void>(shared_from_this()), std::bad_weak_ptr);
        }
        using managed_edges [[maybe_unused]] = edges<&self_aware::self>;
    };
    heap graph;
    {
        auto const node = graph.make<self_aware>();
        node->self = node;
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
