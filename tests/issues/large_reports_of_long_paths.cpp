// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a cycle of 300,000 cleanups made a report of 35 MB.
// Correct: long retention paths are folded, in the text to a few lines and in JSON to a thousand
// steps. The tests count bytes and steps.

#include "lib/leak_check/report/kept_steps.hpp"
#include "lib/leak_check/report/written_json.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_text.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace lc = handrail::leak_check;
namespace written = lc::written;

namespace {

written::step step_number(std::size_t n) {
    return {.from = "cleanup at app.cc:41",
            .from_cleanup = true,
            .via = "capture +0",
            .reference = lc::reference::strong,
            .type = "shared<file>",
            .to = "file " + std::to_string(n),
            .evidence = lc::evidence::move_probe,
            .where = {"app.cc", 41, "f"}};
}

std::vector<written::step> equal_steps(std::size_t n) {
    std::vector<written::step> path;
    for (std::size_t i = 0; i != n; ++i) {
        path.push_back(step_number(i));
    }
    return path;
}

std::vector<written::step> different_steps(std::size_t n) {
    auto path = equal_steps(n);
    for (std::size_t i = 0; i != n; ++i) {
        path[i].where.line = static_cast<std::uint32_t>(i + 1);
    }
    return path;
}

written::report report_of(std::vector<written::step> path) {
    written::finding f;
    f.id = "HR002";
    f.resource = "file 0";
    f.path = std::move(path);
    written::report r;
    r.findings = {f};
    return r;
}

std::vector<std::string> folded_texts(std::vector<written::step> const& path) {
    std::vector<std::string> texts;
    for (auto const& each : written::folded(path)) {
        texts.push_back(each.what != nullptr ? written::step_text(*each.what)
                                             : written::omitted_text(each));
    }
    return texts;
}

std::string text_of_step(std::size_t n) { return written::step_text(step_number(n)); }

// Steps of objects whose classes repeat: node0, node1, node0, node1, … for a period of 2.
std::vector<written::step> periodic_steps(std::size_t n, std::size_t period) {
    std::vector<written::step> path;
    for (std::size_t i = 0; i != n; ++i) {
        path.push_back({.from = "node",
                        .via = "+8",
                        .reference = lc::reference::strong,
                        .type = "shared<node" + std::to_string(i % period) + ">",
                        .to = "node",
                        .evidence = lc::evidence::scan});
    }
    return path;
}

constexpr std::size_t very_many = 300'000;

}  // namespace

BOOST_AUTO_TEST_CASE(fifty_similar_steps_fold_to_the_first_two_a_count_and_the_last) {
    auto const texts = folded_texts(equal_steps(50));
    std::vector<std::string> const wanted{text_of_step(0), text_of_step(1), "… 47 more like these",
                                          text_of_step(49)};
    BOOST_TEST(texts == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(short_paths_are_not_folded) {
    BOOST_TEST(written::folded(equal_steps(4)).size() == 4U);
    BOOST_TEST(written::folded(different_steps(20)).size() == 20U);
    BOOST_TEST(written::folded({}).empty());
}

BOOST_AUTO_TEST_CASE(a_long_path_of_different_steps_shows_its_beginning_and_end) {
    auto const texts = folded_texts(different_steps(50));
    BOOST_TEST_REQUIRE(texts.size() == 20U);
    BOOST_TEST(texts[14] == text_of_step(14));
    BOOST_TEST(texts[15] == "… 31 more steps");
    BOOST_TEST(texts[16] == text_of_step(46));
}

BOOST_AUTO_TEST_CASE(steps_of_different_structure_are_not_folded_together) {
    auto const folds_around_the_sixth = [](auto change) {
        auto path = equal_steps(11);
        change(path[5]);
        return written::folded(path).size() == 4U + 1 + 4;
    };
    BOOST_TEST(folds_around_the_sixth([](auto& s) { s.evidence = lc::evidence::copy_probe; }));
    BOOST_TEST(folds_around_the_sixth([](auto& s) { s.reference = lc::reference::edge; }));
    BOOST_TEST(folds_around_the_sixth([](auto& s) { s.via = "capture +8"; }));
    BOOST_TEST(folds_around_the_sixth([](auto& s) { s.type = "shared<socket>"; }));
    BOOST_TEST(folds_around_the_sixth([](auto& s) { s.where.line = 42; }));
}

BOOST_AUTO_TEST_CASE(steps_that_differ_in_names_alone_are_folded_together) {
    auto path = equal_steps(50);
    path[20].to = "file 7 \"journal\"";
    BOOST_TEST(written::folded(path).size() == 4U);
}

BOOST_AUTO_TEST_CASE(groups_of_two_or_three_steps_that_repeat_are_folded) {
    for (std::size_t const period : {2U, 3U}) {
        auto const path = periodic_steps(17 * period, period);
        auto const shown = written::folded(path);
        BOOST_TEST_REQUIRE(shown.size() == 3 * period + 1);
        BOOST_TEST(shown[2 * period].omitted == 14 * period);
        BOOST_TEST(shown[2 * period].alike);
        BOOST_TEST(shown.back().what == &path.back());
    }
    BOOST_TEST(written::folded(periodic_steps(20, 4)).size() == 20U);
}

BOOST_AUTO_TEST_CASE(steps_that_are_folded_twice_are_all_counted) {
    auto path = different_steps(50);
    path[20] = {};
    path[20].omitted = 1000;
    BOOST_TEST(folded_texts(path)[15] == "… 1030 more steps");
}

BOOST_AUTO_TEST_CASE(the_text_report_of_a_very_long_path_is_small) {
    BOOST_TEST(written::to_text(report_of(equal_steps(very_many)), {}).size() < 2'000U);
    BOOST_TEST(written::to_text(report_of(different_steps(very_many)), {}).size() < 10'000U);
}

BOOST_AUTO_TEST_CASE(the_json_report_keeps_a_thousand_steps_and_the_number_of_the_others) {
    auto const text = written::to_json(report_of(equal_steps(very_many)));
    BOOST_TEST(text.size() < 400'000U);
    auto const back = written::from_json(text);
    auto const& path = back[0].findings[0].path;
    BOOST_TEST_REQUIRE(path.size() == lc::max_steps);
    BOOST_TEST((path[989] == step_number(989)));
    BOOST_TEST(path[990].omitted == 299'001U);
    BOOST_TEST((path[991] == step_number(very_many - 9)));
    BOOST_TEST(written::to_json(back[0]) == text);
    BOOST_TEST(written::from_json(written::to_json(report_of(equal_steps(1000))))[0]
                   .findings[0]
                   .path.size() == 1000U);
}

namespace {

struct member {
    int number;
};

// n objects, each with a cleanup that holds the next one.
struct ring {
    std::vector<handrail::shared<member>> members;
    std::vector<handrail::cleanup> tokens;

    explicit ring(int n) {
        for (int i = 0; i != n; ++i) {
            members.push_back(handrail::make<member>(i));
        }
        for (std::size_t i = 0; i != members.size(); ++i) {
            auto next = members[(i + 1) % members.size()];
            tokens.push_back(handrail::add_cleanup(members[i], handrail::capturing([next] {})));
        }
    }
    ring(ring const&) = delete;
    ring& operator=(ring const&) = delete;
    ~ring() {
        for (auto& each : tokens) {
            each.stop();
        }
    }
};

lc::finding finding_of_ring(int n) {
    lc::set_level(lc::level::handles);
    ring const held(n);
    auto const report = lc::check_now();
    lc::set_level(lc::level::off);
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    return report.findings[0];
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_finding_has_a_thousand_steps_and_a_short_fingerprint) {
    auto const longer = finding_of_ring(1500);
    BOOST_TEST_REQUIRE(longer.path.size() == lc::max_steps);
    BOOST_TEST(longer.path[990].omitted == 501U);
    BOOST_TEST(lc::to_text(longer.path[990]) == "… 501 more steps");
    BOOST_TEST(longer.path[990].where.line() == 0U);
    BOOST_TEST(longer.fingerprint.size() < 5'000U);
    BOOST_TEST(finding_of_ring(1500).fingerprint == longer.fingerprint);
    BOOST_TEST(finding_of_ring(1501).fingerprint != longer.fingerprint);
    BOOST_TEST(finding_of_ring(1000).path[990].omitted == 0U);
}
