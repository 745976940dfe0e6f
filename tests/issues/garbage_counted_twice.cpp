// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: three rings of two objects were "a group of 6 managed objects (3 times)" in HR021. Equal
// cycles were findings of their own, with other fingerprints, if they had been found from another
// object of the same type, or if the names of types lay elsewhere in memory. The path of 16 or more
// objects ended with an edge to nothing.
// Correct: a finding about equal cycles says how large each group is; equal cycles are one finding,
// whose fingerprint depends on names alone; a path is whole, or says how many steps it omits.

#include "lib/leak_check/report/uncollected_cycles.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace {

using handrail::detail::uncollected_component;
using handrail::leak_check::finding;
using handrail::leak_check::findings_of_garbage;
using handrail::leak_check::step;

constexpr char a[] = "1a", b[] = "1b";

uncollected_component group(std::vector<char const*> cycle, std::size_t more_objects = 0) {
    std::vector<void const*> objects(cycle.size() + more_objects);
    return {std::move(objects), std::move(cycle)};
}

finding only_finding(std::vector<uncollected_component> found) {
    auto const findings = findings_of_garbage(std::move(found));
    BOOST_TEST_REQUIRE(findings.size() == 1U);
    return findings[0];
}

// Claims: each step begins where the one before it ends, and the last one ends at the beginning.
void claim_closed(std::vector<step> const& path) {
    for (std::size_t i = 0; i != path.size(); ++i) {
        BOOST_TEST(path[i].omitted == 0U);
        BOOST_TEST(path[i].to == path[(i + 1) % path.size()].from);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(garbage_counted_twice)

BOOST_AUTO_TEST_CASE(a_finding_about_equal_cycles_tells_the_size_of_one) {
    auto const f = only_finding({group({a, b}), group({a, b}), group({a, b})});
    BOOST_TEST(f.resource == "group of 2 managed objects");
    BOOST_TEST(f.count == 3U);
}

BOOST_AUTO_TEST_CASE(groups_around_equal_cycles_may_differ_in_size) {
    BOOST_TEST(only_finding({group({a, b}, 3), group({a, b}), group({a, b}, 1)}).resource ==
               "group of 2 to 5 managed objects");
}

BOOST_AUTO_TEST_CASE(an_object_that_refers_to_itself_is_one_object) {
    BOOST_TEST(only_finding({group({a})}).resource == "group of 1 managed object");
}

BOOST_AUTO_TEST_CASE(a_cycle_is_the_same_from_whichever_object_it_was_found) {
    auto const f = only_finding({group({a, a, b}), group({a, b, a}), group({b, a, a})});
    BOOST_TEST(f.fingerprint == "HR021 a a b");
    BOOST_TEST(f.count == 3U);
    claim_closed(f.path);
}

BOOST_AUTO_TEST_CASE(any_rotation_of_any_short_cycle_is_the_same) {
    for (std::size_t size = 1; size != 9; ++size) {
        for (std::size_t bits = 0; bits != std::size_t{1} << size; ++bits) {
            std::vector<char const*> cycle;
            for (std::size_t i = 0; i != size; ++i) {
                cycle.push_back((bits >> i & 1) != 0 ? b : a);
            }
            auto other = cycle;
            std::rotate(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(bits % size),
                        other.end());
            BOOST_TEST(only_finding({group(cycle), group(other)}).count == 2U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_type_has_one_name_wherever_that_lies) {
    static constexpr char names[2][2][3] = {{"1b", "1a"}, {"1a", "1b"}};  // in order of addresses
    auto const f =
        only_finding({group({names[0][0], names[0][1]}), group({names[1][0], names[1][1]})});
    BOOST_TEST(f.fingerprint == "HR021 a b");
    BOOST_TEST(f.count == 2U);
}

BOOST_AUTO_TEST_CASE(the_path_around_many_objects_is_closed) {
    for (std::size_t const size : {15U, 16U, 17U, 1000U}) {
        std::vector<char const*> cycle(size, a);
        cycle.back() = b;
        auto const f = only_finding({group(cycle)});
        BOOST_TEST(f.path.size() == size);
        claim_closed(f.path);
    }
}

BOOST_AUTO_TEST_CASE(a_path_that_is_cut_says_how_many_steps_it_omits) {
    std::vector<char const*> cycle(5'000, a);
    cycle.back() = b;
    auto const path = only_finding({group(cycle)}).path;
    BOOST_TEST_REQUIRE(path.size() == 1'000U);
    BOOST_TEST(path[989].to == "a");
    BOOST_TEST(path[990].omitted == 4'001U);
    BOOST_TEST(path.back().to == path.front().from);
}

BOOST_AUTO_TEST_CASE(a_cycle_of_sixteen_is_another_kind_than_a_longer_one) {
    std::vector<char const*> const sixteen(16, a), more(17, a), many(18, a);
    auto const findings = findings_of_garbage({group(sixteen), group(more), group(many)});
    BOOST_TEST_REQUIRE(findings.size() == 2U);
    BOOST_TEST(findings[0].count == 1U);
    BOOST_TEST(findings[1].count == 2U);
    BOOST_TEST(findings[1].resource == "group of 17 to 18 managed objects");
}

BOOST_AUTO_TEST_SUITE_END()
