// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Operations of file, and Boost.Asio's free functions on it.

#include "tests/unit/handle/support.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_at.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/asio/write_at.hpp>

#include <limits>

using namespace handle_test;
using handrail::file;
namespace asio = boost::asio;

namespace {

struct in_directory {
    temporary_directory directory;

    file opened(std::string_view content, file::flags how = file::read_write) const {
        return file::open(directory.make("data", content), how);
    }
    std::string content() const { return content_of(directory / "data"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(file_io, in_directory)

BOOST_AUTO_TEST_CASE(read_some_returns_what_is_there) {
    file f = opened("handrail");
    std::array<char, 32> room{};
    BOOST_TEST(f.read_some(asio::buffer(room)) == 8U);
    BOOST_TEST(std::string(room.data()) == "handrail");
}

BOOST_AUTO_TEST_CASE(reading_at_the_end_is_eof) {
    file f = opened("");
    std::array<char, 4> room{};
    error_code ec;
    BOOST_TEST(f.read_some(asio::buffer(room), ec) == 0U);
    BOOST_TEST((ec == asio::error::eof));
    BOOST_TEST(f.read_some_at(100, asio::buffer(room), ec) == 0U);
    BOOST_TEST((ec == asio::error::eof));
    std::string const text = message_of(asio::error::eof, [&] { f.read_some(asio::buffer(room)); });
    BOOST_TEST(contains(text, "read"));
    BOOST_TEST(contains(text, "data"));
}

BOOST_AUTO_TEST_CASE(empty_buffers_move_nothing_and_are_no_error) {
    file f = opened("x");
    error_code ec = asio::error::eof;
    BOOST_TEST(f.read_some(asio::mutable_buffer(), ec) == 0U);
    BOOST_TEST(!ec.failed());
    BOOST_TEST(f.write_some(asio::const_buffer()) == 0U);
    BOOST_TEST(f.read_some_at(7, std::vector<asio::mutable_buffer>{}) == 0U);
    BOOST_TEST(f.write_some_at(7, std::array<asio::const_buffer, 2>{}) == 0U);
    BOOST_TEST(content() == "x");
}

BOOST_AUTO_TEST_CASE(the_first_buffer_that_is_not_empty_is_used) {
    file f = opened("handrail");
    std::array<char, 4> room{};
    std::array<asio::mutable_buffer, 3> const into{asio::mutable_buffer(), asio::buffer(room),
                                                   asio::mutable_buffer()};
    BOOST_TEST(f.read_some(into) == 4U);
    BOOST_TEST(std::string(room.data(), 4) == "hand");
}

BOOST_AUTO_TEST_CASE(asio_read_fills_a_sequence_of_buffers) {
    file f = opened("handrail");
    std::array<char, 3> first{};
    std::array<char, 5> second{};
    std::array<asio::mutable_buffer, 2> const into{asio::buffer(first), asio::buffer(second)};
    BOOST_TEST(asio::read(f, into) == 8U);
    BOOST_TEST(std::string(first.data(), 3) == "han");
    BOOST_TEST(std::string(second.data(), 5) == "drail");
}

BOOST_AUTO_TEST_CASE(asio_read_into_a_string_ends_with_eof) {
    std::string const long_text(100'000, 'h');
    file f = opened(long_text);
    std::string text;
    error_code ec;
    BOOST_TEST(asio::read(f, asio::dynamic_buffer(text), ec) == long_text.size());
    BOOST_TEST((ec == asio::error::eof));
    BOOST_TEST((text == long_text));
}

BOOST_AUTO_TEST_CASE(asio_read_until_finds_lines) {
    file f = opened("one\ntwo\n");
    std::string text;
    BOOST_TEST(asio::read_until(f, asio::dynamic_buffer(text), '\n') == 4U);
    BOOST_TEST(text.substr(0, 4) == "one\n");
}

BOOST_AUTO_TEST_CASE(asio_write_writes_everything) {
    file f = opened("");
    std::string const text(100'000, 'w');
    std::array<asio::const_buffer, 2> const from{asio::buffer("ab", 2), asio::buffer(text)};
    BOOST_TEST(asio::write(f, from) == text.size() + 2);
    BOOST_TEST((content() == "ab" + text));
}

BOOST_AUTO_TEST_CASE(asio_read_at_and_write_at_leave_the_position_alone) {
    file f = opened("handrail");
    std::array<char, 4> room{};
    BOOST_TEST(asio::read_at(f, 4, asio::buffer(room)) == 4U);
    BOOST_TEST(std::string(room.data(), 4) == "rail");
    BOOST_TEST(asio::write_at(f, 4, asio::buffer("made", 4)) == 4U);
    BOOST_TEST(f.seek(0, file::seek_cur) == 0U);
    BOOST_TEST(content() == "handmade");
}

BOOST_AUTO_TEST_CASE(seek_moves_from_begin_current_and_end) {
    file f = opened("handrail");
    BOOST_TEST(f.seek(2, file::seek_set) == 2U);
    BOOST_TEST(f.seek(3, file::seek_cur) == 5U);
    BOOST_TEST(f.seek(-1, file::seek_end) == 7U);
    std::array<char, 4> room{};
    BOOST_TEST(f.read_some(asio::buffer(room)) == 1U);
    BOOST_TEST(room[0] == 'l');
}

BOOST_AUTO_TEST_CASE(seeking_before_the_beginning_is_an_error) {
    file f = opened("handrail");
    std::string const text =
        message_of(boost::system::errc::invalid_argument, [&] { f.seek(-1, file::seek_set); });
    BOOST_TEST(contains(text, "seek"));
    BOOST_TEST(contains(text, "data"));
}

BOOST_AUTO_TEST_CASE(resize_cuts_and_extends_with_zeros) {
    file f = opened("handrail");
    f.resize(4);
    BOOST_TEST(f.size() == 4U);
    f.resize(6);
    BOOST_TEST(content() == std::string("hand\0\0", 6));
    BOOST_TEST(f.seek(0, file::seek_cur) == 0U);
}

BOOST_AUTO_TEST_CASE(resize_of_a_file_opened_for_reading_is_an_error) {
    file f = opened("handrail", file::read_only);
    error_code ec;
    f.resize(0, ec);
    BOOST_TEST((ec == boost::system::errc::invalid_argument));
    BOOST_TEST(content() == "handrail");
}

BOOST_AUTO_TEST_CASE(offsets_beyond_the_system_s_range_are_an_error) {
    file f = opened("handrail");
    std::array<char, 4> room{};
    error_code ec;
    f.read_some_at(std::numeric_limits<std::uint64_t>::max(), asio::buffer(room), ec);
    BOOST_TEST((ec == boost::system::errc::invalid_argument));
    f.resize(std::numeric_limits<std::uint64_t>::max(), ec);
    BOOST_TEST((ec == boost::system::errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(sync_succeeds_on_a_file) {
    file f = opened("");
    f.write_some(asio::buffer("x", 1));
    BOOST_CHECK_NO_THROW(f.sync_data());
    BOOST_CHECK_NO_THROW(f.sync_all());
}

// ---- flags --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(append_writes_at_the_end) {
    file f = opened("hand", file::write_only | file::append);
    f.write_some(asio::buffer("rail", 4));
    BOOST_TEST(content() == "handrail");
}

BOOST_AUTO_TEST_CASE(append_and_truncate_alone_mean_writing) {
    {
        file f = opened("hand", file::append);
        f.write_some(asio::buffer("rail", 4));
    }
    BOOST_TEST(content() == "handrail");
    {
        file f = opened("hand", file::truncate);
        f.write_some(asio::buffer("rail", 4));
    }
    BOOST_TEST(content() == "rail");
}

BOOST_AUTO_TEST_CASE(create_makes_a_missing_file_with_the_permissions) {
    auto const path = directory / "new";
    file const f = file::open(path, file::write_only | file::create, 0600);
    BOOST_TEST(f.is_open());
    BOOST_TEST((std::filesystem::status(path).permissions() ==
                (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
}

BOOST_AUTO_TEST_CASE(create_keeps_an_existing_file) {
    file const f = opened("kept", file::write_only | file::create);
    BOOST_TEST(content() == "kept");
}

BOOST_AUTO_TEST_CASE(exclusive_refuses_an_existing_file) {
    error_code ec;
    auto const path = directory.make("data", "kept");
    file const f = file::open(path, file::write_only | file::create | file::exclusive, ec);
    BOOST_TEST((ec == boost::system::errc::file_exists));
    BOOST_TEST(!f.is_open());
}

BOOST_AUTO_TEST_CASE(sync_all_on_write_writes) {
    file f = opened("", file::write_only | file::sync_all_on_write);
    f.write_some(asio::buffer("x", 1));
    BOOST_TEST(content() == "x");
}

BOOST_AUTO_TEST_CASE(flags_combine_as_bits) {
    file::flags how = file::read_only;
    how |= file::write_only;
    BOOST_TEST((how == file::read_write));
    how &= ~file::write_only;
    BOOST_TEST((how == file::flags::read_only));
    how ^= file::create;
    BOOST_TEST((how == (file::read_only | file::create)));
}

BOOST_AUTO_TEST_CASE(a_path_is_any_string_or_path_class) {
    auto const path = directory.make("data", "x");
    std::string const text = path.string();
    BOOST_TEST(file::open(path, file::read_only).is_open());
    BOOST_TEST(file::open(text, file::read_only).is_open());
    BOOST_TEST(file::open(text.c_str(), file::read_only).is_open());
    BOOST_TEST(file::open(std::string_view(text), file::read_only).is_open());
}

BOOST_AUTO_TEST_SUITE_END()

// ---- borrowing ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_borrowed_handle_never_closes) {
    file const f = subject<file>::open();
    {
        handrail::borrowed_descriptor const borrowed = f;
        auto const copy = borrowed;
        BOOST_TEST(copy.native_handle() == f.native_handle());
        BOOST_TEST(copy.is_open());
    }
    BOOST_TEST(is_open_descriptor(f.native_handle()));
}

BOOST_AUTO_TEST_CASE(a_borrowed_handle_follows_its_owner_s_rule_of_validity) {
    BOOST_TEST(!handrail::borrowed_handle<ticket_traits>(0).is_open());
    BOOST_TEST(handrail::borrowed_descriptor(0).is_open());
    BOOST_TEST(!handrail::borrowed_descriptor(-1).is_open());
    BOOST_TEST(!handrail::borrowed_descriptor(file()).is_open());
    static_assert(!std::is_convertible_v<ticket const&, handrail::borrowed_descriptor>,
                  "a ticket is not a descriptor, though its number is an int");
}
