// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "support.hpp"

#include <array>
#include <csignal>
#include <thread>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>

using namespace handrail;
using namespace handrail::test;
using port::open_options;
using port::seek_origin;

BOOST_FIXTURE_TEST_SUITE(opening, clean_test)

BOOST_AUTO_TEST_CASE(a_missing_file_is_reported) {
    BOOST_TEST(port::open_file(files.path("none"), {}, ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::no_such_file_or_directory);
    BOOST_TEST((ec.category() == boost::system::system_category()));
}

BOOST_AUTO_TEST_CASE(an_empty_path_is_reported) {
    BOOST_TEST(port::open_file("", {}, ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::no_such_file_or_directory);
}

BOOST_AUTO_TEST_CASE(a_directory_is_refused_for_every_access) {
    for (port::access how : {port::access::read, port::access::write, port::access::read_write}) {
        BOOST_TEST(port::open_file(files.path(), {.access = how}, ec) == port::invalid_handle);
        BOOST_TEST(ec == errc::is_a_directory);
    }
}

BOOST_AUTO_TEST_CASE(a_directory_is_refused_when_asked_to_create) {
    BOOST_TEST(port::open_file(files.path(), {.create = true}, ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::is_a_directory);
}

BOOST_AUTO_TEST_CASE(a_path_with_nul_is_refused_and_its_first_part_is_not_opened) {
    auto const path = files.path("first") + std::string("\0second", 7);
    BOOST_TEST(port::open_file(path, {.access = port::access::write, .create = true}, ec) ==
               port::invalid_handle);
    BOOST_TEST(ec == errc::invalid_argument);
    BOOST_TEST(!std::filesystem::exists(files.path("first")));
}

BOOST_AUTO_TEST_CASE(a_path_of_any_length_is_an_error_not_a_fault) {
    for (std::size_t length : {4094U, 4095U, 4096U, 4097U, 100000U}) {
        BOOST_TEST(port::open_file(std::string(length, 'x'), {}, ec) == port::invalid_handle);
        BOOST_TEST(ec == errc::filename_too_long);
    }
}

BOOST_AUTO_TEST_CASE(a_path_needs_no_terminator) {
    files.write("name", "right");
    auto const longer = files.path("name-and-more");
    auto const h = port::open_file(std::string_view(longer).substr(0, longer.size() - 9), {}, ec);
    BOOST_TEST(!ec);
    BOOST_TEST(port::size(h, ec) == 5U);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(permission_denied_is_reported) {
    auto const path = files.write("secret", "x");
    ::chmod(path.c_str(), 0);
    ::chmod(files.path().c_str(), 0755);
    BOOST_TEST(in_child([&] {
                   drop_privileges();
                   port::open_file(path, {}, ec);
                   return ec == errc::permission_denied ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(too_many_open_files_is_reported) {
    auto const path = files.write("file", "x");
    BOOST_TEST(in_child([&] {
                   forbid_descriptors();
                   port::open_file(path, {}, ec);
                   return ec == errc::too_many_files_open ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(contradictory_options_are_refused) {
    for (open_options wrong : {open_options{.append = true}, open_options{.truncate = true},
                               open_options{.access = port::access::write, .exclusive = true}}) {
        BOOST_TEST(port::open_file(files.write("f", "kept"), wrong, ec) == port::invalid_handle);
        BOOST_TEST(ec == errc::invalid_argument);
        BOOST_TEST(files.read("f") == "kept");
    }
}

BOOST_AUTO_TEST_CASE(exclusive_refuses_an_existing_file) {
    auto const path = files.write("f", "kept");
    port::open_file(path, {.access = port::access::write, .create = true, .exclusive = true}, ec);
    BOOST_TEST(ec == errc::file_exists);
    BOOST_TEST(files.read("f") == "kept");
}

BOOST_AUTO_TEST_CASE(truncate_empties_and_create_keeps) {
    auto const path = files.write("f", "text");
    port::close_handle(port::open_file(path, {.access = port::access::write, .create = true}, ec));
    BOOST_TEST(files.read("f") == "text");
    port::close_handle(
        port::open_file(path, {.access = port::access::write, .truncate = true}, ec));
    BOOST_TEST(files.read("f") == "");
}

BOOST_AUTO_TEST_CASE(append_writes_at_the_end_wherever_the_position_is) {
    open_options const appending{.access = port::access::write, .append = true};
    auto const h = port::open_file(files.write("f", "one"), appending, ec);
    port::seek(h, 0, seek_origin::begin, ec);
    BOOST_TEST(port::write_some(h, "two", 3, ec) == 3U);
    port::close_handle(h);
    BOOST_TEST(files.read("f") == "onetwo");
}

BOOST_AUTO_TEST_CASE(sync_all_on_write_reaches_the_system) {
    open_options const syncing{
        .access = port::access::write, .create = true, .sync_all_on_write = true};
    auto const h = port::open_file(files.path("f"), syncing, ec);
    BOOST_TEST((::fcntl(h, F_GETFL) & O_SYNC) == O_SYNC);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(a_new_file_has_the_requested_permissions_minus_the_umask) {
    auto const old = ::umask(027);
    port::close_handle(open(files.path("f"), port::access::write));
    ::umask(old);
    struct stat about{};
    ::stat(files.path("f").c_str(), &about);
    BOOST_TEST((about.st_mode & 0777U) == 0640U);
}

BOOST_AUTO_TEST_CASE(opening_a_fifo_waits_for_the_other_end) {
    auto const path = files.path("fifo");
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    port::handle reader = port::invalid_handle;
    std::thread other([&] {
        error_code mine;
        reader = port::open_file(path, {}, mine);
    });
    auto const writer = port::open_file(path, {.access = port::access::write}, ec);
    BOOST_TEST(!ec);
    other.join();
    BOOST_TEST(port::write_some(writer, "x", 1, ec) == 1U);
    char got = 0;
    BOOST_TEST(port::read_some(reader, &got, 1, ec) == 1U);
    BOOST_TEST(got == 'x');
    port::close_handle(reader);
    port::close_handle(writer);
}

BOOST_AUTO_TEST_CASE(a_device_opens) {
    auto const h = port::open_file("/dev/null", {}, ec);
    BOOST_TEST(!ec);
    port::close_handle(h);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(transfer, clean_test)

BOOST_AUTO_TEST_CASE(reading_returns_the_bytes_then_zero_without_an_error) {
    auto const h = open(files.write("f", "abc"));
    std::array<char, 8> buffer{};
    BOOST_TEST(port::read_some(h, buffer.data(), buffer.size(), ec) == 3U);
    BOOST_TEST(std::string(buffer.data()) == "abc");
    BOOST_TEST(port::read_some(h, buffer.data(), buffer.size(), ec) == 0U);
    BOOST_TEST(!ec);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(transfer_at_an_offset_does_not_change_the_position) {
    auto const h = open(files.path("f"), port::access::read_write);
    BOOST_TEST(port::write_some_at(h, 3, "def", 3, ec) == 3U);
    BOOST_TEST(port::seek(h, 0, seek_origin::current, ec) == 0U);
    BOOST_TEST(port::write_some(h, "abc", 3, ec) == 3U);
    std::array<char, 8> buffer{};
    BOOST_TEST(port::read_some_at(h, 1, buffer.data(), 4, ec) == 4U);
    BOOST_TEST(std::string(buffer.data()) == "bcde");
    BOOST_TEST(port::seek(h, 0, seek_origin::current, ec) == 3U);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(an_offset_that_the_system_cannot_represent_is_refused) {
    auto const h = open(files.path("f"), port::access::read_write);
    char byte = 0;
    port::read_some_at(h, std::uint64_t{1} << 63, &byte, 1, ec);
    BOOST_TEST(ec == errc::invalid_argument);
    port::write_some_at(h, ~std::uint64_t{0}, &byte, 1, ec);
    BOOST_TEST(ec == errc::invalid_argument);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(the_wrong_access_is_reported) {
    auto const h = open(files.write("f", "abc"));
    BOOST_TEST(port::write_some(h, "x", 1, ec) == 0U);
    BOOST_TEST(ec == errc::bad_file_descriptor);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(a_pipe_has_no_offsets) {
    auto const [reader, writer] = port::open_pipe(ec);
    BOOST_TEST(port::write_some_at(writer, 0, "x", 1, ec) == 0U);
    BOOST_TEST(ec == errc::invalid_seek);
    port::seek(reader, 0, seek_origin::current, ec);
    BOOST_TEST(ec == errc::invalid_seek);
    port::close_handle(reader);
    port::close_handle(writer);
}

BOOST_AUTO_TEST_CASE(pieces_are_transferred_in_order) {
    auto const h = open(files.path("f"), port::access::read_write);
    std::array<char, 8> text{'h', 'a', 'n', 'd', 'r', 'a', 'i', 'l'};
    std::array<port::io_piece, 2> const whole{{{text.data(), 3}, {text.data() + 3, 5}}};
    BOOST_TEST(port::write_some(h, whole, ec) == 8U);
    BOOST_TEST(port::write_some_at(h, 8, {whole.data(), 1}, ec) == 3U);
    BOOST_TEST(port::write_some_at(h, 11, whole, ec) == 8U);
    BOOST_TEST(files.read("f") == "handrailhanhandrail");
    text.fill(' ');
    BOOST_TEST(port::read_some_at(h, 8, whole, ec) == 8U);
    BOOST_TEST(std::string(text.data(), 8) == "hanhandr");
    port::seek(h, 1, seek_origin::begin, ec);
    BOOST_TEST(port::read_some(h, whole, ec) == 8U);
    BOOST_TEST(std::string(text.data(), 8) == "andrailh");
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(write_without_signal_raises_none_with_or_without_a_reader) {
    auto const handler = ::signal(SIGPIPE, [](int) { BOOST_ERROR("SIGPIPE"); });
    char byte = 'x';
    port::io_piece const piece{&byte, 1};
    for (auto const& ends :
         {port::open_pipe(ec), port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec)}) {
        auto const [reader, writer] = ends;
        BOOST_TEST(port::write_some_without_signal(writer, {&piece, 1}, ec) == 1U);
        BOOST_TEST(!ec);
        port::close_handle(reader);
        for (int again = 0; again != 2; ++again) {
            BOOST_TEST(port::write_some_without_signal(writer, {&piece, 1}, ec) == 0U);
            BOOST_TEST(ec == errc::broken_pipe);
            BOOST_TEST(port::write_all(writer, &byte, 1) == errc::broken_pipe);
        }
        port::close_handle(writer);
    }
    sigset_t left;
    ::sigpending(&left);
    BOOST_TEST(::sigismember(&left, SIGPIPE) == 0);
    ::pthread_sigmask(SIG_BLOCK, nullptr, &left);
    BOOST_TEST(::sigismember(&left, SIGPIPE) == 0);
    ::signal(SIGPIPE, handler);
}

BOOST_AUTO_TEST_CASE(mode_of_returns_how_a_handle_was_opened) {
    auto const path = files.write("f", "x");
    for (auto how : {port::access::read, port::access::write, port::access::read_write}) {
        for (bool const append : {false, true}) {
            if (how != port::access::read || !append) {
                auto const h = port::open_file(path, {.access = how, .append = append}, ec);
                BOOST_TEST((port::mode_of(h, ec).access == how));
                BOOST_TEST(port::mode_of(h, ec).append == append);
                BOOST_TEST(!ec);
                port::close_handle(h);
            }
        }
    }
    port::mode_of(port::invalid_handle, ec);
    BOOST_TEST(ec == errc::bad_file_descriptor);
}

BOOST_AUTO_TEST_CASE(transfers_on_a_non_blocking_handle_do_not_wait) {
    auto const path = files.path("fifo");
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    auto const none =
        port::open_file(path, {.access = port::access::write, .non_blocking = true}, ec);
    BOOST_TEST(none == port::invalid_handle);
    BOOST_TEST(ec == errc::no_such_device_or_address);
    auto const reader = port::open_file(path, {.non_blocking = true}, ec);
    BOOST_TEST(!ec);
    auto const writer = port::open_file(path, {.access = port::access::write}, ec);
    BOOST_TEST(!ec);
    char byte = 0;
    port::read_some(reader, &byte, 1, ec);
    BOOST_TEST(ec == errc::operation_would_block);
    port::close_handle(reader);
    port::close_handle(writer);
}

BOOST_AUTO_TEST_CASE(write_all_writes_more_than_a_pipe_holds) {
    auto const [reader, writer] = port::open_pipe(ec);
    std::string const text(1 << 20, 'x');
    std::string got;
    std::thread other([&, source = reader] {
        std::array<char, 4096> buffer;
        error_code mine;
        while (auto const n = port::read_some(source, buffer.data(), buffer.size(), mine)) {
            got.append(buffer.data(), n);
        }
    });
    BOOST_TEST(!port::write_all(writer, text.data(), text.size()));
    port::close_handle(writer);
    other.join();
    BOOST_TEST((got == text));
    port::close_handle(reader);
}

BOOST_AUTO_TEST_CASE(write_all_reports_the_error_that_stops_it) {
    auto const h = open(files.write("f", ""));
    BOOST_TEST(port::write_all(h, "x", 1) == errc::bad_file_descriptor);
    port::close_handle(h);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(extent, clean_test)

BOOST_AUTO_TEST_CASE(seek_counts_from_each_origin) {
    auto const h = open(files.write("f", "0123456789"));
    BOOST_TEST(port::seek(h, 4, seek_origin::begin, ec) == 4U);
    BOOST_TEST(port::seek(h, -1, seek_origin::current, ec) == 3U);
    BOOST_TEST(port::seek(h, -2, seek_origin::end, ec) == 8U);
    BOOST_TEST(port::seek(h, 5, seek_origin::end, ec) == 15U);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(seek_before_the_beginning_is_refused_and_changes_nothing) {
    auto const h = open(files.write("f", "0123456789"));
    port::seek(h, 4, seek_origin::begin, ec);
    BOOST_TEST(port::seek(h, -5, seek_origin::current, ec) == 0U);
    BOOST_TEST(ec == errc::invalid_argument);
    BOOST_TEST(port::seek(h, 0, seek_origin::current, ec) == 4U);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(resize_truncates_and_extends_with_zeros) {
    auto const h = open(files.write("f", "0123456789"), port::access::read_write);
    port::resize(h, 2, ec);
    BOOST_TEST(!ec);
    port::resize(h, 4, ec);
    BOOST_TEST(port::size(h, ec) == 4U);
    BOOST_TEST(files.read("f") == std::string("01\0\0", 4));
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(resize_refuses_impossible_sizes) {
    auto const writable = open(files.path("f"), port::access::write);
    port::resize(writable, ~std::uint64_t{0}, ec);
    BOOST_TEST(ec == errc::invalid_argument);
    port::close_handle(writable);
    auto const readable = open(files.path("f"));
    port::resize(readable, 0, ec);
    BOOST_TEST(ec == errc::invalid_argument);
    port::close_handle(readable);
}

BOOST_AUTO_TEST_CASE(sizes_above_four_gigabytes_are_not_truncated) {
    auto const h = open(files.path("sparse"), port::access::read_write);
    std::uint64_t const big = (std::uint64_t{5} << 30) + 7;
    port::resize(h, big, ec);
    BOOST_TEST(!ec);
    BOOST_TEST(port::size(h, ec) == big);
    BOOST_TEST(port::seek(h, 0, seek_origin::end, ec) == big);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(sync_works_on_files_and_is_refused_on_pipes) {
    auto const h = open(files.path("f"), port::access::write);
    port::sync_all(h, ec);
    BOOST_TEST(!ec);
    ec = errc::make_error_code(errc::not_supported);
    port::sync_data(h, ec);
    BOOST_TEST(!ec);
    port::close_handle(h);
    auto const [reader, writer] = port::open_pipe(ec);
    port::sync_all(writer, ec);
    BOOST_TEST(ec == errc::invalid_argument);
    port::close_handle(reader);
    port::close_handle(writer);
}

BOOST_AUTO_TEST_CASE(every_function_reports_a_closed_handle) {
    auto const h = open(files.path("f"), port::access::write);
    port::close_handle(h);
    char byte = 0;
    auto const bad = [&] { return std::exchange(ec, {}) == errc::bad_file_descriptor; };
    BOOST_TEST((port::read_some(h, &byte, 1, ec), bad()));
    BOOST_TEST((port::write_some_at(h, 0, &byte, 1, ec), bad()));
    BOOST_TEST((port::size(h, ec), bad()));
    BOOST_TEST((port::resize(h, 1, ec), bad()));
    BOOST_TEST((port::sync_all(h, ec), bad()));
    BOOST_TEST((port::seek(h, 0, seek_origin::end, ec), bad()));
    BOOST_TEST((port::kind_of(h, ec), bad()));
}

BOOST_AUTO_TEST_SUITE_END()
