// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The rules of the collector's protocol, one test each: the program changes objects at the worst
// moment of a pass. Without the rule, the pass would end an object that is in use, or read memory
// that has been freed.

#include "tests/unit/heap/stepped.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>
#include <thread>
#include <utility>

// ---- replaced functions ----

namespace {

std::function<void()> on_yield;  // called where a weak lock waits for a pass

std::atomic<void const*> watched_memory = nullptr;
std::atomic<bool> watched_freed = false;

// From here on watched_freed is whether the memory of the managed object has been freed.
void watch_memory(handrail::shared<void> const& of) {
    watched_freed = false;
    watched_memory = handrail::detail::heap_access::header_of(of);
}

}  // namespace

// Called by std::this_thread::yield.
extern "C" int sched_yield() noexcept {
    if (on_yield) {
        std::exchange(on_yield, nullptr)();
    }
    return 0;
}

void* operator new(std::size_t size) {
    if (void* const memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    if (memory == watched_memory.load()) {
        watched_freed = true;
    }
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace {

using namespace heap_test;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(steps, stepped)

// ---- counter words ----

BOOST_FIXTURE_TEST_CASE(a_pass_without_changes_meanwhile_decides_correctly, moving_edge) {
    BOOST_TEST(reclaimed_while([] {}) == 0U);
    root.reset();
    BOOST_TEST(reclaimed_while([] {}) == 3U);
    BOOST_TEST(watched.expired());
}

BOOST_FIXTURE_TEST_CASE(words_are_read_before_edges, moving_edge) {
    // Only after the change does root's count equal the number of edges that were read.
    BOOST_TEST(reclaimed_while([this] { from->next = nullptr; }) == 0U);
    BOOST_TEST(!watched.expired());
}

BOOST_FIXTURE_TEST_CASE(an_object_that_was_locked_after_its_word_was_read_is_alive,
                        self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = watched.lock();
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(!watched.expired());
}

BOOST_FIXTURE_TEST_CASE(a_reference_made_and_another_dropped_are_two_changes, self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = watched.lock();
    held->next = nullptr;
    BOOST_TEST(held.use_count() == 1);  // as when the pass read it
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(!watched.expired());
}

BOOST_FIXTURE_TEST_CASE(an_edge_copied_and_the_first_one_dropped_are_two_changes, moving_edge) {
    BOOST_TEST(reclaimed_while([this] {
                   to->next = from->next;
                   from->next = nullptr;
               }) == 0U);
    BOOST_TEST(!watched.expired());
}

// ---- moving ----

BOOST_FIXTURE_TEST_CASE(an_edge_that_is_moved_by_assignment_does_not_count_twice, moving_edge) {
    BOOST_TEST(reclaimed_while([this] { to->next = std::move(from->next); }) == 0U);
    BOOST_TEST(!watched.expired());
}

BOOST_FIXTURE_TEST_CASE(an_edge_that_is_moved_by_construction_does_not_count_twice, moving_edge) {
    BOOST_TEST(reclaimed_while([this] {
                   edge<pair_node> between(std::move(from->next));
                   to->other = std::move(between);
               }) == 0U);
    BOOST_TEST(!watched.expired());
}

BOOST_FIXTURE_TEST_CASE(edges_that_are_swapped_do_not_count_twice, moving_edge) {
    BOOST_TEST(reclaimed_while([this] { swap(from->next, to->next); }) == 0U);
    BOOST_TEST(!watched.expired());
}

BOOST_AUTO_TEST_CASE(a_container_that_is_moved_as_a_whole_does_not_count_twice) {
    // As moving_edge, with containers: no single edge is moved.
    auto from = graph.make<list_node>();
    auto const hook = graph.make<interruption>();
    auto const root = graph.make<list_node>();
    auto to = graph.make<list_node>();
    from->kids.write()->push_back(root);
    root->named.write()->emplace("from", std::exchange(from, nullptr));
    root->named.write()->emplace("to", std::exchange(to, nullptr));
    auto const watched = weak(root);
    auto const kids_of = [&](char const* name) -> auto& {
        return root->named.read()->at(name)->kids;
    };

    stepwise_pass pass(graph);
    pass.list();
    read_edges_while(pass, [&] { *kids_of("to").write() = std::move(*kids_of("from").write()); });
    pass.mark();
    pass.finish();
    BOOST_TEST(!watched.expired());
}

// ---- containers ----

BOOST_AUTO_TEST_CASE(an_object_whose_container_is_locked_for_writing_is_alive) {
    auto root = graph.make<list_node>();
    auto const watched = weak(root);
    root->named.write()->emplace("self", root);
    {
        auto const kids = root->kids.write();
        root.reset();
        std::thread([&] { BOOST_TEST(graph.collect().reclaimed == 0U); }).join();
        BOOST_TEST(graph.collect().reclaimed == 0U);  // by the thread that has the guard
        BOOST_TEST(!watched.expired());
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_CASE(a_read_guard_of_another_container_does_not_keep_an_object_alive) {
    auto root = graph.make<list_node>();
    auto const watched = weak(root);
    root->named.write()->emplace("self", root);
    std::size_t reclaimed = 0;
    {
        auto const other = graph.make<list_node>();
        auto const kids = other->kids.read();
        root.reset();
        std::thread([&] { reclaimed = graph.collect().reclaimed; }).join();
    }
    BOOST_TEST(reclaimed == 1U);
}

// ---- sealing ----

BOOST_FIXTURE_TEST_CASE(objects_reachable_from_a_changed_object_are_alive, self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = watched.lock();
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(!inner.expired());
}

BOOST_FIXTURE_TEST_CASE(an_object_that_only_refers_to_a_changed_object_is_garbage, self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = inner.lock();
    BOOST_TEST(pass.finish().reclaimed == 1U);
    BOOST_TEST(watched.expired());
    BOOST_TEST(held.use_count() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_change_keeps_only_its_own_component_alive, self_reference) {
    make_nodes<pair_node>(graph, 1).front()->next = nullptr;
    link_ring(make_nodes<pair_node>(graph, 2));
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = watched.lock();
    BOOST_TEST(pass.finish().reclaimed == 2U);
}

BOOST_FIXTURE_TEST_CASE(objects_found_alive_at_the_seal_can_be_locked_at_once, self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = watched.lock();
    BOOST_TEST(pass.seal());
    on_yield = [] { BOOST_FAIL("the lock waits"); };
    BOOST_TEST(static_cast<bool>(watched.lock()));
    BOOST_TEST(static_cast<bool>(inner.lock()));
    on_yield = nullptr;
    pass.commit();
    pass.finish();
}

BOOST_AUTO_TEST_CASE(objects_sealed_before_a_change_is_found_are_unsealed) {
    weak<pair_node> first;
    weak<pair_node> last;
    {
        auto const nodes = make_nodes<pair_node>(graph, 2);
        link_ring(nodes);
        first = nodes[0];
        last = nodes[1];
    }
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = last.lock();
    BOOST_TEST(pass.seal());
    on_yield = [] { BOOST_FAIL("the lock waits"); };
    BOOST_TEST(static_cast<bool>(first.lock()));
    on_yield = nullptr;
    pass.commit();
    BOOST_TEST(pass.finish().reclaimed == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_weak_lock_waits_while_its_object_is_sealed_and_is_then_empty,
                        self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    BOOST_REQUIRE(pass.seal());
    bool waited = false;
    on_yield = [&] {
        waited = true;
        pass.commit();
    };
    auto const held = inner.lock();
    BOOST_REQUIRE(waited);
    BOOST_REQUIRE(!held);
    BOOST_TEST(pass.finish().reclaimed == 2U);
}

BOOST_FIXTURE_TEST_CASE(nothing_can_be_locked_after_the_commit, self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    while (pass.seal()) {
        pass.commit();
    }
    BOOST_TEST(watched.expired());
    BOOST_TEST(!watched.lock());
    BOOST_TEST(!inner.lock());
    BOOST_TEST(counted_node::alive == 2);  // no destructor has run yet
    BOOST_TEST(pass.finish().reclaimed == 2U);
    BOOST_TEST(counted_node::alive == 0);
}

// ---- objects made and ended during a pass, and their memory ----

BOOST_AUTO_TEST_CASE(objects_made_during_a_pass_are_left_to_the_next_one) {
    stepwise_pass pass(graph);
    pass.list();
    link_ring(make_nodes<pair_node>(graph, 2));
    pass.read_edges();
    pass.mark();
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(counted_node::alive == 2);
    BOOST_TEST(graph.collect().reclaimed == 2U);
}

BOOST_AUTO_TEST_CASE(the_memory_of_a_listed_object_that_ends_is_kept_until_the_pass_is_over) {
    auto listed = graph.make<pair_node>();
    stepwise_pass pass(graph);
    pass.list();
    watch_memory(listed);
    listed.reset();
    BOOST_TEST(counted_node::alive == 0);
    BOOST_TEST(!watched_freed);
    pass.read_edges();
    pass.mark();
    BOOST_TEST(!watched_freed);
    pass.finish();
    BOOST_TEST(watched_freed);
}

BOOST_AUTO_TEST_CASE(the_memory_of_an_object_of_another_heap_is_kept_until_the_pass_is_over) {
    heap elsewhere;
    auto const from = graph.make<pair_node>();
    auto const hook = graph.make<interruption>();
    from->next = elsewhere.make<pair_node>();
    stepwise_pass pass(graph);
    pass.list();
    watch_memory(shared<pair_node>(from->next));
    read_edges_while(pass, [&] { from->next = nullptr; });
    BOOST_TEST(counted_node::alive == 1);
    BOOST_TEST(!watched_freed);
    pass.mark();
    pass.finish();
    BOOST_TEST(watched_freed);
}

BOOST_FIXTURE_TEST_CASE(a_listed_object_that_ends_by_itself_is_ended_once, self_reference) {
    stepwise_pass pass(graph);
    pass.list();
    watched.lock()->next = nullptr;
    BOOST_TEST(counted_node::alive == 0);
    pass.read_edges();
    pass.mark();
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_FIXTURE_TEST_CASE(a_suspect_that_ends_by_itself_is_ended_once, self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    watched.lock()->next = nullptr;
    BOOST_TEST(counted_node::alive == 0);
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_FIXTURE_TEST_CASE(an_inner_suspect_that_ends_by_itself_is_ended_once, self_reference) {
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = watched.lock();
    held->other = nullptr;
    BOOST_TEST(counted_node::alive == 1);
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(counted_node::alive == 1);
    BOOST_TEST(inner.expired());
}

BOOST_AUTO_TEST_CASE(members_that_move_within_their_shard_are_read_at_most_once) {
    auto nodes = make_nodes<pair_node>(graph, 300);
    link_ring(nodes);
    stepwise_pass pass(graph);
    pass.list();
    nodes[7]->next = nullptr;
    nodes.erase(nodes.begin() + 8, nodes.end());
    pass.read_edges();
    pass.mark();
    BOOST_TEST(pass.finish().reclaimed == 0U);
    nodes.clear();
    graph.collect();
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_SUITE_END()
