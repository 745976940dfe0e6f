// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Passes over so many objects that they need pages for what they record, on a system that has no
// pages left.

#include "tests/fake_port/fake.hpp"
#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

using namespace heap_test;
namespace errc = boost::system::errc;
namespace fake = handrail::fake;

namespace {

constexpr long many = 300'000;

struct garbage_pairs {
    garbage_pairs() {
        counted_node::alive = 0;
        for (long i = 0; i < many; i += 2) {
            auto const a = graph.make<pair_node>();
            auto const b = graph.make<pair_node>();
            a->next = b;
            b->next = a;
        }
    }

    heap graph;
    std::size_t const page_runs = fake::open_page_runs();
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(heap_on_a_failing_system, garbage_pairs)

BOOST_AUTO_TEST_CASE(a_pass_whose_pages_are_refused_changes_nothing_and_the_next_one_succeeds) {
    std::size_t refused = 0;
    for (bool struck = true; struck; refused += struck) {
        fake::fault const full(fake::operation::allocate_pages, refused + 1,
                               errc::not_enough_memory);
        auto const did = graph.collect();
        struck = full.struck();
        BOOST_TEST(did.reclaimed == static_cast<std::size_t>(struck ? 0 : many));
        BOOST_TEST(counted_node::alive == (struck ? many : 0));
        BOOST_TEST(fake::open_page_runs() == page_runs);
    }
    BOOST_TEST(refused >= 3U);  // the objects, their edges, the suspects
}

BOOST_AUTO_TEST_SUITE_END()
