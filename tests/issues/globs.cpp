// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// 450 suppressions of the form *…* took 45 seconds for one name of 100 KB: a star was tried anew at
// every byte. What is counted here are instructions, so that a slow machine changes nothing.

#include "lib/leak_check/glob.hpp"
#include "lib/leak_check/suppressions.hpp"
#include "tests/support/single_step.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

namespace lc = handrail::leak_check;

namespace {

std::string many(std::size_t n) { return std::string(n, 'a'); }

// Not compiled for speed, and perhaps with sanitizers: some hundred instructions a byte of glob and
// text. A search that begins anew at every byte takes a thousand and more.
void check_work(std::string const& glob) {
    std::string const text = many(300);
    bool matched = true;
    bool const too_many = handrail_test::single_step::interrupt_before(
        600 * (text.size() + glob.size()), [&] { matched = lc::matches(glob, text); }, [] {});
    BOOST_TEST(!too_many);
    BOOST_TEST(!matched);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_glob_that_almost_matches_everywhere_reads_its_text_once) {
    check_work("*" + many(150) + "b*");
    check_work("*" + many(80) + "b" + many(80) + "*");
}

BOOST_AUTO_TEST_CASE(many_stars_are_searched_once_each_and_not_combined) {
    std::string glob = "*";
    for (int i = 0; i != 40; ++i) {
        glob += "a*";
    }
    check_work(glob + "b*");
}

BOOST_AUTO_TEST_CASE(question_marks_inside_a_part_are_no_reason_to_begin_anew) {
    check_work("*" + many(80) + "?" + many(60) + "b*");
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
