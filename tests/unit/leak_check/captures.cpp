// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A cleanup that holds its own resource is found, whatever contains the reference. Harmless
// cleanups are not reported.

#include "tests/support/owners.hpp"

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::make;
using handrail::shared;
namespace leak_check = handrail::leak_check;

namespace {

struct session {
    int number = 0;  // so that the handle does not share its address
    handrail::file socket = handrail::file::open("/dev/null", handrail::file::read_only);
    std::vector<handrail::cleanup> slots;
};

struct holder {
    int number = 0;
    shared<session> held;
};
struct nested_holder {
    std::string name;
    holder inner;
};

// Registers the cleanup, checks, and breaks the cycle again, so that the test does not leak.
template <class Register>
leak_check::report check_with(Register add) {
    leak_check::scoped_check check;
    auto s = make<session>();
    long const count = s.use_count();
    handrail::cleanup token = add(s);
    auto report = check.finish();
    token.stop();
    BOOST_TEST(s.use_count() == count);  // the check changed nothing
    std::erase_if(report.findings, [](auto const& f) { return f.id == "HR020"; });
    return report;
}

bool holds_itself(leak_check::report const& r, leak_check::evidence evidence) {
    BOOST_TEST_REQUIRE(r.findings.size() == 1U);
    auto const& f = r.findings[0];
    BOOST_TEST(f.id == "HR001");
    BOOST_TEST((f.grade == leak_check::grade::certain));
    BOOST_TEST(f.resource.find("/dev/null") != f.resource.npos);
    bool found = false;
    for (auto const& step : f.path) {
        found = found ||
                (step.evidence == evidence && step.from.find("captures.cpp:") != step.from.npos);
    }
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_strong_reference_is_found)

BOOST_AUTO_TEST_CASE(in_a_lambda_by_the_move_probe_with_its_offset) {
    auto const report = check_with([](auto& s) {
        return add_cleanup(s, capturing([n = 1L, s] {
                               (void)n;
                               (void)s;
                           }));
    });
    BOOST_TEST(holds_itself(report, leak_check::evidence::move_probe));
    BOOST_TEST(report.findings[0].path[0].via == "capture +8");
    BOOST_TEST(report.findings[0].references == 2U);
    BOOST_TEST(report.findings[0].references_inside == 1U);
    BOOST_TEST(!report.findings[0].leaked_now);
}
BOOST_AUTO_TEST_CASE(in_a_cleanup_of_the_handle_inside_the_object) {
    auto const report =
        check_with([](auto& s) { return add_cleanup(s->socket, capturing([s] { (void)s; })); });
    BOOST_TEST(holds_itself(report, leak_check::evidence::move_probe));
}
BOOST_AUTO_TEST_CASE(in_a_move_only_lambda) {
    auto const report = check_with([](auto& s) {
        return add_cleanup(s, capturing([s, p = std::make_unique<int>(1)] { (void)s; }));
    });
    BOOST_TEST(holds_itself(report, leak_check::evidence::move_probe));
    BOOST_TEST(report.opaque == 1U);
}
BOOST_AUTO_TEST_CASE(in_a_std_function_beside_an_argument_that_cannot_be_copied) {
    auto const report = check_with([](auto& s) {
        return add_cleanup(
            s, [](std::unique_ptr<int>, std::function<void()>) {}, std::make_unique<int>(1),
            std::function<void()>([s] { (void)s; }));
    });
    BOOST_TEST(holds_itself(report, leak_check::evidence::copy_probe));
    BOOST_TEST(report.opaque == 1U);
}
BOOST_AUTO_TEST_CASE(in_both_of_two_arguments_of_which_one_cannot_be_copied) {
    auto const report = check_with([](auto& s) {
        auto moved = [s, p = std::make_unique<int>(1)] { (void)s; };
        return add_cleanup(
            s, [](decltype(moved), std::function<void()>) {}, std::move(moved),
            std::function<void()>([s] { (void)s; }));
    });
    BOOST_TEST(holds_itself(report, leak_check::evidence::move_probe));
    BOOST_TEST(report.findings[0].references == 3U);
    BOOST_TEST(report.findings[0].references_inside == 2U);
}
BOOST_AUTO_TEST_CASE(in_an_aggregate_and_a_nested_one) {
    BOOST_TEST(holds_itself(
        check_with([](auto& s) { return add_cleanup(s, [](holder) {}, holder{1, s}); }),
        leak_check::evidence::move_probe));
    BOOST_TEST(holds_itself(check_with([](auto& s) {
                                return add_cleanup(
                                    s, [](nested_holder) {}, nested_holder{"n", {1, s}});
                            }),
                            leak_check::evidence::move_probe));
}
BOOST_AUTO_TEST_CASE(in_a_std_function) {
    auto const report = check_with([](auto& s) {
        return add_cleanup(
            s, [](std::function<void()>) {}, std::function<void()>([s] { (void)s; }));
    });
    BOOST_TEST(holds_itself(report, leak_check::evidence::copy_probe));
}
BOOST_AUTO_TEST_CASE(in_a_vector_and_a_map_of_aggregates) {
    BOOST_TEST(holds_itself(check_with([](auto& s) {
                                return add_cleanup(
                                    s, [](std::vector<holder>) {}, std::vector<holder>{{1, s}});
                            }),
                            leak_check::evidence::copy_probe));
    BOOST_TEST(holds_itself(
        check_with([](auto& s) {
            return add_cleanup(s, [](std::map<int, holder>) {}, std::map<int, holder>{{1, {1, s}}});
        }),
        leak_check::evidence::copy_probe));
}
BOOST_AUTO_TEST_CASE(in_a_std_any_and_a_std_bind) {
    BOOST_TEST(holds_itself(
        check_with([](auto& s) { return add_cleanup(s, [](std::any) {}, std::any(holder{1, s})); }),
        leak_check::evidence::copy_probe));
    BOOST_TEST(holds_itself(check_with([](auto& s) {
                                return add_cleanup(
                                    s, capturing(std::bind([](shared<session> const&) {}, s)));
                            }),
                            leak_check::evidence::move_probe));
}
BOOST_AUTO_TEST_CASE(leaked_now_once_the_last_reference_from_outside_is_dropped) {
    leak_check::scoped_check check;
    handrail::cleanup token;
    {
        auto s = make<session>();
        token = add_cleanup(s, capturing([s] { (void)s; }));
    }
    auto const report = check.finish();
    BOOST_TEST_REQUIRE(!report.findings.empty());
    BOOST_TEST(report.findings[0].leaked_now);
    token.stop();
}
BOOST_AUTO_TEST_CASE(a_path_begins_with_the_oldest_registration) {
    auto const a = make<int>(1), b = make<int>(2);
    for (auto const& [first, second] : {std::pair(a, b), std::pair(b, a)}) {
        leak_check::scoped_check check;
        auto const line = std::source_location::current().line() + 1;
        auto older = add_cleanup(first, [](shared<int>) {}, second);
        auto newer = add_cleanup(second, [](shared<int>) {}, first);
        auto const report = check.finish();
        BOOST_TEST_REQUIRE(report.findings.size() == 1U);
        BOOST_TEST(report.findings[0].path.front().where.line() == line);
        older.stop();
        newer.stop();
    }
}
BOOST_AUTO_TEST_CASE(rings_of_cleanups_are_one_finding_each) {
    for (std::size_t size : {2U, 3U, 50U}) {
        leak_check::scoped_check check;
        std::vector<shared<int>> objects;
        for (std::size_t i = 0; i != size; ++i) {
            objects.push_back(make<int>(int(i)));
        }
        std::vector<handrail::cleanup> tokens;
        for (std::size_t i = 0; i != size; ++i) {
            tokens.push_back(add_cleanup(objects[i], [](shared<int>) {}, objects[(i + 1) % size]));
        }
        auto const report = check.finish();
        BOOST_TEST_REQUIRE(report.findings.size() == 1U);
        BOOST_TEST(report.findings[0].id == "HR002");
        BOOST_TEST((report.findings[0].grade == leak_check::grade::certain));
        BOOST_TEST(report.findings[0].path.size() == size);
        for (auto& token : tokens) {
            token.stop();
        }
    }
}
BOOST_AUTO_TEST_CASE(a_weak_reference_to_its_own_resource_is_a_note) {
    auto const report = check_with([](auto& s) {
        return add_cleanup(s->socket, [](handrail::weak<session>) {}, handrail::weak<session>(s));
    });
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    BOOST_TEST(report.findings[0].id == "HR004");
    BOOST_TEST((report.findings[0].grade == leak_check::grade::note));
}
BOOST_AUTO_TEST_CASE(a_pointer_to_the_object_around_the_handle_is_possible) {
    auto const report =
        check_with([](auto& s) { return add_cleanup(s->socket, [](session*) {}, s.get()); });
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    BOOST_TEST(report.findings[0].id == "HR003");
    BOOST_TEST((report.findings[0].grade == leak_check::grade::possible));
}
BOOST_AUTO_TEST_CASE(a_refused_pointer_is_certain) {
    leak_check::scoped_check check;
    auto s = make<session>();
    BOOST_CHECK_THROW(add_cleanup(s, [](session*) {}, s.get()), handrail::self_capture);
    auto const report = check.finish();
    BOOST_TEST_REQUIRE(!report.findings.empty());
    BOOST_TEST(report.findings[0].id == "HR003");
    BOOST_TEST((report.findings[0].grade == leak_check::grade::certain));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(nothing_is_reported_for)

BOOST_AUTO_TEST_CASE(arguments_without_references) {
    BOOST_TEST(check_with([](auto& s) {
                   return add_cleanup(s, [](int, std::string) {}, 1, std::string("path"));
               }).findings.empty());
}
BOOST_AUTO_TEST_CASE(a_reference_to_another_resource) {
    auto const other = make<session>();
    BOOST_TEST(check_with([&](auto& s) {
                   return add_cleanup(s, capturing([other] { (void)other; }));
               }).findings.empty());
}
BOOST_AUTO_TEST_CASE(a_weak_reference_to_another_resource) {
    auto const other = make<session>();
    BOOST_TEST(check_with([&](auto& s) {
                   return add_cleanup(
                       s, [](handrail::weak<session>) {}, handrail::weak<session>(other));
               }).findings.empty());
}
BOOST_AUTO_TEST_CASE(a_stopped_cleanup) {
    leak_check::scoped_check check;
    {
        auto s = make<session>();
        add_cleanup(s, capturing([s] { (void)s; })).stop();
    }
    BOOST_TEST(check.finish().findings.empty());
}
BOOST_AUTO_TEST_CASE(a_reference_dropped_before_the_check) {
    leak_check::scoped_check check;
    auto first = make<session>();
    {
        auto second = make<session>();
        add_cleanup(first, capturing([second] { (void)second; }));
    }
    first.reset();
    BOOST_TEST(check.finish().findings.empty());
}
BOOST_AUTO_TEST_CASE(a_capture_whose_owner_was_moved_away) {
    leak_check::scoped_check check;
    auto holding = make<session>();
    auto other = make<session>();
    add_cleanup(holding->socket, capturing([other] { (void)other; }));
    {
        handrail::file moved = std::move(holding->socket);
        moved.close();
    }
    holding.reset();
    other.reset();
    BOOST_TEST(check.finish().findings.empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(a_handle_moved_into_the_object_that_its_cleanup_holds_is_found) {
    leak_check::scoped_check check;
    auto s = make<session>();
    auto outside = handrail::file::open("/dev/zero", handrail::file::read_only);
    auto token = add_cleanup(outside, capturing([s] { (void)s; }));
    s->socket = std::move(outside);
    auto const report = check.finish();
    BOOST_TEST_REQUIRE(!report.findings.empty());
    BOOST_TEST(report.findings[0].id == "HR001");
    BOOST_TEST(report.findings[0].resource.find("/dev/zero") != std::string::npos);
    token.stop();
}
