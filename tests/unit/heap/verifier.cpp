// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The verifier, given passes that are wrong: it aborts the process with a message.

#include "tests/unit/heap/graphs.hpp"

#include "lib/heap/verifier.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace heap_test;

namespace {

// Runs wrong() in a child, which must abort. Returns: what it wrote to stderr.
template <class Wrong>
std::string message_of(Wrong wrong) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    pid_t const child = ::fork();
    if (child == 0) {
        rlimit const none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        std::signal(SIGABRT, SIG_DFL);  // Boost.Test's handler would go on with the tests
        ::dup2(ends[1], STDERR_FILENO);
        wrong();
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    char part[512];
    for (ssize_t size = 0; (size = ::read(ends[0], part, sizeof part)) > 0;) {
        said.append(part, static_cast<std::size_t>(size));
    }
    ::close(ends[0]);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFSIGNALED(status));
    BOOST_TEST(WTERMSIG(status) == SIGABRT);
    return said;
}

// Verifies a pass that takes every object of the heap for garbage, except the first ones.
void verify_without_marking(heap& graph, std::uint32_t exceptions) {
    handrail::detail::pass_lock const pass;
    handrail::detail::snapshot marked(pass);
    marked.list(handrail::detail::heap_access::state_of(graph));
    marked.read_edges();
    for (std::uint32_t index = 0; index != exceptions; ++index) {
        marked[index].word = 0;
    }
    handrail::detail::verify(pass, marked);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(verifier, verified)

BOOST_AUTO_TEST_CASE(an_edge_of_a_live_object_to_garbage_aborts_with_both_objects_named) {
    heap graph;
    auto const live = graph.make<pair_node>();
    live->other = graph.make<pair_node>();
    std::string const said = message_of([&] { verify_without_marking(graph, 1); });
    BOOST_TEST(said.find("pair_node") != std::string::npos);
    BOOST_TEST(said.find("is garbage, but edge 0 of") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_reference_that_is_no_edge_of_garbage_aborts_with_both_counts) {
    heap graph;
    auto const held = graph.make<pair_node>();
    held->next = held;
    std::string const said = message_of([&] { verify_without_marking(graph, 0); });
    BOOST_TEST(said.find("of its 2 references only 1 are edges of garbage") != std::string::npos);
    held->next = nullptr;
}

BOOST_AUTO_TEST_CASE(a_correct_pass_does_not_abort) {
    heap graph;
    link_ring(make_nodes<pair_node>(graph, 2));
    auto const live = graph.make<pair_node>();
    live->next = live;
    BOOST_TEST(graph.collect().reclaimed == 2U);
    live->next = nullptr;
}

BOOST_AUTO_TEST_SUITE_END()
