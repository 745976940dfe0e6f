// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What <handrail/leak_check.hpp> promises: a test for each sentence.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace lc = handrail::leak_check;
using handrail::file;

namespace {

file open_null() { return file::open("/dev/null", file::read_only); }

struct level_off_afterwards {
    level_off_afterwards() = default;
    level_off_afterwards(level_off_afterwards const&) = delete;
    level_off_afterwards& operator=(level_off_afterwards const&) = delete;
    ~level_off_afterwards() { lc::set_level(lc::level::off); }
};

std::vector<std::string> ids(lc::report const& r) {
    std::vector<std::string> all;
    for (auto const& each : r.findings) {
        all.push_back(each.id);
    }
    return all;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(leak_check_promises, level_off_afterwards)

BOOST_AUTO_TEST_CASE(a_scoped_check_sets_level_handles_and_the_level_stays) {
    BOOST_TEST((lc::current_level() == lc::level::off));
    {
        lc::scoped_check const check;
    }
    BOOST_TEST((lc::current_level() == lc::level::handles));
}

BOOST_AUTO_TEST_CASE(a_scoped_check_does_not_lower_the_level) {
    lc::set_level(lc::level::full);
    lc::scoped_check const check;
    BOOST_TEST((lc::current_level() == lc::level::full));
}

BOOST_AUTO_TEST_CASE(nested_scoped_checks_each_report_what_happened_in_them) {
    lc::scoped_check outer;
    file const first = open_null();
    lc::scoped_check inner;
    file const second = open_null();
    BOOST_TEST(inner.finish().findings.size() == 1U);
    std::size_t count = 0;
    for (auto const& each : outer.finish().findings) {
        count += each.count;
    }
    BOOST_TEST(count == 2U);
}

BOOST_AUTO_TEST_CASE(finish_called_again_reports_the_state_at_that_time) {
    lc::scoped_check check;
    std::optional<file> open(open_null());
    BOOST_TEST(check.finish().findings.size() == 1U);
    BOOST_TEST(check.finish().findings.size() == 1U);
    open.reset();
    BOOST_TEST(check.finish().findings.empty());
}

BOOST_AUTO_TEST_CASE(what_happened_before_the_check_was_switched_on_is_not_reported) {
    file const before = open_null();
    lc::set_level(lc::level::handles);
    BOOST_TEST(lc::live_handles().empty());
    BOOST_TEST(lc::check_now({.open_handles = true}).findings.empty());
}

BOOST_AUTO_TEST_CASE(certain_findings_come_first) {
    lc::scoped_check check;
    file const open = open_null();
    auto const held = handrail::make<file>(open_null());
    auto token = handrail::add_cleanup(held, handrail::capturing([held] {}));
    auto const found = ids(check.finish());
    BOOST_TEST_REQUIRE(found.size() >= 2U);
    BOOST_TEST(found.front() == "HR001");
    BOOST_TEST(found.back() == "HR020");
    token.stop();
}

BOOST_AUTO_TEST_CASE(set_name_and_mark_intentional_do_nothing_at_level_off) {
    file open = open_null();
    lc::set_name(open, "before");
    lc::mark_intentional(open, "before");
    lc::set_level(lc::level::handles);
    BOOST_TEST(lc::live_handles().empty());
    file late = open_null();
    BOOST_TEST(lc::check_now({.open_handles = true}).findings.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_empty_owner_cannot_be_named_or_marked) {
    lc::set_level(lc::level::handles);
    file empty;
    BOOST_CHECK_THROW(lc::set_name(empty, "x"), std::invalid_argument);
    BOOST_CHECK_THROW(lc::mark_intentional(empty, "x"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(nothing_is_reported_at_level_off) {
    file const open = open_null();
    auto const report = lc::check_now({.open_handles = true});
    BOOST_TEST(report.findings.empty());
    BOOST_TEST(report.handles == 0U);
}

BOOST_AUTO_TEST_CASE(a_text_ends_with_a_newline_and_json_has_a_line_for_each_finding) {
    lc::scoped_check check;
    file const open = open_null();
    auto const report = check.finish();
    BOOST_TEST(lc::to_text(report).back() == '\n');
    auto const json = lc::to_json(report);
    BOOST_TEST(static_cast<std::size_t>(std::count(json.begin(), json.end(), '\n')) ==
               1 + report.findings.size());
}

BOOST_AUTO_TEST_SUITE_END()
