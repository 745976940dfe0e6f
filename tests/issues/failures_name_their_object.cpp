// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A close that failed in a destructor was "closing a handle failed: Input/output error": of which
// handle, and where that was opened, nobody said.

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

// The last failure: its object lives during the call only.
struct heard_failure {
    std::size_t count = 0;
    failure::kind what{};
    std::array<char, 2000> text{};
    std::size_t size = 0;
    std::source_location where, opened;
    std::size_t allocations_before = 0;

    std::string object() const { return {text.data(), size}; }
} heard;

void hear(failure const& f) noexcept {
    heard.allocations_before = allocations;
    ++heard.count;
    heard.what = f.what;
    heard.size = f.object.copy(heard.text.data(), heard.text.size());
    heard.where = f.where;
    heard.opened = f.opened;
}

struct listening {
    handrail::failure_handler before = handrail::set_failure_handler(&hear);
    temporary_directory directory;

    listening() { heard = {}; }
    listening(listening const&) = delete;
    listening& operator=(listening const&) = delete;
    ~listening() {
        leak_check::set_level(leak_check::level::off);
        handrail::set_failure_handler(before);
    }

    std::string path(std::string_view name) const { return (directory / name).string(); }
};

using line_number = decltype(std::source_location::current().line());

struct opened_file {
    file guard;
    line_number line;
    std::string label;  // in failures

    explicit opened_file(std::string const& path)
        : guard(file::open(path, file::write_only | file::create)),
          line(std::source_location::current().line() - 1),
          label("file " + std::to_string(guard.native_handle())) {
        ::close(guard.native_handle());
    }
};

struct unnumbered {
    int a, b;
    bool operator==(unnumbered const&) const = default;
};
struct unnumbered_traits {
    using native_handle_type = unnumbered;
    static unnumbered invalid() noexcept { return {0, 0}; }
    static bool is_valid(unnumbered h) noexcept { return h != invalid(); }
    static boost::system::error_code close(unnumbered) noexcept {
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

BOOST_FIXTURE_TEST_SUITE(failures_name_their_object, listening)

BOOST_AUTO_TEST_CASE(without_the_check_a_failed_close_names_kind_and_number) {
    {
        handle const ends(noting_traits::failing);
    }
    BOOST_TEST((heard.what == failure::kind::close));
    BOOST_TEST(heard.object() == "test handle 13");
    BOOST_TEST(heard.opened.line() == 0U);
    opened_file f(path("ledger"));
    f.guard.reset();
    BOOST_TEST(heard.object() == f.label);
    {
        handrail::unique_handle<unnumbered_traits> const ends(unnumbered{1, 2});
    }
    BOOST_TEST(heard.object() == "image");
}

BOOST_AUTO_TEST_CASE(with_the_check_it_names_the_file_and_where_it_was_opened) {
    leak_check::set_level(leak_check::level::handles);
    std::optional<opened_file> f(path("ledger"));
    std::string const expected = f->label + " \"" + path("ledger") + '"';
    auto const line = f->line;
    f.reset();
    BOOST_TEST(heard.count == 1U);
    BOOST_TEST(heard.object() == expected);
    BOOST_TEST(heard.opened.line() == line);
    BOOST_TEST(std::string_view(heard.opened.file_name()).ends_with("their_object.cpp"));
    BOOST_TEST(heard.where.line() == 0U);
}

BOOST_AUTO_TEST_CASE(every_way_to_end_names_it) {
    leak_check::set_level(leak_check::level::handles);
    opened_file a(path("assigned over"));
    a.guard = file();
    BOOST_TEST(heard.object() == a.label + " \"" + path("assigned over") + '"');
    opened_file b(path("reset"));
    b.guard.reset();
    BOOST_TEST(heard.object() == b.label + " \"" + path("reset") + '"');
    int fresh = file::open("/dev/null", file::read_only).release();
    opened_file c(path("reset to"));
    c.guard.reset(fresh);
    BOOST_TEST(heard.object() == c.label + " \"" + path("reset to") + '"');
    opened_file d(path("moved"));
    {
        file const moved = std::move(d.guard);
    }
    BOOST_TEST(heard.object() == d.label + " \"" + path("moved") + '"');
    fresh = file::open("/dev/null", file::read_only).release();
    opened_file e(path("assign"));
    e.guard.assign(fresh);
    BOOST_TEST(heard.object() == e.label + " \"" + path("assign") + '"');
}

BOOST_AUTO_TEST_CASE(names_are_escaped_and_of_long_ones_the_end_is_shown) {
    leak_check::set_level(leak_check::level::handles);
    opened_file f(path("a\n\"b"));
    f.guard.reset();
    BOOST_TEST(heard.object().ends_with("/a\\n\\\"b\""), heard.object());
    std::filesystem::create_directory(directory / std::string(200, 'd'));
    opened_file g(path(std::string(200, 'd') + '/' + std::string(150, 'n')));
    g.guard.reset();
    BOOST_TEST(heard.object().ends_with("d/" + std::string(150, 'n') + '"'), heard.object());
    BOOST_TEST(heard.object().size() < 300U);
}

BOOST_AUTO_TEST_CASE(a_deferred_close_is_named_on_the_runner_and_says_where_it_was_deferred) {
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
        BOOST_TEST(heard.object() == expected);
        BOOST_TEST(heard.where.line() == deferred);
        BOOST_TEST(heard.opened.line() == line);
    }
}

BOOST_AUTO_TEST_CASE(a_runner_that_refuses_a_deferred_close_is_told_with_its_object) {
    leak_check::set_level(leak_check::level::handles);
    handle owner(1);
    auto const opened = std::source_location::current().line() - 1;
    set_runner(owner, handrail::runner(new refusing_runner));
    defer_close(owner);
    leak_check::set_name(owner, "the one");
    owner.reset();
    BOOST_TEST((heard.what == failure::kind::runner_refused));
    BOOST_TEST(heard.object() == "test handle 1 \"the one\"");
    BOOST_TEST(heard.opened.line() == opened);
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_throws_is_told_with_its_registration) {
    quiet_handle owner(1);
    auto const registered = std::source_location::current().line() + 1;
    handrail::add_cleanup(owner, [] { throw 1; });
    owner.reset();
    BOOST_TEST((heard.what == failure::kind::cleanup_threw));
    BOOST_TEST(heard.where.line() == registered);
    BOOST_TEST(heard.object() == "");
}

BOOST_AUTO_TEST_CASE(sockets_are_named) {
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
        BOOST_TEST(heard.object() == expected);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_on_the_way) {
    for (auto const level : {leak_check::level::off, leak_check::level::handles}) {
        leak_check::set_level(level);
        std::optional<handrail::unique_handle<unnumbered_traits>> ends(unnumbered{1, 2});
        std::size_t const allocations_till_then = allocations;
        ends.reset();
        BOOST_TEST(heard.allocations_before == allocations_till_then);
    }
    BOOST_TEST(heard.count == 2U);
}

BOOST_AUTO_TEST_CASE(the_default_line_shows_all_of_it) {
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
