// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Handles on a system whose calls fail: whichever call it is, nothing leaks, nothing is closed
// twice, and the error is reported.

#include "tests/fake_port/fake.hpp"
#include "tests/unit/handle/support.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace handle_test;
using handrail::add_cleanup;
using handrail::file;
using handrail::mapping;
namespace asio = boost::asio;
namespace errc = boost::system::errc;
namespace fake = handrail::fake;

namespace {

struct fresh_book {
    fresh_book() {
        // Makes the first calls of core and leak check (thread exit, memory), which are not tested.
        static_cast<void>(handrail::drain({}));
        subject<mapping>::open().close();
        fake::reset();
    }
    ~fresh_book() {
        BOOST_TEST(fake::open_handles().empty());
        BOOST_TEST(fake::open_mappings() == 0U);
        BOOST_TEST(fake::bad_closes() == 0U);
        fake::reset();
    }

    temporary_directory directory;
    std::filesystem::path path = directory.make("data", std::string(10'000, 'h'));
};

// Effects: runs the scenario with the first call failing, then with the second, and so on, until no
// call fails. The scenario returns whether it got an error.
void sweep(std::function<bool()> const& scenario) {
    for (std::size_t n = 1;; ++n) {
        failure_recorder const failures;
        fake::fault const any(n, errc::io_error);
        bool const got_error = scenario();
        BOOST_TEST_INFO("fault point " << n);
        BOOST_TEST((got_error || !failures.recorded().empty()) == any.struck());
        BOOST_TEST_INFO("fault point " << n);
        BOOST_TEST(fake::open_handles().empty());
        BOOST_TEST_INFO("fault point " << n);
        BOOST_TEST(fake::open_mappings() == 0U);
        BOOST_TEST_INFO("fault point " << n);
        BOOST_TEST(fake::bad_closes() == 0U);
        if (!any.struck()) {
            BOOST_TEST(n > 4);
            return;
        }
    }
}

void count(int* runs) { ++*runs; }

// A file that is a pipe's write end; another has the read end.
void use_pipe() {
    error_code ec;
    auto const ends = handrail::port::open_pipe(ec);
    handrail::detail::throw_on_error(ec, "pipe");
    file const reader(ends.first);
    file writer(ends.second);
    writer.write(asio::buffer("hand", 4));
}

// Effects: calls each operation of files that uses the port. Errors: throws if one fails.
void use(file& f) {
    std::array<char, 100> room{};
    use_pipe();
    asio::write(f, asio::buffer("hand", 4));
    f.write_some_at(50, asio::buffer("rail", 4));
    f.sync_data();
    f.seek(0, file::seek_set);
    f.read_some(asio::buffer(room));
    f.read_some_at(50, asio::buffer(room));
    f.resize(f.size() + 1);
    f.sync_all();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(faults, fresh_book)

BOOST_AUTO_TEST_CASE(every_failing_call_is_reported_and_leaks_nothing) {
    sweep([&] {
        try {
            file f = file::open(path, file::read_write);
            use(f);
            mapping m =
                mapping::map(f, {.offset = 77, .access = handrail::map_options::read_write});
            f.close();
            m.flush();
            m.close();
        } catch (boost::system::system_error const& e) {
            BOOST_TEST((e.code() == errc::io_error));
            BOOST_TEST(contains(e.what(), "Input/output error"));
            return true;
        }
        return false;
    });
}

BOOST_AUTO_TEST_CASE(
    every_failing_close_in_a_destructor_reaches_the_failure_handler_and_cleanups_run) {
    sweep([&] {
        int runs = 0;
        int registered = 0;
        error_code ec;
        {
            file f = file::open(path, file::read_only, ec);
            if (ec.failed()) {
                return true;
            }
            registered += 1;
            add_cleanup(f, &count, &runs);
            mapping const whole = mapping::map(f, ec);
            mapping part = mapping::map(f, {.offset = 5000, .length = 10}, ec);
            if (part.is_open()) {
                registered += 1;
                add_cleanup(part, &count, &runs);
            }
            part = mapping();
            if (!whole.is_open()) {
                ec = make_error_code(errc::io_error);  // was overwritten by the second map
            }
        }
        BOOST_TEST(runs == registered);
        return ec.failed();
    });
}

// Returns: the number of system calls that a transfer of so many buffers takes.
template <class Transfer>
std::size_t calls_for(std::size_t buffers, std::size_t bytes_each, Transfer transfer) {
    std::string text(buffers * bytes_each, 'h');
    std::vector<asio::mutable_buffer> pieces;
    for (std::size_t i = 0; i != buffers; ++i) {
        pieces.push_back(asio::buffer(&text[i * bytes_each], bytes_each));
    }
    fake::reset();
    BOOST_TEST(transfer(pieces) == text.size());
    using fake::operation;
    return fake::calls(operation::read_some) + fake::calls(operation::write_some) +
           fake::calls(operation::read_some_at) + fake::calls(operation::write_some_at);
}

BOOST_AUTO_TEST_CASE(a_sequence_of_buffers_is_one_call_as_far_as_the_header_promises) {
    file f = file::open(path, file::read_write);
    auto const write = [&](auto const& from) { return f.write(from); };
    auto const write_at = [&](auto const& from) { return f.write_at(7, from); };
    auto const read_at = [&](auto const& into) { return f.read_at(0, into); };
    auto const read = [&](auto const& into) {
        f.seek(0, file::seek_set);
        return f.read(into);
    };
    BOOST_TEST(calls_for(1024, 100, write) == 1U);
    BOOST_TEST(calls_for(1025, 100, write) == 2U);
    BOOST_TEST(calls_for(1024, 100, write_at) == 1U);
    BOOST_TEST(calls_for(1024, 100, read) == 1U);
    BOOST_TEST(calls_for(1025, 50, read) == 2U);
    BOOST_TEST(calls_for(1024, 100, read_at) == 1U);
    BOOST_TEST(calls_for(1, 1'000'000, write) == 1U);
}

BOOST_AUTO_TEST_CASE(asio_s_write_is_one_call_as_far_as_the_header_promises) {
    file f = file::open(path, file::append);
    auto const write = [&](auto const& from) { return asio::write(f, from); };
    BOOST_TEST(calls_for(3, 100, write) == 1U);
    BOOST_TEST(calls_for(16, 4096, write) == 1U);
    BOOST_TEST(calls_for(17, 1, write) == 2U);
    BOOST_TEST(calls_for(1, 65'537, write) == 2U);
}

BOOST_AUTO_TEST_CASE(the_kind_of_a_file_is_queried_once) {
    file f = file::open(path, file::read_write);
    fake::reset();
    for (int i = 0; i != 3; ++i) {
        f.write_some(asio::buffer("hand", 4));
        f.write_some_at(0, asio::buffer("rail", 4));
    }
    BOOST_TEST(fake::calls(fake::operation::kind_of) == 1U);
    BOOST_TEST(fake::calls(fake::operation::mode_of) == 0U);
    file g;
    g.assign(f.release());
    fake::reset();
    for (int i = 0; i != 3; ++i) {
        g.write_some_at(0, asio::buffer("rail", 4));
    }
    BOOST_TEST(fake::calls(fake::operation::mode_of) == 1U);
}

BOOST_AUTO_TEST_CASE(mappings_of_huge_pages_are_whole_pages) {
    constexpr std::size_t huge = 16 * 4096;
    file const f = file::open(path, file::read_write);
    fake::set_map_source(
        {.kind = handrail::port::handle_kind::regular_file, .size = 3 * huge, .granularity = huge});
    for (handrail::map_options const& options :
         {handrail::map_options{}, handrail::map_options{.offset = 5, .length = 100},
          handrail::map_options{.offset = huge - 1, .length = 2},
          handrail::map_options{.offset = huge + 4096}, handrail::map_options{.length = 0}}) {
        mapping m = mapping::map(f, options);
        BOOST_TEST(m.size() == options.length.value_or(3 * huge - options.offset));
        mapping moved = std::move(m);
        BOOST_CHECK_NO_THROW(moved.flush());
        BOOST_CHECK_NO_THROW(moved.close());
        BOOST_TEST(fake::open_mappings() == 0U);
    }
    BOOST_TEST(fake::calls(fake::operation::unmap) == 4U);
}

BOOST_AUTO_TEST_CASE(a_failing_flush_names_the_file) {
    file f = file::open(path, file::read_write);
    mapping m = mapping::map(f, {.offset = 5000, .access = handrail::map_options::read_write});
    f.close();
    fake::fault const fails(fake::operation::flush, 1, errc::io_error);
    std::string const text = message_of(errc::io_error, [&] { m.flush(); });
    BOOST_TEST(contains(text, "flush \"mapping of " + path.string() + '"'));
}

BOOST_AUTO_TEST_CASE(the_size_of_a_block_device_is_what_the_system_reports) {
    file const f = file::open(path, file::read_only);
    fake::set_map_source({.kind = handrail::port::handle_kind::block_device,
                          .size = 8192,
                          .granularity = handrail::port::mapping_granularity()});
    BOOST_TEST(mapping::map(f).size() == 8192U);
    BOOST_TEST(mapping::map(f, {.offset = 8000}).size() == 192U);
    std::string const text = message_of(handrail::error::bytes_past_end_of_file, [&] {
        static_cast<void>(mapping::map(f, {.length = 8193}));
    });
    BOOST_TEST(contains(text, "map 8193 bytes of the 8192 bytes of"));
}

BOOST_AUTO_TEST_CASE(assigning_fails_without_taking_the_descriptor) {
    file const source = file::open(path, file::read_only);
    int const before = source.native_handle();
    handrail::descriptor d(file::open(path, file::read_only).release());
    int const kept = d.native_handle();
    fake::fault const fails(fake::operation::set_close_on_exec, 1, errc::io_error);
    std::string const text = message_of(errc::io_error, [&] { d.assign(before); });
    BOOST_TEST(contains(text, "assign \"" + path.string() + '"'));
    BOOST_TEST(d.native_handle() == kept);
    BOOST_TEST(fake::calls(fake::operation::close_handle) == 0U);
}

BOOST_AUTO_TEST_CASE(opening_with_all_descriptors_in_use_is_reported) {
    fake::fault const full(fake::operation::open_file, 1, errc::too_many_files_open);
    std::string const text = message_of(
        errc::too_many_files_open, [&] { static_cast<void>(file::open(path, file::read_only)); });
    BOOST_TEST(contains(text, "open \"" + path.string() + '"'));
    BOOST_TEST(file::open(path, file::read_only).is_open());
}

BOOST_AUTO_TEST_CASE(a_failing_close_is_not_repeated) {
    file f = file::open(path, file::read_only);
    std::string const name = "file " + std::to_string(f.native_handle());
    fake::fault const fails(fake::operation::close_handle, 1, errc::no_space_on_device);
    std::string const text = message_of(errc::no_space_on_device, [&] { f.close(); });
    BOOST_TEST(contains(text, "close \"" + name + '"'));
    BOOST_TEST(!f.is_open());
    BOOST_CHECK_NO_THROW(f.close());
    BOOST_TEST(fake::calls(fake::operation::close_handle) == 1U);
}

BOOST_AUTO_TEST_CASE(a_failing_close_names_the_file_when_the_leak_check_knows_it) {
    namespace leak_check = handrail::leak_check;
    leak_check::set_level(leak_check::level::handles);
    file f = file::open(path, file::read_only);
    mapping m = mapping::map(f);
    fake::fail_call(fake::operation::close_handle, 1, errc::io_error);
    std::string const of_file = message_of(errc::io_error, [&] { f.close(); });
    fake::fail_call(fake::operation::unmap, 1, errc::io_error);
    std::string const of_mapping = message_of(errc::io_error, [&] { m.close(); });
    leak_check::set_level(leak_check::level::off);
    BOOST_TEST(contains(of_file, "close \"" + path.string() + '"'));
    BOOST_TEST(contains(of_mapping, "close \"mapping of " + path.string() + '"'));
}

BOOST_AUTO_TEST_CASE(a_failing_unmap_reaches_the_failure_handler) {
    failure_recorder const failures;
    {
        mapping const m = mapping::map(file::open(path, file::read_only));
        fake::fail_call(fake::operation::unmap, 1, errc::io_error);
    }
    BOOST_REQUIRE(failures.recorded().size() == 1U);
    BOOST_TEST((failures.recorded()[0].what == handrail::failure::kind::close));
    BOOST_TEST((failures.recorded()[0].error == errc::io_error));
}

BOOST_AUTO_TEST_CASE(cleanups_run_although_a_deferred_close_fails) {
    failure_recorder const failures;
    auto const [runner, batches] = make_test_runner<manual_runner>();
    int runs = 0;
    {
        file f = file::open(path, file::read_only);
        set_runner(f, runner);
        defer_close(f);
        add_cleanup(f, &count, &runs);
    }
    fake::fault const fails(fake::operation::close_handle, 1, errc::io_error);
    batches->run_one();
    BOOST_TEST(runs == 1);
    BOOST_TEST(failures.recorded().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_mapping_that_cannot_be_unmapped_is_named) {
    fake::fault const fails(fake::operation::unmap, 1, errc::io_error);
    static std::string object;
    object.clear();
    auto const before = handrail::set_failure_handler(
        +[](handrail::failure const& f) noexcept { object = f.object; });
    {
        mapping const ends = mapping::map(file::open(path, file::read_only));
    }
    handrail::set_failure_handler(before);
    BOOST_TEST(fails.struck());
    BOOST_TEST(object.starts_with("mapping 0x"), object);
}

BOOST_AUTO_TEST_SUITE_END()
