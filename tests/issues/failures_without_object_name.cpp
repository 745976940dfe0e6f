// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: when a close failed in a destructor, the failure handler learned "closing a handle failed:
// Input/output error", without the handle and where it was opened.
// Correct: a failure has the name of its object, and with the leak check the line that opened it.

#include "tests/support/owners.hpp"
#include "tests/support/temporary_directory.hpp"

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

using namespace handrail_test;
using handrail::failure;
using handrail::file;
namespace leak_check = handrail::leak_check;

namespace {

thread_local std::size_t allocations = 0;

// The last failure. Its text is copied, since failure::object is valid during the call only.
struct recorded_failure {
    std::size_t count = 0;
    failure::kind what{};
    std::array<char, 2000> text{};
    std::size_t size = 0;
    std::source_location where, opened;
    std::size_t allocations_before = 0;

    std::string object() const { return {text.data(), size}; }
} last;

void record(failure const& f) noexcept {
    last.allocations_before = allocations;
    ++last.count;
    last.what = f.what;
    last.size = f.object.copy(last.text.data(), last.text.size());
    last.where = f.where;
    last.opened = f.opened;
}

struct recording_failures {
    handrail::failure_handler before = handrail::set_failure_handler(&record);
    temporary_directory directory;

    recording_failures() { last = {}; }
    recording_failures(recording_failures const&) = delete;
    recording_failures& operator=(recording_failures const&) = delete;
    ~recording_failures() {
        leak_check::set_level(leak_check::level::off);
        handrail::set_failure_handler(before);
    }

    std::string path(std::string_view name) const { return (directory / name).string(); }
};

using line_number = decltype(std::source_location::current().line());

// A file whose close will fail: its descriptor has been closed behind its back.
struct opened_file {
    file guard;
    line_number line;   // that opened it
    std::string label;  // its kind and number, as failures show them

    explicit opened_file(std::string const& path)
        : guard(file::open(path, file::write_only | file::create)),
          line(std::source_location::current().line() - 1),
          label("file " + std::to_string(guard.native_handle())) {
        ::close(guard.native_handle());
    }
};

struct image {
    int a, b;
    bool operator==(image const&) const = default;
};
struct failing_image_traits {
    using native_handle_type = image;
    static image invalid() noexcept { return {0, 0}; }
    static bool is_valid(image h) noexcept { return h != invalid(); }
    static boost::system::error_code close(image) noexcept {
        return make_error_code(boost::system::errc::io_error);
    }
    static constexpr char const* kind = "image";
};

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

BOOST_FIXTURE_TEST_SUITE(failures_without_object_name, recording_failures)

BOOST_AUTO_TEST_CASE(without_the_leak_check_a_failed_close_names_kind_and_number) {
    {
        handle const ends(noting_traits::failing);
    }
    BOOST_TEST((last.what == failure::kind::close));
    BOOST_TEST(last.object() == "test handle 13");
    BOOST_TEST(last.opened.line() == 0U);
    opened_file f(path("ledger"));
    f.guard.reset();
    BOOST_TEST(last.object() == f.label);
    {
        handrail::unique_handle<failing_image_traits> const ends(image{1, 2});
    }
    BOOST_TEST(last.object() == "image");
}

BOOST_AUTO_TEST_CASE(with_the_leak_check_a_failed_close_names_the_path_and_the_opening_line) {
    leak_check::set_level(leak_check::level::handles);
    std::optional<opened_file> f(path("ledger"));
    std::string const expected = f->label + " \"" + path("ledger") + '"';
    auto const line = f->line;
    f.reset();
    BOOST_TEST(last.count == 1U);
    BOOST_TEST(last.object() == expected);
    BOOST_TEST(last.opened.line() == line);
    BOOST_TEST(std::string_view(last.opened.file_name()).ends_with("without_object_name.cpp"));
    BOOST_TEST(last.where.line() == 0U);
}

BOOST_AUTO_TEST_CASE(every_function_that_closes_names_the_file) {
    leak_check::set_level(leak_check::level::handles);
    opened_file a(path("assigned over"));
    a.guard = file();
    BOOST_TEST(last.object() == a.label + " \"" + path("assigned over") + '"');
    opened_file b(path("reset"));
    b.guard.reset();
    BOOST_TEST(last.object() == b.label + " \"" + path("reset") + '"');
    int fresh = file::open("/dev/null", file::read_only).release();
    opened_file c(path("reset to"));
    c.guard.reset(fresh);
    BOOST_TEST(last.object() == c.label + " \"" + path("reset to") + '"');
    opened_file d(path("moved"));
    {
        file const moved = std::move(d.guard);
    }
    BOOST_TEST(last.object() == d.label + " \"" + path("moved") + '"');
    fresh = file::open("/dev/null", file::read_only).release();
    opened_file e(path("assign"));
    e.guard.assign(fresh);
    BOOST_TEST(last.object() == e.label + " \"" + path("assign") + '"');
}

BOOST_AUTO_TEST_CASE(paths_are_escaped_and_long_ones_are_cut_at_the_front) {
    leak_check::set_level(leak_check::level::handles);
    opened_file f(path("a\n\"b"));
    f.guard.reset();
    BOOST_TEST(last.object().ends_with("/a\\n\\\"b\""), last.object());
    std::filesystem::create_directory(directory / std::string(200, 'd'));
    opened_file g(path(std::string(200, 'd') + '/' + std::string(150, 'n')));
    g.guard.reset();
    BOOST_TEST(last.object().ends_with("d/" + std::string(150, 'n') + '"'), last.object());
    BOOST_TEST(last.object().size() < 300U);
}

BOOST_AUTO_TEST_CASE(a_deferred_close_that_fails_names_the_file_and_the_line_that_deferred_it) {
    for (auto const level : {leak_check::level::off, leak_check::level::handles}) {
        leak_check::set_level(level);
        auto [runner, manual] = make_test_runner<manual_runner>();
        std::optional<opened_file> f(path("ledger"));
        std::string const expected =
            level == leak_check::level::off ? f->label : f->label + " \"" + path("ledger") + '"';
        set_runner(f->guard, runner);
        auto const deferred = std::source_location::current().line() + 1;
        defer_close(f->guard);
        auto const line = level == leak_check::level::off ? 0 : f->line;
        f.reset();
        manual->run_one();
        BOOST_TEST(last.object() == expected);
        BOOST_TEST(last.where.line() == deferred);
        BOOST_TEST(last.opened.line() == line);
    }
}

BOOST_AUTO_TEST_CASE(a_runner_refusing_a_deferred_close_is_reported_with_the_object) {
    leak_check::set_level(leak_check::level::handles);
    handle owner(1);
    auto const opened = std::source_location::current().line() - 1;
    set_runner(owner, handrail::runner(std::make_unique<refusing_runner>()));
    defer_close(owner);
    leak_check::set_name(owner, "the one");
    owner.reset();
    BOOST_TEST((last.what == failure::kind::runner_refused));
    BOOST_TEST(last.object() == "test handle 1 \"the one\"");
    BOOST_TEST(last.opened.line() == opened);
}

BOOST_AUTO_TEST_CASE(a_throwing_cleanup_is_reported_with_the_line_that_registered_it) {
    quiet_handle owner(1);
    auto const registered = std::source_location::current().line() + 1;
    handrail::add_cleanup(owner, [] { throw 1; });
    owner.reset();
    BOOST_TEST((last.what == failure::kind::cleanup_threw));
    BOOST_TEST(last.where.line() == registered);
    BOOST_TEST(last.object() == "");
}

BOOST_AUTO_TEST_CASE(a_failed_close_names_the_socket) {
    boost::asio::io_context context;
    for (auto const level : {leak_check::level::off, leak_check::level::handles}) {
        leak_check::set_level(level);
        handrail::local_socket a(context);
        auto b = std::make_unique<handrail::local_socket>(context);
        connect_pair(a, *b);
        leak_check::set_name(*b, "control");
        std::string const expected = "local socket " + std::to_string(b->native_handle()) +
                                     (level == leak_check::level::off ? "" : " \"control\"");
        ::close(b->native_handle());
        b.reset();
        BOOST_TEST(last.object() == expected);
    }
}

BOOST_AUTO_TEST_CASE(reporting_a_failure_allocates_nothing) {
    for (auto const level : {leak_check::level::off, leak_check::level::handles}) {
        leak_check::set_level(level);
        std::optional<handrail::unique_handle<failing_image_traits>> ends(image{1, 2});
        std::size_t const allocations_before_close = allocations;
        ends.reset();
        BOOST_TEST(last.allocations_before == allocations_before_close);
    }
    BOOST_TEST(last.count == 2U);
}

BOOST_AUTO_TEST_CASE(the_default_handler_prints_name_error_and_opening_line) {
    std::array<int, 2> ends{-1, -1};
    BOOST_TEST_REQUIRE(::pipe(ends.data()) == 0);
    int const saved = ::dup(STDERR_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    handrail::set_failure_handler(nullptr);
    leak_check::set_level(leak_check::level::handles);
    opened_file f(path("ledger"));
    f.guard.reset();
    ::dup2(saved, STDERR_FILENO);
    std::array<char, 4096> text{};
    auto const size =
        static_cast<std::size_t>(std::max<ssize_t>(::read(ends[0], text.data(), text.size()), 0));
    for (int const each : {saved, ends[0], ends[1]}) {
        ::close(each);
    }
    std::string const line(text.data(), size);
    BOOST_TEST(line.starts_with("handrail: closing " + f.label + " \"" + path("ledger") +
                                "\" failed: Bad file descriptor (opened at "),
               line);
    BOOST_TEST(line.ends_with(":" + std::to_string(f.line) + ")\n"), line);
}

BOOST_AUTO_TEST_SUITE_END()
