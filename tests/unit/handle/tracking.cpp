// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What handles report to the leak check: that they were opened, with name and location, moved,
// closed and destroyed, and that an empty one was used.

#include "lib/track/hooks.hpp"
#include "tests/unit/handle/support.hpp"

#include <boost/asio/buffer.hpp>

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <optional>

using namespace handle_test;
using handrail::file;
using handrail::mapping;
namespace track = handrail::detail::track;

namespace {

struct event {
    std::string what;
    void const* guard;
    track::resource resource{};
    std::string name;
    std::source_location where;
};

std::deque<event> seen;

track::hooks const recording{
    .handle_opened =
        [](void const* guard, track::resource const& resource, std::string_view name,
           std::source_location where) noexcept {
            seen.push_back({"opened", guard, resource, std::string(name), where});
        },
    .handle_moved = [](void const*,
                       void const* to) noexcept { seen.push_back({"moved", to, {}, {}, {}}); },
    .handle_closing =
        [](void const* guard, track::resource const& resource) noexcept {
            seen.push_back({"closing", guard, resource, {}, {}});
        },
    .handle_ending =
        [](void const* guard, track::resource const& resource) noexcept {
            seen.push_back({"ending", guard, resource, {}, {}});
        },
    .handle_released =
        [](void const* guard, track::resource const& resource) noexcept {
            seen.push_back({"released", guard, resource, {}, {}});
        },
    .handle_used_empty =
        [](void const* guard, char const* kind, char const* operation) noexcept {
            seen.push_back({"used empty", guard, {kind, "", 0}, operation, {}});
        },
    .guard_gone = [](void const* guard) noexcept { seen.push_back({"gone", guard, {}, {}, {}}); },
    .name_handle =
        [](void const* guard, std::string_view name) noexcept {
            seen.push_back({"named", guard, {}, std::string(name), {}});
        },
    .object_made = [](handrail::detail::object_header const*, handrail::detail::extent,
                      char const*) noexcept {},
    .object_ended = [](handrail::detail::object_header const*) noexcept {},
    .registered = [](track::registration const&) noexcept {},
    .record_ended = [](handrail::detail::record const*) noexcept {},
    .cleanup_threw = [](std::source_location) noexcept {},
    .pointer_refused = [](handrail::detail::owner_view const&, std::source_location) noexcept {},
    .handle_was_closed = [](void const*, char const*) noexcept {},
    .cleanup_took = [](std::source_location, std::chrono::nanoseconds) noexcept {},
    .edge_undeclared = [](char const*, std::size_t) noexcept {},
    .part_copied = [](handrail::detail::extent, void const*, track::copied_blocks&) noexcept {},
    .copies_ended = [](track::copied_blocks&) noexcept {},
    .find_opening = [](void const*, track::opening&) noexcept {},
};

struct tracked {
    tracked() {
        track::set_hooks(&recording);
        handrail::detail::switches.fetch_or(handrail::detail::switch_tracking);
        seen.clear();
    }
    tracked(tracked const&) = delete;
    tracked& operator=(tracked const&) = delete;
    ~tracked() { handrail::detail::switches.fetch_and(~handrail::detail::switch_tracking); }
};

event const* first(std::string_view what) {
    for (event const& each : seen) {
        if (each.what == what) {
            return &each;
        }
    }
    BOOST_FAIL("never seen: " << what);
    return nullptr;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tracking, tracked)

BOOST_AUTO_TEST_CASE(an_opened_file_is_reported_with_its_path_and_the_caller_s_line) {
    file const f = file::open("/proc/self/exe", file::read_only);
    auto const line = std::source_location::current().line() - 1;
    event const* const opened = first("opened");
    BOOST_TEST(opened->name == "/proc/self/exe");
    BOOST_TEST(opened->where.line() == line);
    BOOST_TEST(std::string_view(opened->where.file_name()).ends_with("tracking.cpp"));
    BOOST_TEST(std::string_view(opened->resource.kind) == "file");
    BOOST_TEST(std::string_view(opened->resource.domain) == "fd");
    BOOST_TEST(opened->resource.number == static_cast<std::uint64_t>(f.native_handle()));
}

BOOST_AUTO_TEST_CASE(the_overload_with_an_error_code_reports_the_caller_s_line_too) {
    error_code ec;
    file const f = file::open("/proc/self/exe", file::read_only, ec);
    auto const line = std::source_location::current().line() - 1;
    BOOST_TEST(first("opened")->where.line() == line);
}

BOOST_AUTO_TEST_CASE(an_assigned_handle_is_reported_with_the_system_s_name) {
    file f;
    f.assign(::dup(subject<file>::open().native_handle()));
    auto const line = std::source_location::current().line() - 1;
    event const* const opened = &*std::find_if(
        seen.begin(), seen.end(), [&](event const& e) { return e.where.line() == line; });
    BOOST_TEST(opened->what == "opened");
    BOOST_TEST(first("named")->name == std::filesystem::read_symlink("/proc/self/exe").string());
}

BOOST_AUTO_TEST_CASE(a_mapping_is_reported_with_the_name_of_its_file) {
    mapping const m = mapping::map(subject<file>::open());
    auto const line = std::source_location::current().line() - 1;
    auto const opened = std::find_if(seen.begin(), seen.end(), [](event const& e) {
        return e.what == "opened" && std::string_view(e.resource.kind) == "mapping";
    });
    BOOST_REQUIRE((opened != seen.end()));
    BOOST_TEST(opened->where.line() == line);
    BOOST_TEST(std::string_view(opened->resource.domain) == "memory");
    BOOST_TEST(first("named")->name == std::filesystem::read_symlink("/proc/self/exe").string());
}

BOOST_AUTO_TEST_CASE(mappings_without_bytes_have_numbers_of_their_own) {
    file const f = subject<file>::open();
    seen.clear();
    mapping const one = mapping::map(f, {.length = 0});
    std::uint64_t const number = first("opened")->resource.number;
    seen.clear();
    mapping const two = mapping::map(f, {.length = 0});
    BOOST_TEST(first("opened")->resource.number != number);
}

BOOST_AUTO_TEST_CASE(closing_and_releasing_are_reported_with_the_resource) {
    file f = subject<file>::open();
    auto const number = static_cast<std::uint64_t>(f.native_handle());
    int const native = f.release();
    BOOST_TEST(first("released")->resource.number == number);
    handrail::descriptor d(native);
    seen.clear();
    d.close();
    BOOST_TEST(first("closing")->resource.number == number);
    d.close();
    BOOST_TEST(seen.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_destruction_of_a_guard_is_reported_once_whether_it_is_open_or_empty) {
    auto const ends = [](file f) {
        seen.clear();
        std::optional<file>(std::move(f)).reset();
        seen.pop_front();  // moved
        return seen.size() == 1U ? seen.front().what : "not once";
    };
    BOOST_TEST(ends(subject<file>::open()) == "ending");
    BOOST_TEST(ends({}) == "gone");
}

BOOST_AUTO_TEST_CASE(the_use_of_an_empty_file_is_reported_with_the_operation) {
    file f = subject<file>::open();
    f.close();
    auto const is_reported = [&](std::string_view operation, auto use) {
        seen.clear();
        error_code ec;
        use(ec);
        event const* const used = first("used empty");
        BOOST_TEST(used->name == operation);
        BOOST_TEST(used->guard == &f);
        BOOST_TEST(std::string_view(used->resource.kind) == "file");
    };
    std::array<char, 4> room{};
    is_reported("read", [&](error_code& ec) { f.read_some(boost::asio::buffer(room), ec); });
    is_reported("write",
                [&](error_code& ec) { f.write_some_at(0, boost::asio::buffer(room), ec); });
    is_reported("size", [&](error_code& ec) { f.size(ec); });
    is_reported("map", [&](error_code& ec) { static_cast<void>(mapping::map(f, ec)); });
}

BOOST_AUTO_TEST_CASE(the_use_of_a_closed_mapping_is_reported_with_the_operation) {
    mapping m = subject<mapping>::open();
    m.close();
    seen.clear();
    error_code ec;
    m.flush(ec);
    BOOST_TEST(first("used empty")->name == "flush");
}

BOOST_AUTO_TEST_CASE(a_failing_operation_on_an_open_file_is_not_reported_as_use_of_an_empty_one) {
    file f = subject<file>::open();
    seen.clear();
    error_code ec;
    f.resize(0, ec);
    BOOST_TEST(ec.failed());
    BOOST_TEST(seen.empty());
}

BOOST_AUTO_TEST_SUITE_END()
