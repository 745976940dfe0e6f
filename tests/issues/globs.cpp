// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// 450 suppressions of the form *…* took 45 seconds for one name of 100 KB: a star was tried anew at
// every byte. What is counted here are instructions, so that a slow machine changes nothing.

#include "lib/leak_check/report/glob.hpp"
#include "lib/leak_check/report/suppressions.hpp"
#include "tests/support/single_step.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

namespace lc = handrail::leak_check;

namespace {

std::string many(std::size_t n) { return std::string(n, 'a'); }

std::size_t instructions(std::string const& glob, std::string const& text) {
    std::size_t count = 0;
    bool matched = true;
    handrail_test::single_step::interrupt_everywhere([&] { matched = lc::matches(glob, text); },
                                                     [&] { ++count; });
    BOOST_TEST(!matched);
    return count;
}

// Twice the text and twice the glob take twice the work, however the build compiles it. A search
// that begins anew at every byte takes four times as much.
template <class Glob>
void check_work(Glob glob) {
    std::size_t const once = instructions(glob(40), many(80));
    std::size_t const twice = instructions(glob(80), many(160));
    BOOST_TEST(twice < 3 * once);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_glob_that_almost_matches_everywhere_reads_its_text_once) {
    check_work([](std::size_t n) { return "*" + many(n) + "b*"; });
    check_work([](std::size_t n) { return "*" + many(n / 2) + "b" + many(n / 2) + "*"; });
}

BOOST_AUTO_TEST_CASE(many_stars_are_searched_once_each_and_not_combined) {
    check_work([](std::size_t n) {
        std::string glob = "*";
        for (std::size_t i = 0; i != n / 4; ++i) {
            glob += "a*";
        }
        return glob + "b*";
    });
}

BOOST_AUTO_TEST_CASE(question_marks_inside_a_part_are_no_reason_to_begin_anew) {
    check_work([](std::size_t n) { return "*" + many(n / 4) + "?" + many(n / 4) + "b*"; });
}

BOOST_AUTO_TEST_CASE(question_marks_match_any_byte_on_both_sides_of_a_word_of_64_bits) {
    for (std::size_t const size : {1U, 62U, 63U, 64U, 65U, 127U, 128U, 129U}) {
        std::string const part = "?" + many(size - 1);
        BOOST_TEST(lc::matches("*" + part + "*", "xx" + many(size) + "x"));
        BOOST_TEST(lc::matches("*" + part + "*", "x" + many(size - 1)));
        BOOST_TEST(lc::matches("*b" + part + "*c*", "abx" + many(size - 1) + "c"));
        BOOST_TEST(!lc::matches("*b" + part + "*", "ab" + many(size - 1)));
    }
}

BOOST_AUTO_TEST_CASE(a_head_and_a_tail_do_not_share_bytes) {
    BOOST_TEST(!lc::matches("ab*ba", "aba"));
    BOOST_TEST(lc::matches("ab*ba", "abba"));
    BOOST_TEST(!lc::matches("ab*b*ba", "abba"));
}

BOOST_AUTO_TEST_CASE(a_glob_too_long_to_be_one_is_a_warning_that_shows_its_beginning) {
    auto const parsed = lc::parse_suppressions("HR001:*" + std::string(100'000, '?') + "\n");
    BOOST_TEST(parsed.rules.empty());
    BOOST_TEST_REQUIRE(parsed.warnings.size() == 1U);
    BOOST_TEST(parsed.warnings[0].ends_with("\" is longer than a glob of 4096 bytes; ignored"));
    BOOST_TEST(parsed.warnings[0].size() < 200U);
}
