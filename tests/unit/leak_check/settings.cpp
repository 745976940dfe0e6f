// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/settings.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace lc = handrail::leak_check;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_CASE(every_key_is_understood) {
    auto const parsed = lc::parse_settings(
        "leakcheck=1, "
        "format=json,out=/tmp/x.%p,failon=possible,exitcode=7,suppressions=s.txt,atexit=0");
    BOOST_TEST(parsed.warnings.empty());
    auto const& s = parsed.values;
    BOOST_TEST((s.level == lc::level::handles));
    BOOST_TEST((s.format == lc::report_format::json));
    BOOST_TEST(s.out == "/tmp/x.%p");
    BOOST_TEST((s.fail_on == lc::grade::possible));
    BOOST_TEST(*s.exit_code == 7);
    BOOST_TEST(s.suppressions == "s.txt");
    BOOST_TEST(!s.at_exit);
}

BOOST_AUTO_TEST_CASE(nothing_is_no_level_and_no_warning) {
    auto const parsed = lc::parse_settings("");
    BOOST_TEST(parsed.warnings.empty());
    BOOST_TEST(!parsed.values.level.has_value());
}

std::vector<std::string> const bad{"leakcheck=3",
                                   "leakcheck=-1",
                                   "leakcheck=",
                                   "leakcheck",
                                   "leakcheck=1x",
                                   "format=xml",
                                   "out=",
                                   "failon=maybe",
                                   "exitcode=0",
                                   "exitcode=256",
                                   "exitcode=abc",
                                   "atexit=2",
                                   "nonsense=1",
                                   "=1",
                                   "slow=100ms",
                                   "trackback=x",
                                   "leak\ncheck=1",
                                   "suppressions=",
                                   "exitcode=99999999999999999999"};

BOOST_DATA_TEST_CASE(each_bad_part_is_one_warning_and_the_rest_counts, data::make(bad), text) {
    auto const parsed = lc::parse_settings(text + ",exitcode=9");
    BOOST_TEST(parsed.warnings.size() == 1U);
    BOOST_TEST(parsed.warnings[0].find("HANDRAIL_DEBUG") == 0U);
    BOOST_TEST(parsed.warnings[0].find('\n') == std::string::npos);
    BOOST_TEST(*parsed.values.exit_code == 9);
}

BOOST_AUTO_TEST_CASE(level_full_says_what_it_does_not_do) {
    BOOST_TEST(lc::parse_settings("leakcheck=2").warnings.size() == 1U);
}

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
    BOOST_TEST(parsed.warnings[0].find("line 2") != std::string::npos);
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
    f.path = {{"cleanup at a.cc:1", "", {}}, {"file 7", "", {}}};
    r.findings = {f};
    std::vector<lc::suppression> rules{{"HR001", "*a.cc:1 -> file*"}, {"HR002", "*"}};
    lc::suppress(r, rules);
    BOOST_TEST(r.findings.empty());
    BOOST_TEST(rules[0].used == 1U);
    BOOST_TEST(rules[1].used == 0U);
}
