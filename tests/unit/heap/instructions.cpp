// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A pass at every instruction of an operation, and an operation at every instruction of a seal:
// interleavings that stepwise_pass cannot make.

#include "tests/support/single_step.hpp"
#include "tests/unit/heap/stepped.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <functional>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

using namespace heap_test;
using handrail_test::single_step;

namespace {

// A thread that stops before the n-th instruction of the function it runs.
class stopped_thread {
public:
    // Returns when the thread has stopped, or when its function has returned before.
    stopped_thread(std::size_t n, std::function<void()> what)
        : thread_([this, n, what = std::move(what)] {
              stopped = single_step::interrupt_before(n, what, [this] {
                  met_.release();
                  go_on_.acquire();
              });
              (stopped ? done_ : met_).release();
          }) {
        met_.acquire();
    }
    stopped_thread(stopped_thread const&) = delete;
    stopped_thread& operator=(stopped_thread const&) = delete;
    ~stopped_thread() { thread_.join(); }

    // Effects: runs the rest of the function. Requires: the thread has stopped.
    void finish() {
        go_on_.release();
        done_.acquire();
    }

    bool stopped = true;

private:
    std::binary_semaphore met_{0};
    std::binary_semaphore go_on_{0};
    std::binary_semaphore done_{0};
    std::thread thread_;
};

using operation = void (*)(pair_node& from, pair_node& to);

// Before the n-th instruction of the operation, a pass begins and reads from. Then the operation is
// completed, and then the pass reads root and to. Returns: whether there was an n-th instruction.
bool root_survives(std::size_t n, operation change) {
    moving_edge graph;
    stepwise_pass pass(graph.graph);
    stopped_thread program(n, [&] { change(*graph.from, *graph.to); });
    if (!program.stopped) {
        return false;
    }
    pass.list();
    stepped::read_edges_while(pass, [&] { program.finish(); });
    pass.mark();
    BOOST_REQUIRE(pass.finish().reclaimed == 0U);
    return true;
}

void root_survives_everywhere(operation change) {
    std::size_t n = 1;
    while (root_survives(n, change)) {
        ++n;
    }
    BOOST_TEST(n > 10U);
}

bool is_sealed(weak<pair_node> const& which) {
    return (handrail::detail::heap_access::header_of(which)->word.load() &
            handrail::detail::word_sealed) != 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(instructions, verified)

BOOST_AUTO_TEST_CASE(a_pass_at_any_moment_of_a_move_does_not_count_the_edge_twice) {
    root_survives_everywhere([](auto& from, auto& to) { to.next = std::move(from.next); });
}

BOOST_AUTO_TEST_CASE(a_pass_at_any_moment_of_a_swap_does_not_count_the_edge_twice) {
    root_survives_everywhere([](auto& from, auto& to) { swap(from.next, to.next); });
}

BOOST_AUTO_TEST_CASE(a_pass_at_any_moment_of_a_copy_and_a_reset_does_not_count_the_edge_twice) {
    root_survives_everywhere([](auto& from, auto& to) {
        to.next = from.next;
        from.next.reset();
    });
}

BOOST_FIXTURE_TEST_CASE(a_weak_lock_at_any_moment_of_a_seal_keeps_the_object_alive_or_waits,
                        stepped) {
    bool reached = true;
    int saved = 0;
    // Not every instruction: the time is quadratic in their number.
    for (std::size_t n = 1; reached; n += 5) {
        auto node = graph.make<pair_node>();
        node->next = node;
        auto const watched = weak(node);
        node.reset();
        stepwise_pass pass(graph);
        find_suspects(pass);
        reached = single_step::interrupt_before(
            n, [&] { pass.seal(); },
            [&] {
                if (!is_sealed(watched)) {
                    node = watched.lock();
                }
            });
        pass.commit();
        saved += node != nullptr;
        BOOST_REQUIRE(pass.finish().reclaimed == (node ? 0U : 1U));
        BOOST_REQUIRE(node.use_count() == (node ? 2 : 0));
        if (node) {
            node->next = nullptr;
        }
    }
    BOOST_TEST(saved > 10);
}

BOOST_FIXTURE_TEST_CASE(references_made_at_every_moment_until_an_unseal_are_counted, stepped) {
    // The pass seals first before it finds that last has changed.
    auto nodes = make_nodes<pair_node>(graph, 2);
    link_ring(nodes);
    weak<pair_node> const first = nodes[0];
    weak<pair_node> const last = nodes[1];
    nodes.clear();
    stepwise_pass pass(graph);
    find_suspects(pass);
    auto const held = last.lock();
    std::vector<shared<pair_node>> made;
    made.reserve(500);  // few enough that a compare-exchange loop succeeds in the end
    single_step::interrupt_everywhere([&] { pass.seal(); },
                                      [&] {
                                          if (is_sealed(first) && made.size() != made.capacity()) {
                                              made.push_back(held->next);
                                          }
                                      });
    pass.commit();
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(made.size() > 10U);
    BOOST_TEST(first.use_count() == static_cast<long>(made.size()) + 1);
}

BOOST_AUTO_TEST_SUITE_END()
