// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: transfers moved only as many buffers as one system call takes, and their errors did not name
// the file; a write at an offset to a file opened with `append` went to its end.
// Correct: read and write transfer everything, with any number of buffers, errors name the file,
// and writes at an offset to an appending file are refused.

#include "tests/unit/handle/support.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/asio/write_at.hpp>

#include <list>
#include <thread>
#include <vector>

#include <fcntl.h>

using namespace handle_test;
using handrail::error;
using handrail::file;
namespace asio = boost::asio;
namespace errc = boost::system::errc;

namespace {

struct in_directory {
    temporary_directory directory;
    std::filesystem::path path = directory.make("data", "hand");

    std::string content() const { return content_of(path); }
};

std::string letters(std::size_t count) {
    std::string made(count, ' ');
    for (std::size_t i = 0; i != count; ++i) {
        made[i] = static_cast<char>('a' + (i * 7 + i / 26) % 26);
    }
    return made;
}

// Returns: a buffer for each letter, with an empty one after each.
template <class Buffer, class Text>
std::list<Buffer> single_letters(Text& text) {
    std::list<Buffer> buffers;
    for (auto& letter : text) {
        buffers.emplace_back(&letter, 1);
        buffers.emplace_back();
    }
    return buffers;
}

void check_offsets_are_refused(file& f) {
    error_code ec;
    BOOST_TEST(f.write_some_at(0, asio::buffer("x", 1), ec) == 0U);
    BOOST_TEST((ec == error::offset_while_appending));
    BOOST_TEST((ec == errc::invalid_argument));
    BOOST_TEST(f.write_at(0, asio::buffer("x", 1), ec) == 0U);
    BOOST_TEST((ec == error::offset_while_appending));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(file_transfers, in_directory)

BOOST_AUTO_TEST_CASE(any_number_of_buffers_is_written_and_read_completely) {
    for (std::size_t const count : {3U, 16U, 17U, 1023U, 1024U, 1025U, 5000U}) {
        std::string const text = letters(count);
        file f = file::open(path, file::read_write | file::truncate);
        BOOST_TEST(f.write(single_letters<asio::const_buffer>(text)) == count);
        BOOST_TEST((content() == text));
        f.seek(0, file::seek_set);
        std::string got(count, ' ');
        BOOST_TEST(f.read(single_letters<asio::mutable_buffer>(got)) == count);
        BOOST_TEST((got == text));
        got.assign(count, ' ');
        BOOST_TEST(f.read_at(0, single_letters<asio::mutable_buffer>(got)) == count);
        BOOST_TEST((got == text));
        BOOST_TEST(f.write_at(3, single_letters<asio::const_buffer>(text)) == count);
        BOOST_TEST((content() == text.substr(0, 3) + text));
    }
}

BOOST_AUTO_TEST_CASE(write_some_and_read_some_transfer_up_to_1024_buffers) {
    std::string const text = letters(3000);
    file f = file::open(path, file::read_write | file::truncate);
    BOOST_TEST(f.write_some(single_letters<asio::const_buffer>(text)) == 1024U);
    BOOST_TEST(f.write_some_at(1024, single_letters<asio::const_buffer>(text)) == 1024U);
    BOOST_TEST((content() == text.substr(0, 1024) + text.substr(0, 1024)));
    std::string got(3000, ' ');
    f.seek(0, file::seek_set);
    BOOST_TEST(f.read_some(single_letters<asio::mutable_buffer>(got)) == 1024U);
    BOOST_TEST(f.read_some_at(1024, single_letters<asio::mutable_buffer>(got)) == 1024U);
    BOOST_TEST(got.substr(0, 1024) == text.substr(0, 1024));
}

BOOST_AUTO_TEST_CASE(empty_buffer_sequences_transfer_nothing_and_are_no_error) {
    file f = file::open(path, file::read_write);
    BOOST_TEST(f.write(std::vector<asio::const_buffer>{}) == 0U);
    BOOST_TEST(f.read(std::vector<asio::mutable_buffer>(40)) == 0U);
    BOOST_TEST(f.write_at(0, asio::const_buffer()) == 0U);
    BOOST_TEST(f.read_at(100, asio::mutable_buffer()) == 0U);
    BOOST_TEST(content() == "hand");
}

BOOST_AUTO_TEST_CASE(reading_past_the_end_transfers_the_rest_and_reports_eof) {
    file f = file::open(path, file::read_only);
    std::array<char, 10> room{};
    error_code ec;
    BOOST_TEST(f.read(asio::buffer(room), ec) == 4U);
    BOOST_TEST((ec == asio::error::eof));
    BOOST_TEST(f.read_at(1, asio::buffer(room), ec) == 3U);
    BOOST_TEST((ec == asio::error::eof));
    BOOST_TEST(f.read_at(0, asio::buffer(room, 4), ec) == 4U);
    BOOST_TEST(!ec.failed());
}

BOOST_AUTO_TEST_CASE(errors_of_a_files_own_functions_name_the_file) {
    file full = file::open("/dev/full", file::read_write);
    auto const check_names_file = [](auto const& text, std::string_view operation) {
        BOOST_TEST(contains(text, std::string(operation) + " \"/dev/full\": No space left"));
    };
    check_names_file(
        message_of(errc::no_space_on_device, [&] { full.write(asio::buffer("x", 1)); }), "write");
    check_names_file(
        message_of(errc::no_space_on_device, [&] { full.write_some(asio::buffer("x", 1)); }),
        "write");
    check_names_file(
        message_of(errc::no_space_on_device, [&] { full.write_at(0, asio::buffer("x", 1)); }),
        "write");
    file f = file::open(path, file::read_only);
    std::array<char, 10> room{};
    BOOST_TEST(contains(message_of(asio::error::eof, [&] { f.read(asio::buffer(room)); }),
                        "read \"" + path.string() + '"'));
    BOOST_TEST(contains(message_of(asio::error::eof, [&] { f.read_at(2, asio::buffer(room)); }),
                        "read \"" + path.string() + '"'));
}

// The header says so. If this fails, the header can promise more.
BOOST_AUTO_TEST_CASE(errors_of_asios_functions_do_not_name_the_file) {
    file full = file::open("/dev/full", file::write_only);
    std::string const text =
        message_of(errc::no_space_on_device, [&] { asio::write(full, asio::buffer("x", 1)); });
    BOOST_TEST(text.find("/dev/full") == text.npos);
}

// ---- appending ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(writing_at_an_offset_to_an_appending_file_is_refused) {
    file f = file::open(path, file::read_write | file::append);
    check_offsets_are_refused(f);
    file moved = std::move(f);
    check_offsets_are_refused(moved);
    moved.write(asio::buffer("rail", 4));
    check_offsets_are_refused(moved);
    std::array<char, 4> room{};
    BOOST_TEST(moved.read_at(0, asio::buffer(room)) == 4U);
    BOOST_TEST(content() == "handrail");
}

BOOST_AUTO_TEST_CASE(writing_at_an_offset_to_an_assigned_appending_descriptor_is_refused) {
    auto const appending = [&] { return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC); };
    file constructed(appending());
    check_offsets_are_refused(constructed);
    file assigned = file::open(path, file::write_only);
    assigned.write_some_at(0, asio::buffer("H", 1));
    assigned.assign(appending());
    check_offsets_are_refused(assigned);
    file reset = file::open(path, file::write_only);
    reset.write_some_at(0, asio::buffer("H", 1));
    reset.reset(appending());
    check_offsets_are_refused(reset);
    reset.reset(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    BOOST_TEST(reset.write_some_at(1, asio::buffer("A", 1)) == 1U);
    BOOST_TEST(content() == "HAnd");
}

BOOST_AUTO_TEST_CASE(the_error_gives_the_reason_also_when_asio_throws_it) {
    file f = file::open(path, file::append);
    std::string const own = message_of(error::offset_while_appending,
                                       [&] { f.write_some_at(0, asio::buffer("x", 1)); });
    BOOST_TEST(contains(own, "write \"" + path.string() + "\": the file was opened with append"));
    std::string const asio_s = message_of(error::offset_while_appending,
                                          [&] { asio::write_at(f, 0, asio::buffer("x", 1)); });
    BOOST_TEST(contains(asio_s, "the file was opened with append"));
    BOOST_TEST(content() == "hand");
}

BOOST_AUTO_TEST_CASE(several_threads_may_make_the_first_transfers_of_a_file_at_once) {
    file f(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i != 4; ++i) {
        threads.emplace_back([&f, i] {
            std::array<char, 1> room{};
            f.write_some_at(i, asio::buffer(&"rail"[i], 1));
            f.read_some_at(i, asio::buffer(room));
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(content() == "rail");
}

BOOST_AUTO_TEST_SUITE_END()
