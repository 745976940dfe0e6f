// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: garbage that nothing collects was reported at exit (HR021, certain) although its objects, or
// handles in them, were marked as leaked intentionally.
// Correct: such groups are left out.

#include "lib/leak_check/report/uncollected_cycles.hpp"

#include "tests/unit/leak_check/full_level.hpp"

using namespace handrail_test;
namespace leak_check = handrail::leak_check;

namespace {

struct ring {
    handrail::edge<ring> next;
    handrail::file log = open_null();
    using managed_edges = handrail::edges<&ring::next>;
};

// A heap with a lost ring of two. Effects: calls mark with the first before it is lost.
template <class Mark>
std::size_t findings_after(Mark mark) {
    handrail::heap graph;
    {
        auto const first = graph.make<ring>();
        first->next = graph.make<ring>();
        first->next->next = first;
        mark(first);
    }
    std::size_t const found = leak_check::uncollected_cycles().size();
    graph.collect();
    return found;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(garbage_is_reported, at_full) {
    BOOST_TEST(findings_after([](auto const&) {}) == 1U);
}

BOOST_FIXTURE_TEST_CASE(garbage_with_an_object_that_is_marked_is_not_reported, at_full) {
    BOOST_TEST(findings_after([](auto const& first) {
                   leak_check::mark_intentional(first, "kept until the end");
               }) == 0U);
}

BOOST_FIXTURE_TEST_CASE(the_mark_of_a_handle_ends_with_its_close, at_full) {
    BOOST_TEST(findings_after([](auto const& first) {
                   leak_check::mark_intentional(first->log, "kept until the end");
                   first->log.close();
               }) == 1U);
}

BOOST_FIXTURE_TEST_CASE(garbage_with_a_handle_that_is_marked_is_not_reported, at_full) {
    BOOST_TEST(findings_after([](auto const& first) {
                   leak_check::mark_intentional(first->next->log, "kept until the end");
               }) == 0U);
}
