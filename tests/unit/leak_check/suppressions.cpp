// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/suppressions.hpp"

#include "lib/leak_check/report/glob.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace lc = handrail::leak_check;

BOOST_AUTO_TEST_SUITE(leak_check_suppressions)

BOOST_AUTO_TEST_CASE(suppressions_are_rules_comments_and_blank_lines) {
    auto const parsed = lc::parse_suppressions("# why\n\nHR001:*worker.cc*\r\n  HR020:file*\n");
    BOOST_TEST(parsed.warnings.empty());
    BOOST_TEST_REQUIRE(parsed.rules.size() == 2U);
    BOOST_TEST(parsed.rules[0].id == "HR001");
    BOOST_TEST(parsed.rules[0].glob == "*worker.cc*");
}

BOOST_AUTO_TEST_CASE(a_bad_suppression_is_a_warning_with_its_line) {
    auto const parsed = lc::parse_suppressions("HR001:*\nnonsense\nHR002:\n");
    BOOST_TEST(parsed.rules.size() == 1U);
    BOOST_TEST_REQUIRE(parsed.warnings.size() == 2U);
    BOOST_TEST(parsed.warnings[0] == "line 2: \"nonsense\" is not of the form HR001:glob; ignored");
    BOOST_TEST(parsed.warnings[1].starts_with("line 3: "));
}

BOOST_AUTO_TEST_CASE(globs_match_the_whole_text) {
    BOOST_TEST(lc::matches("*a?c*", "xxabcxx"));
    BOOST_TEST(lc::matches("", ""));
    BOOST_TEST(lc::matches("**", "anything"));
    BOOST_TEST(!lc::matches("a", "ab"));
    BOOST_TEST(!lc::matches("*b", "ba"));
    BOOST_TEST(lc::matches("a*b*c", "a1b2b3c"));
}

BOOST_AUTO_TEST_CASE(a_suppressed_finding_is_gone_and_counted) {
    lc::report r{};
    lc::finding f{};
    f.id = "HR001";
    f.path = {{.from = "cleanup at a.cc:1"}, {.from = "file 7"}};
    r.findings = {f};
    std::vector<lc::suppression> rules{{"HR001", "*a.cc:1 -> file*", 1}, {"HR002", "*", 2}};
    lc::suppress(r, rules);
    BOOST_TEST(r.findings.empty());
    BOOST_TEST(rules[0].used == 1U);
    BOOST_TEST(rules[1].used == 0U);
}

BOOST_AUTO_TEST_CASE(an_id_that_is_not_a_finding_is_a_warning) {
    auto const parsed = lc::parse_suppressions("HR999:*\nHRxyz:*\nhr001:*\n");
    BOOST_TEST(parsed.rules.empty());
    BOOST_TEST(parsed.warnings.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_warning_cannot_mislead_a_terminal) {
    auto const parsed = lc::parse_suppressions("\x1b[2Jbad\xff\n");
    BOOST_TEST_REQUIRE(parsed.warnings.size() == 1U);
    BOOST_TEST(parsed.warnings[0].find("\\x1b[2Jbad\\xff") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_glob_may_match_the_resource_instead) {
    lc::report r{};
    lc::finding f{};
    f.id = "HR020";
    f.resource = "file 7 \"pool\"";
    f.path = {{.from = "file", .via = "opened at a.cc:1"}};
    r.findings = {f};
    std::vector<lc::suppression> rules{{"HR020", "file*pool*", 1}};
    lc::suppress(r, rules);
    BOOST_TEST(r.findings.empty());
}

BOOST_AUTO_TEST_CASE(a_rule_hides_nothing_of_another_id) {
    lc::report r{};
    lc::finding f{};
    f.id = "HR002";
    r.findings = {f};
    std::vector<lc::suppression> rules{{"HR001", "*", 1}};
    lc::suppress(r, rules);
    BOOST_TEST(r.findings.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
