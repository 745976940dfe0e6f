// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which bytes a mapping shows, and what cannot be mapped.

#include "tests/unit/handle/support.hpp"

#include <handrail/cleanup.hpp>

#include <boost/asio/buffer.hpp>

#include <fcntl.h>

#include <cstring>
#include <limits>

using namespace handle_test;
using handrail::add_cleanup;
using handrail::file;
using handrail::map_options;
using handrail::mapping;
namespace errc = boost::system::errc;

namespace {

constexpr auto no_limit = std::numeric_limits<std::size_t>::max();

// Three pages and a bit of text in which every position differs from its neighbours.
struct with_text {
    temporary_directory directory;
    std::string text = pattern(3 * port::mapping_granularity() + 100);
    file source = file::open(directory.make("text", text), file::read_write);

    static std::string pattern(std::size_t size) {
        std::string made(size, ' ');
        for (std::size_t i = 0; i < size; ++i) {
            made[i] = static_cast<char>('a' + (i * 7 + i / 26) % 26);
        }
        return made;
    }
};

template <class Condition>
void check_map_fails(Condition expected, file const& from, map_options const& options,
                     std::string_view name) {
    error_code ec;
    mapping const m = mapping::map(from, options, ec);
    BOOST_TEST_INFO("error: " << ec.message());
    BOOST_TEST((ec == expected));
    BOOST_TEST(!m.is_open());
    std::string const message =
        message_of(expected, [&] { static_cast<void>(mapping::map(from, options)); });
    BOOST_TEST(message.starts_with("map"));
    BOOST_TEST(contains(message, name));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(windows, with_text)

BOOST_AUTO_TEST_CASE(without_options_the_whole_file_is_mapped) {
    mapping const m = mapping::map(source);
    BOOST_TEST(m.size() == text.size());
    BOOST_TEST((text_of(m.bytes()) == text));
}

BOOST_AUTO_TEST_CASE(any_offset_and_length_can_be_mapped) {
    std::size_t const page = port::mapping_granularity();
    for (std::size_t const offset : {std::size_t{1}, page - 1, page, page + 1, 2 * page + 77}) {
        for (std::size_t const length : {std::size_t{1}, std::size_t{100}, page - 200}) {
            mapping const m = mapping::map(source, {.offset = offset, .length = length});
            BOOST_TEST_INFO("offset " << offset << " length " << length);
            BOOST_TEST((text_of(m.bytes()) == text.substr(offset, length)));
        }
    }
}

BOOST_AUTO_TEST_CASE(without_length_the_mapping_ends_with_the_file) {
    mapping const m = mapping::map(source, {.offset = text.size() - 3});
    BOOST_TEST(text_of(m.bytes()) == text.substr(text.size() - 3));
}

BOOST_AUTO_TEST_CASE(an_odd_window_is_unmapped_whole) {
    std::size_t const page = port::mapping_granularity();
    mapping m = mapping::map(source, {.offset = page - 1, .length = page + 2});  // three pages
    auto const first = reinterpret_cast<std::uintptr_t>(m.bytes().data());
    auto const* const last = reinterpret_cast<void const*>(first + page + 1);
    BOOST_TEST(is_mapped(last));
    m.close();
    BOOST_TEST(!is_mapped(reinterpret_cast<void const*>(first)));
    BOOST_TEST(!is_mapped(reinterpret_cast<void const*>(first + 1)));
    BOOST_TEST(!is_mapped(last));
}

BOOST_AUTO_TEST_CASE(a_mapping_outlives_its_file) {
    mapping const m = mapping::map(source, {.offset = 5});
    source.close();
    std::filesystem::remove(directory / "text");
    BOOST_TEST((text_of(m.bytes()) == text.substr(5)));
}

BOOST_AUTO_TEST_CASE(moving_leaves_the_bytes_where_they_are) {
    mapping m = mapping::map(source);
    auto const* const at = m.bytes().data();
    mapping const moved = std::move(m);
    BOOST_TEST(moved.bytes().data() == at);
    BOOST_TEST(m.bytes().empty());
}

BOOST_AUTO_TEST_CASE(writes_to_a_read_write_mapping_reach_the_file) {
    mapping m =
        mapping::map(source, {.offset = 10, .length = 4, .access = map_options::read_write});
    std::memcpy(m.bytes().data(), "RAIL", 4);
    BOOST_CHECK_NO_THROW(m.flush());
    m.close();
    std::string const expected = text[9] + std::string("RAIL") + text[14];
    BOOST_TEST(content_of(directory / "text").substr(9, 6) == expected);
}

BOOST_AUTO_TEST_CASE(writes_to_a_copy_on_write_mapping_stay_private) {
    file const reader = file::open(directory / "text", file::read_only);
    mapping m =
        mapping::map(reader, {.offset = 10, .length = 4, .access = map_options::copy_on_write});
    std::memcpy(m.bytes().data(), "RAIL", 4);
    BOOST_TEST(text_of(m.bytes()) == "RAIL");
    BOOST_TEST((content_of(directory / "text") == text));
}

BOOST_AUTO_TEST_CASE(pointers_and_spans_into_the_bytes_are_refused_as_arguments) {
    mapping m = mapping::map(source, {.offset = 10, .length = 4});
    std::byte* const last = m.bytes().data() + 3;
    BOOST_CHECK_THROW(add_cleanup(m, [](std::byte*) {}, last), handrail::self_capture);
    BOOST_CHECK_THROW(
        add_cleanup(m, [](std::span<std::byte>) {}, m.bytes()), handrail::self_capture);
    mapping moved = std::move(m);
    BOOST_CHECK_THROW(add_cleanup(moved, [](std::byte*) {}, last), handrail::self_capture);
    mapping other = mapping::map(source);
    BOOST_CHECK_NO_THROW(add_cleanup(other, [](std::byte*) {}, last));
}

// ---- no bytes at all ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_mapping_of_length_zero_is_an_owner) {
    int runs = 0;
    mapping m = mapping::map(source, {.offset = 7, .length = 0});
    BOOST_TEST(m.is_open());
    BOOST_TEST(m.bytes().empty());
    add_cleanup(m, [](int* count) { ++*count; }, &runs);
    mapping moved = std::move(m);
    BOOST_TEST(!m.is_open());
    BOOST_CHECK_NO_THROW(moved.flush());
    BOOST_TEST(runs == 0);
    moved.close();
    BOOST_TEST(runs == 1);
    BOOST_TEST(!moved.is_open());
}

BOOST_AUTO_TEST_CASE(an_empty_file_maps_to_an_open_mapping_without_bytes) {
    file const empty = file::open(directory.make("empty", ""), file::read_only);
    mapping const m = mapping::map(empty);
    BOOST_TEST(m.is_open());
    BOOST_TEST(m.size() == 0U);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_file_maps_to_no_bytes) {
    BOOST_TEST(mapping::map(source, {.offset = text.size()}).is_open());
    BOOST_TEST(mapping::map(source, {.offset = text.size(), .length = 0}).is_open());
}

// ---- errors -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(mapping_past_the_end_is_an_error) {
    std::string const name = (directory / "text").string();
    std::size_t const size = text.size();
    check_map_fails(errc::invalid_argument, source, {.length = size + 1}, name);
    check_map_fails(errc::invalid_argument, source, {.offset = size, .length = 1}, name);
    check_map_fails(errc::invalid_argument, source, {.offset = size + 1}, name);
    check_map_fails(errc::invalid_argument, source, {.offset = size + 1, .length = 0}, name);
    check_map_fails(errc::invalid_argument, source, {.offset = 1, .length = size}, name);
}

BOOST_AUTO_TEST_CASE(lengths_and_offsets_that_overflow_are_errors) {
    std::string const name = (directory / "text").string();
    check_map_fails(errc::invalid_argument, source, {.length = no_limit}, name);
    check_map_fails(errc::invalid_argument, source, {.offset = 2, .length = no_limit - 1}, name);
    check_map_fails(errc::invalid_argument, source,
                    {.offset = std::numeric_limits<std::uint64_t>::max(), .length = 2}, name);
    check_map_fails(errc::invalid_argument, source,
                    {.offset = std::numeric_limits<std::uint64_t>::max()}, name);
}

BOOST_AUTO_TEST_CASE(the_error_says_which_bytes_were_meant) {
    std::string const message = message_of(errc::invalid_argument, [&] {
        static_cast<void>(mapping::map(source, {.offset = 5, .length = 1'000'000}));
    });
    BOOST_TEST(contains(message, "map 1000000 bytes at offset 5 of the " +
                                     std::to_string(text.size()) + " bytes of \""));
}

BOOST_AUTO_TEST_CASE(mapping_with_more_access_than_the_file_has_is_an_error) {
    std::string const name = (directory / "text").string();
    file const reader = file::open(directory / "text", file::read_only);
    check_map_fails(errc::permission_denied, reader, {.access = map_options::read_write}, name);
    file const writer = file::open(directory / "text", file::write_only);
    check_map_fails(errc::permission_denied, writer, {}, name);
}

BOOST_AUTO_TEST_CASE(mapping_an_empty_file_object_is_an_error) {
    check_map_fails(errc::bad_file_descriptor, file(), {}, "file (not open)");
}

BOOST_AUTO_TEST_CASE(mapping_a_pipe_is_an_error) {
    error_code ec;
    auto const ends = port::open_pipe(ec);
    file const reader(ends.first);
    file const writer(ends.second);
    check_map_fails(errc::no_such_device, reader, {}, "pipe");
    check_map_fails(errc::no_such_device, reader, {.length = 0}, "pipe");
}

BOOST_AUTO_TEST_CASE(mapping_a_directory_is_an_error) {
    file const itself(::open((directory / "").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    check_map_fails(errc::is_a_directory, itself, {}, "handrail-");
}

BOOST_AUTO_TEST_CASE(a_device_is_mapped_with_a_length_only) {
    file const zero = file::open("/dev/zero", file::read_only);
    check_map_fails(errc::invalid_argument, zero, {}, "/dev/zero");
    BOOST_TEST(text_of(mapping::map(zero, {.length = 3}).bytes()) == std::string(3, '\0'));
    check_map_fails(errc::not_enough_memory, zero, {.length = no_limit / 2}, "/dev/zero");
}

BOOST_AUTO_TEST_CASE(flushing_a_closed_mapping_is_an_error) {
    mapping m = mapping::map(source);
    m.close();
    std::string const message = message_of(errc::bad_file_descriptor, [&] { m.flush(); });
    BOOST_TEST(contains(message, "flush"));
    BOOST_TEST(contains(message, "mapping (not open)"));
}

BOOST_AUTO_TEST_SUITE_END()
