// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the scan of memory did not recognise an edge to an object that has edges. A cycle through
// such an edge that managed_edges does not name was not reported, and a cleanup that held its own
// resource by one was reported as pointing into it (HR003).
// Correct: HR005, and HR001.

#include "tests/unit/leak_check/full_level.hpp"

#include <handrail/cleanup.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::edge;
namespace leak_check = handrail::leak_check;

namespace {

struct holder;

struct node {
    edge<node> next;
    handrail::traced<std::vector<edge<node>>> all;
    std::vector<edge<node>> undeclared;
    std::optional<edge<node>> perhaps;
    std::shared_ptr<holder> held;

    using managed_edges = handrail::edges<&node::next, &node::all>;
};
struct holder {
    edge<node> to;
};

bool has(leak_check::report const& report, std::string_view id) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [&](auto const& f) { return f.id == id; });
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_undeclared_edge_in_a_container, at_full) {
    auto const one = handrail::make<node>();
    one->undeclared.push_back(one);
    auto const report = complete_check();
    one->undeclared.clear();
    BOOST_TEST(has(report, "HR005"), text_of(report));
}

BOOST_FIXTURE_TEST_CASE(an_undeclared_edge_in_an_optional, at_full) {
    auto const one = handrail::make<node>();
    one->perhaps.emplace(one);
    auto const report = complete_check();
    one->perhaps.reset();
    BOOST_TEST(has(report, "HR005"), text_of(report));
}

BOOST_FIXTURE_TEST_CASE(an_edge_in_an_object_of_shared_ptr, at_full) {
    auto const one = handrail::make<node>();
    one->held = std::make_shared<holder>();
    one->held->to = one;
    auto const report = complete_check();
    one->held.reset();
    BOOST_TEST(has(report, "HR005"), text_of(report));
}

BOOST_FIXTURE_TEST_CASE(an_undeclared_edge_beside_a_declared_one, at_full) {
    auto const one = handrail::make<node>();
    one->next = one;
    one->all.write()->push_back(one);
    one->undeclared.push_back(one);
    auto const report = complete_check();
    one->undeclared.clear();
    one->all.write()->clear();
    one->next.reset();
    BOOST_TEST(has(report, "HR005"), text_of(report));
}

BOOST_FIXTURE_TEST_CASE(declared_edges_are_the_collectors_to_break, at_full) {
    auto const one = handrail::make<node>();
    auto const other = handrail::make<node>();
    one->next = other;
    other->next = one;
    one->all.write()->push_back(one);
    one->all.write()->push_back(one);
    one->all.write()->push_back(other);
    auto const report = complete_check();
    one->all.write()->clear();
    one->next.reset();
    BOOST_TEST(report.findings.empty(), text_of(report));
}

// The edges in it are not read then, and not known to be declared.
BOOST_FIXTURE_TEST_CASE(declared_edges_in_a_container_that_is_locked_are_no_finding, at_full) {
    auto const one = handrail::make<node>();
    auto locked = one->all.write();
    locked->push_back(one);
    auto const report = leak_check::check_now();
    locked->clear();
    BOOST_TEST(!report.complete);
    BOOST_TEST(report.findings.empty(), text_of(report));
}

namespace {
// So large that no block of the test framework has had the address, which may still be in memory:
// the owner of the block would be in doubt.
struct large {
    edge<node> to;
    std::array<char, 5000> rest{};
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(an_edge_in_a_cleanup_that_cannot_be_copied, at_full) {
    auto const one = handrail::make<node>();
    auto token = add_cleanup(
        one, handrail::capturing(
                 handrail::move_only([self = std::make_unique<large>(large{edge<node>(one)})] {})));
    auto const report = complete_check();
    BOOST_TEST(token.stop());
    BOOST_TEST(only(report).id == "HR001", text_of(report));
}
