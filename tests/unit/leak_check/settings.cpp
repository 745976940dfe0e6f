// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/settings.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace lc = handrail::leak_check;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_CASE(every_key_is_parsed) {
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

BOOST_AUTO_TEST_CASE(an_empty_text_sets_no_level_and_gives_no_warning) {
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
                                   "slow=0ms",
                                   "slow=100",
                                   "slow=ms",
                                   "slow=1.5s",
                                   "slow=99999999999s",
                                   "trackback=x",
                                   "leak\ncheck=1",
                                   "suppressions=",
                                   "exitcode=99999999999999999999"};

BOOST_DATA_TEST_CASE(each_invalid_setting_is_one_warning_and_the_others_are_used, data::make(bad),
                     text) {
    auto const parsed = lc::parse_settings(text + ",exitcode=9");
    BOOST_TEST(parsed.warnings.size() == 1U);
    BOOST_TEST(parsed.warnings[0].find("HANDRAIL_DEBUG") == 0U);
    BOOST_TEST(parsed.warnings[0].find('\n') == std::string::npos);
    BOOST_TEST(*parsed.values.exit_code == 9);
}

BOOST_AUTO_TEST_CASE(a_duration_has_a_unit) {
    using namespace std::chrono_literals;
    BOOST_TEST((lc::parse_settings("slow=7ns").values.slow == 7ns));
    BOOST_TEST((lc::parse_settings("slow=100ms").values.slow == 100ms));
    BOOST_TEST((lc::parse_settings("slow=2s").values.slow == 2s));
}
