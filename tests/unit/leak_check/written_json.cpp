// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reports as JSON: what is written is read back, and what is not a report is refused with its line.

#include "lib/leak_check/report/written_json.hpp"
#include "tests/support/written_reports.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace handrail_test;
namespace written = handrail::leak_check::written;
namespace data = boost::unit_test::data;

namespace {

std::string refusal(std::string const& text) {
    try {
        written::from_json(text);
    } catch (written::bad_report const& e) {
        return e.what();
    }
    return "none";
}

std::string without(std::string text, std::string const& part) {
    auto const at = text.find(part);
    BOOST_TEST_REQUIRE(at != text.npos);
    return text.erase(at, part.size());
}

std::string const head =
    R"({"schema_version":2,"findings":0,"complete":true,"missing":"","handles":1,"cleanups":2,)"
    R"("opaque":0,"pause":3,"duration":4,"modules":[]})";

// The beginning of a summary line, up to the given keys.
std::string summary_with(std::string const& keys) { return R"({"schema_version":2,)" + keys + "}"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(leak_check_written_json)

BOOST_AUTO_TEST_CASE(a_report_comes_back_as_it_was) {
    auto const reports = written::from_json(written::to_json(ring_report()));
    BOOST_TEST_REQUIRE(reports.size() == 1U);
    BOOST_TEST((reports[0] == ring_report()));
}

BOOST_AUTO_TEST_CASE(a_report_that_means_nothing_comes_back_as_one) {
    auto report = ring_report();
    report.complete = false;
    report.missing = "the copy ended early";
    report.inconclusive = true;
    BOOST_TEST((written::from_json(written::to_json(report)).at(0) == report));
}

BOOST_AUTO_TEST_CASE(a_report_without_a_key_that_was_added_later_is_conclusive) {
    BOOST_TEST(!written::from_json(head).at(0).inconclusive);
}

BOOST_AUTO_TEST_CASE(reports_may_follow_each_other) {
    auto const reports =
        written::from_json(written::to_json(ring_report()) + written::to_json(written::report()));
    BOOST_TEST_REQUIRE(reports.size() == 2U);
    BOOST_TEST(reports[0].findings.size() == 1U);
    BOOST_TEST(reports[1].findings.empty());
}

BOOST_AUTO_TEST_CASE(an_empty_text_has_no_reports) {
    BOOST_TEST(written::from_json("\n \n").empty());
}

BOOST_AUTO_TEST_CASE(there_is_one_line_for_the_report_and_one_for_each_finding) {
    auto report = ring_report();
    report.findings.push_back(report.findings[0]);
    report.findings[0].resource = "two\nlines";
    auto const text = written::to_json(report);
    BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 3);
    BOOST_TEST(text.back() == '\n');
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_escaped) {
    auto report = ring_report();
    report.findings[0].resource = "file \"\xff\x1b\"";
    BOOST_TEST(written::from_json(written::to_json(report))[0].findings[0].resource ==
               "file \"\\xff\\x1b\"");
}

BOOST_AUTO_TEST_CASE(a_report_of_the_first_version_is_refused_with_what_to_do) {
    std::string const first = without(without(head, R"("schema_version":2,)"), R"(,"modules":[])");
    BOOST_TEST(refusal(first) ==
               "line 1: the report has schema version 1, and version 2 is needed: run the program "
               "again with the current library, or read the report with the handrail-check of the "
               "version that wrote it");
}

BOOST_AUTO_TEST_CASE(a_report_of_a_later_version_is_refused_with_what_to_do) {
    std::string const later = R"({"schema_version":3)" + head.substr(head.find(','));
    BOOST_TEST(refusal(later) ==
               "line 1: the report has schema version 3, and version 2 is needed: read it with a "
               "newer handrail-check");
}

BOOST_AUTO_TEST_CASE(a_word_that_no_enumerator_has_is_refused) {
    auto text = written::to_json(ring_report());
    std::string const word = R"("reference":"strong")";
    text.replace(text.find(word), word.size(), R"("reference":"odd")");
    BOOST_TEST(
        refusal(text) ==
        "line 2: \"reference\" must be one of none, strong, edge, containment, weak, pointer");
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_ignored) {
    auto const more = "{\"later\":[{}]," + head.substr(1);
    BOOST_TEST(written::from_json(more).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_report_that_was_cut_short_is_refused) {
    auto const text = written::to_json(ring_report());
    BOOST_TEST(refusal(text.substr(0, text.find('\n'))) ==
               "line 1: announces 1 findings; 0 follow");
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named_with_its_line) {
    auto const text = written::to_json(ring_report());
    BOOST_TEST(refusal("\n" + without(head, "\"handles\":1,")) == "line 2: \"handles\" is missing");
    BOOST_TEST(refusal(without(text, "\"grade\":\"certain\",")) == "line 2: \"grade\" is missing");
    BOOST_TEST(refusal(without(text, "\"line\":41,")) == "line 2: \"line\" is missing");
}

struct bad_line {
    std::string text;
    std::string told;
    friend std::ostream& operator<<(std::ostream& to, bad_line const& b) { return to << b.told; }
};
std::vector<bad_line> const bad{
    {"handrail: 1 finding", "not JSON"},
    {"[]", "expected an object"},
    {summary_with(R"("complete":1)"), "\"complete\" must be true or false"},
    {summary_with(R"("complete":true,"missing":[])"), "\"missing\" must be a string"},
    {summary_with(R"("complete":true,"missing":"","handles":-1)"),
     "\"handles\" must be a whole number"},
    {summary_with(R"("complete":true,"missing":"","handles":1.5)"),
     "\"handles\" must be a whole number"},
    {summary_with(R"("complete":true,"missing":"","handles":"1")"),
     "\"handles\" must be a whole number"},
    {head.substr(0, head.size() - 1) + R"(,"inconclusive":1})",
     "\"inconclusive\" must be true or false"},
    {"\"\xff\"", "not JSON"},
    {std::string(100, '['), "not JSON"},
};
BOOST_DATA_TEST_CASE(what_is_not_a_report_is_refused_with_its_line, data::make(bad), line) {
    auto const told = refusal(head + "\n" + line.text);
    BOOST_TEST(told.starts_with("line 2: " + line.told), told);
}

BOOST_AUTO_TEST_SUITE_END()
