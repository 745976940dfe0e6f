// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What an observer is notified of about handles: openings with name and location, moves, closings,
// and use of empty guards.

#include "tests/unit/handle/support.hpp"

#include <handrail/detail/track/observer.hpp>

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
    track::handle_description handle{};
    std::string name;
    std::source_location where;
};

std::deque<event> seen;

class recorder final : public track::observer {
public:
    void handle_opened(void const* guard, track::handle_description const& handle,
                       std::string_view name, std::source_location where) noexcept override {
        seen.push_back({"opened", guard, handle, std::string(name), where});
    }
    void handle_named(void const* guard, std::string_view name) noexcept override {
        seen.push_back({"named", guard, {}, std::string(name), {}});
    }
    void handle_moved(void const*, void const* to, std::size_t size) noexcept override {
        seen.push_back({"moved", to, {"", "", 0, size}, {}, {}});
    }
    void handle_closing(void const* guard, track::handle_description const& handle,
                        track::opening&) noexcept override {
        seen.push_back({"closing", guard, handle, {}, {}});
    }
    void handle_destroying(void const* guard, track::handle_description const& handle,
                           track::opening&) noexcept override {
        seen.push_back({"destroying", guard, handle, {}, {}});
    }
    void handle_released(void const* guard,
                         track::handle_description const& handle) noexcept override {
        seen.push_back({"released", guard, handle, {}, {}});
    }
    void handle_used_empty(void const* guard, char const* operation) noexcept override {
        seen.push_back({"used empty", guard, {}, operation, {}});
    }
    void guard_destroyed(void const* guard) noexcept override {
        seen.push_back({"guard destroyed", guard, {}, {}, {}});
    }
};

constinit recorder the_recorder;

struct tracked {
    tracked() {
        track::install(the_recorder);
        handrail::detail::switches.fetch_or(handrail::detail::switch_leak_check);
        seen.clear();
    }
    tracked(tracked const&) = delete;
    tracked& operator=(tracked const&) = delete;
    ~tracked() { handrail::detail::switches.fetch_and(~handrail::detail::switch_leak_check); }
};

event const* first(std::string_view what) {
    for (event const& each : seen) {
        if (each.what == what) {
            return &each;
        }
    }
    BOOST_FAIL("never notified: " << what);
    return nullptr;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tracking, tracked)

BOOST_AUTO_TEST_CASE(an_opening_has_the_path_and_the_line_of_the_caller) {
    file const f = file::open("/proc/self/exe", file::read_only);
    auto const line = std::source_location::current().line() - 1;
    event const* const opened = first("opened");
    BOOST_TEST(opened->name == "/proc/self/exe");
    BOOST_TEST(opened->where.line() == line);
    BOOST_TEST(std::string_view(opened->where.file_name()).ends_with("tracking.cpp"));
    BOOST_TEST(std::string_view(opened->handle.kind) == "file");
    BOOST_TEST(std::string_view(opened->handle.domain) == "fd");
    BOOST_TEST(opened->handle.number == static_cast<std::uint64_t>(f.native_handle()));
}

BOOST_AUTO_TEST_CASE(an_opening_with_error_code_has_the_line_of_the_caller_too) {
    error_code ec;
    file const f = file::open("/proc/self/exe", file::read_only, ec);
    auto const line = std::source_location::current().line() - 1;
    BOOST_TEST(first("opened")->where.line() == line);
}

BOOST_AUTO_TEST_CASE(an_assigned_handle_is_named_by_the_system) {
    file f;
    f.assign(::dup(subject<file>::open().native_handle()));
    auto const line = std::source_location::current().line() - 1;
    event const* const opened = &*std::find_if(
        seen.begin(), seen.end(), [&](event const& e) { return e.where.line() == line; });
    BOOST_TEST(opened->what == "opened");
    BOOST_TEST(first("named")->name == std::filesystem::read_symlink("/proc/self/exe").string());
}

BOOST_AUTO_TEST_CASE(a_mapping_has_the_name_of_its_file) {
    mapping const m = mapping::map(subject<file>::open());
    auto const line = std::source_location::current().line() - 1;
    auto const opened = std::find_if(seen.begin(), seen.end(), [](event const& e) {
        return e.what == "opened" && std::string_view(e.handle.kind) == "mapping";
    });
    BOOST_REQUIRE((opened != seen.end()));
    BOOST_TEST(opened->where.line() == line);
    BOOST_TEST(std::string_view(opened->handle.domain) == "memory");
    BOOST_TEST(first("named")->name == std::filesystem::read_symlink("/proc/self/exe").string());
}

BOOST_AUTO_TEST_CASE(mappings_without_bytes_have_different_numbers) {
    file const f = subject<file>::open();
    seen.clear();
    mapping const one = mapping::map(f, {.length = 0});
    std::uint64_t const number = first("opened")->handle.number;
    seen.clear();
    mapping const two = mapping::map(f, {.length = 0});
    BOOST_TEST(first("opened")->handle.number != number);
}

BOOST_AUTO_TEST_CASE(closing_and_releasing_name_the_resource) {
    file f = subject<file>::open();
    auto const number = static_cast<std::uint64_t>(f.native_handle());
    int const native = f.release();
    BOOST_TEST(first("released")->handle.number == number);
    handrail::descriptor d(native);
    seen.clear();
    d.close();
    BOOST_TEST(first("closing")->handle.number == number);
    d.close();
    BOOST_TEST(seen.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_destruction_of_a_guard_is_notified_once_whether_it_is_open_or_empty) {
    auto const destroying = [](file f) {
        seen.clear();
        std::optional<file>(std::move(f)).reset();
        seen.pop_front();  // moved
        return seen.size() == 1U ? seen.front().what : "not once";
    };
    BOOST_TEST(destroying(subject<file>::open()) == "destroying");
    BOOST_TEST(destroying({}) == "guard destroyed");
}

BOOST_AUTO_TEST_CASE(a_move_has_the_new_address_and_the_size_of_the_guard_there) {
    file f = subject<file>::open();
    seen.clear();
    file const moved = std::move(f);
    event const* const move = first("moved");
    BOOST_TEST(move->guard == &moved);
    BOOST_TEST(move->handle.guard_size == sizeof(file));
}

BOOST_AUTO_TEST_CASE(the_use_of_an_empty_file_names_the_operation) {
    file f = subject<file>::open();
    f.close();
    auto const check = [&](std::string_view operation, auto use) {
        seen.clear();
        error_code ec;
        use(ec);
        event const* const used = first("used empty");
        BOOST_TEST(used->name == operation);
        BOOST_TEST(used->guard == &f);
    };
    std::array<char, 4> room{};
    check("read", [&](error_code& ec) { f.read_some(boost::asio::buffer(room), ec); });
    check("write", [&](error_code& ec) { f.write_some_at(0, boost::asio::buffer(room), ec); });
    check("size", [&](error_code& ec) { f.size(ec); });
    check("map", [&](error_code& ec) { static_cast<void>(mapping::map(f, ec)); });
}

BOOST_AUTO_TEST_CASE(the_use_of_a_closed_mapping_names_the_operation) {
    mapping m = subject<mapping>::open();
    m.close();
    seen.clear();
    error_code ec;
    m.flush(ec);
    BOOST_TEST(first("used empty")->name == "flush");
}

BOOST_AUTO_TEST_CASE(an_operation_that_fails_on_an_open_file_is_not_use_of_an_empty_one) {
    file f = subject<file>::open();
    seen.clear();
    error_code ec;
    f.resize(0, ec);
    BOOST_TEST(ec.failed());
    BOOST_TEST(seen.empty());
}

BOOST_AUTO_TEST_SUITE_END()
