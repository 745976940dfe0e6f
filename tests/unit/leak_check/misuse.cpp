// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Handles that are closed twice, closed instead of another, used after their close or left open;
// the list of live handles.

#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/registry/registry_observer.hpp"
#include "tests/support/owners.hpp"

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace handrail_test;
using handrail::file;
namespace leak_check = handrail::leak_check;

namespace {

file open_null() { return file::open("/dev/null", file::read_only); }

leak_check::finding const* find(leak_check::report const& r, std::string const& id) {
    auto const found = std::find_if(r.findings.begin(), r.findings.end(),
                                    [&](auto const& f) { return f.id == id; });
    return found != r.findings.end() ? &*found : nullptr;
}

}  // namespace

BOOST_AUTO_TEST_CASE(
    a_descriptor_closed_without_its_guard_whose_number_is_used_again_is_a_double_close) {
    failure_recorder failures;
    leak_check::scoped_check check;
    {
        file victim;
        {
            file first = open_null();
            ::close(first.native_handle());
            victim = open_null();  // gets the same number
            BOOST_TEST_REQUIRE(victim.native_handle() == first.native_handle());
        }
    }
    auto const report = check.finish();
    auto const* const f = find(report, "HR010");
    BOOST_TEST_REQUIRE(f != nullptr);
    BOOST_TEST((f->grade == leak_check::grade::certain));
    BOOST_TEST(leak_check::to_text(f->path[0]).find("misuse.cpp:") !=
               std::string::npos);  // names its present owner
}

BOOST_AUTO_TEST_CASE(a_descriptor_closed_before_its_guard_is_destroyed_is_a_double_close) {
    failure_recorder failures;
    leak_check::scoped_check check;
    ::close(open_null().native_handle());  // the guard is destroyed afterwards
    auto const report = check.finish();
    auto const* const f = find(report, "HR010");
    BOOST_TEST_REQUIRE(f != nullptr);
    BOOST_TEST(f->resource.find("/dev/null") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_guards_of_one_descriptor_are_a_double_close) {
    failure_recorder failures;
    leak_check::scoped_check check;
    {
        file first = open_null();
        handrail::descriptor second;
        second.assign(first.native_handle());
    }
    BOOST_TEST(find(check.finish(), "HR010") != nullptr);
}

BOOST_AUTO_TEST_CASE(release_and_assign_are_not_a_double_close) {
    leak_check::scoped_check check;
    {
        file first = open_null();
        handrail::descriptor second;
        second.assign(first.release());
    }
    BOOST_TEST(check.finish().findings.empty());
}

BOOST_AUTO_TEST_CASE(use_after_close_through_the_guard_is_certain) {
    leak_check::scoped_check check;
    file f = open_null();
    f.close();
    std::array<char, 4> bytes;
    boost::system::error_code ec;
    f.read_some(boost::asio::buffer(bytes), ec);
    auto const report = check.finish();
    auto const* const found = find(report, "HR011");
    BOOST_TEST_REQUIRE(found != nullptr);
    BOOST_TEST((found->grade == leak_check::grade::certain));
    BOOST_TEST(found->resource.find("/dev/null") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_guard_at_the_address_of_a_destroyed_one_is_not_used_after_its_close) {
    leak_check::scoped_check check;
    std::optional<file> place = open_null();
    place.emplace();
    boost::system::error_code ec;
    static_cast<void>(place->size(ec));
    BOOST_TEST(ec.failed());
    BOOST_TEST(find(check.finish(), "HR011") == nullptr);
}

BOOST_AUTO_TEST_CASE(entries_of_destroyed_guards_are_removed) {
    leak_check::scoped_check check;
    auto const& guards = leak_check::the_registry().guards;
    auto const before = guards.size();
    std::vector<file> many;
    std::generate_n(std::back_inserter(many), 100, open_null);
    many.clear();
    BOOST_TEST(guards.size() <= before + 1);
}

BOOST_AUTO_TEST_CASE(use_of_a_handle_that_was_never_open_is_not_reported) {
    leak_check::scoped_check check;
    file f;
    boost::system::error_code ec;
    f.size(ec);
    BOOST_TEST(ec);
    BOOST_TEST(check.finish().findings.empty());
}

BOOST_AUTO_TEST_CASE(a_handle_that_is_still_open_is_possible_and_named) {
    leak_check::scoped_check check;
    file const f = open_null();
    auto const report = check.finish();
    auto const* const found = find(report, "HR020");
    BOOST_TEST_REQUIRE(found != nullptr);
    BOOST_TEST((found->grade == leak_check::grade::possible));
    BOOST_TEST(found->resource == "file " + std::to_string(f.native_handle()) + " \"/dev/null\"");
    BOOST_TEST(found->opened.line() != 0U);
}

BOOST_AUTO_TEST_CASE(a_scoped_check_does_not_report_handles_opened_before) {
    leak_check::set_level(leak_check::level::handles);
    file const before = open_null();
    leak_check::scoped_check check;
    BOOST_TEST(check.finish().findings.empty());
}

BOOST_AUTO_TEST_CASE(equal_findings_are_one_with_a_count) {
    leak_check::scoped_check check;
    std::array<file, 3> files;
    for (file& f : files) {
        f = open_null();
    }
    auto const report = check.finish();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    BOOST_TEST(report.findings[0].count == 3U);
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_threw_is_a_note) {
    failure_recorder failures;
    leak_check::scoped_check check;
    {
        file f = open_null();
        handrail::add_cleanup(f, [] { throw std::runtime_error("x"); });
    }
    auto const report = check.finish();
    auto const* const found = find(report, "HR031");
    BOOST_TEST_REQUIRE(found != nullptr);
    BOOST_TEST((found->grade == leak_check::grade::note));
}

BOOST_AUTO_TEST_CASE(live_handles_are_listed_oldest_first_and_follow_moves) {
    leak_check::set_level(leak_check::level::handles);
    file a = open_null();
    file const b = file::open("/dev/zero", file::read_only);
    file const moved = std::move(a);
    auto const handles = leak_check::live_handles();
    BOOST_TEST_REQUIRE(handles.size() == 2U);
    BOOST_TEST(handles[0].kind == "file");
    BOOST_TEST(handles[0].name == "/dev/null");
    BOOST_TEST(handles[0].number == std::uint64_t(moved.native_handle()));
    BOOST_TEST(handles[1].name == "/dev/zero");
    BOOST_TEST(std::string(handles[0].where.file_name()).find("misuse.cpp") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(level_off_discards_everything_and_records_nothing) {
    leak_check::set_level(leak_check::level::off);
    file const f = open_null();
    BOOST_TEST((leak_check::current_level() == leak_check::level::off));
    BOOST_TEST(leak_check::live_handles().empty());
    BOOST_TEST(leak_check::check_now({.open_handles = true}).findings.empty());
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_takes_longer_than_the_limit_is_a_note) {
    leak_check::scoped_check check;
    leak_check::set_slow_limit(std::chrono::nanoseconds(1));
    {
        file f = open_null();
        handrail::add_cleanup(f, [] { std::this_thread::yield(); });
    }
    leak_check::set_slow_limit(std::chrono::hours(1));
    {
        file f = open_null();
        handrail::add_cleanup(f, [] {});
    }
    leak_check::set_slow_limit(std::chrono::nanoseconds(0));
    auto const report = check.finish();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    BOOST_TEST(report.findings[0].id == "HR030");
    BOOST_TEST((report.findings[0].grade == leak_check::grade::note));
    BOOST_TEST(report.findings[0].resource.find("misuse.cpp:") != std::string::npos);
}
