// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: 450 suppressions of the form *…* took 45 seconds for one name of 100 KB, because the
// matching after a star began again at every byte.
// Correct: the time is proportional to the lengths of glob and text. The test counts instructions,
// so that a slow machine changes nothing.

#include "lib/leak_check/report/glob.hpp"
#include "lib/leak_check/report/suppressions.hpp"
#include "tests/support/single_step.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

namespace lc = handrail::leak_check;

namespace {

std::string letters(std::size_t n) { return std::string(n, 'a'); }

// Requires: they do not match.
// Returns: the number of instructions that the comparison takes.
std::size_t count_instructions(std::string const& glob, std::string const& text) {
    std::size_t count = 0;
    bool matched = true;
    handrail_test::single_step::interrupt_everywhere([&] { matched = lc::matches(glob, text); },
                                                     [&] { ++count; });
    BOOST_TEST(!matched);
    return count;
}

// A text and a glob of double length take about twice as many instructions, in every build. A
// search that begins again at every byte takes four times as many.
template <class Glob>
void check_linear_time(Glob glob) {
    std::size_t const once = count_instructions(glob(20), letters(40));
    std::size_t const twice = count_instructions(glob(40), letters(80));
    BOOST_TEST(twice < 3 * once);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_glob_that_almost_matches_everywhere_takes_linear_time) {
    check_linear_time([](std::size_t n) { return "*" + letters(n) + "b*"; });
    check_linear_time(
        [](std::size_t n) { return "*" + letters(n / 2) + "b" + letters(n / 2) + "*"; });
}

BOOST_AUTO_TEST_CASE(a_glob_with_many_stars_takes_linear_time) {
    check_linear_time([](std::size_t n) {
        std::string glob = "*";
        for (std::size_t i = 0; i != n / 4; ++i) {
            glob += "a*";
        }
        return glob + "b*";
    });
}

BOOST_AUTO_TEST_CASE(a_glob_with_question_marks_takes_linear_time) {
    check_linear_time(
        [](std::size_t n) { return "*" + letters(n / 4) + "?" + letters(n / 4) + "b*"; });
}

BOOST_AUTO_TEST_CASE(question_marks_match_in_parts_shorter_and_longer_than_64_bytes) {
    for (std::size_t const size : {1U, 62U, 63U, 64U, 65U, 127U, 128U, 129U}) {
        std::string const part = "?" + letters(size - 1);
        BOOST_TEST(lc::matches("*" + part + "*", "xx" + letters(size) + "x"));
        BOOST_TEST(lc::matches("*" + part + "*", "x" + letters(size - 1)));
        BOOST_TEST(lc::matches("*b" + part + "*c*", "abx" + letters(size - 1) + "c"));
        BOOST_TEST(!lc::matches("*b" + part + "*", "ab" + letters(size - 1)));
    }
}

BOOST_AUTO_TEST_CASE(the_beginning_and_the_end_of_a_glob_do_not_match_the_same_bytes) {
    BOOST_TEST(!lc::matches("ab*ba", "aba"));
    BOOST_TEST(lc::matches("ab*ba", "abba"));
    BOOST_TEST(!lc::matches("ab*b*ba", "abba"));
}

BOOST_AUTO_TEST_CASE(a_glob_that_is_too_long_is_ignored_with_a_short_warning) {
    auto const parsed = lc::parse_suppressions("HR001:*" + std::string(100'000, '?') + "\n");
    BOOST_TEST(parsed.rules.empty());
    BOOST_TEST_REQUIRE(parsed.warnings.size() == 1U);
    BOOST_TEST(parsed.warnings[0].ends_with("\" has a glob of more than 4096 bytes; ignored"));
    BOOST_TEST(parsed.warnings[0].size() < 200U);
}
