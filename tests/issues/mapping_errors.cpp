// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: mapping a file of /proc returned an open mapping without bytes, a block device had no
// length, huge pages were never unmapped, and the messages named neither the length of the file nor
// how it was opened.
// Correct: what has no bytes to map is refused, with a message that says why.

#include "tests/unit/handle/support.hpp"

#include <handrail/cleanup.hpp>

#include <boost/asio/buffer.hpp>

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

using namespace handle_test;
using handrail::error;
using handrail::file;
using handrail::map_options;
using handrail::mapping;
namespace errc = boost::system::errc;

namespace {

template <class Condition>
std::string check_refused(Condition expected, file const& from, map_options const& options) {
    error_code ec;
    mapping const m = mapping::map(from, options, ec);
    BOOST_TEST_INFO("error: " << ec.message());
    BOOST_TEST((ec == expected));
    BOOST_TEST(!m.is_open());
    return message_of(expected, [&] { static_cast<void>(mapping::map(from, options)); });
}

// Checks that no part of the file can be mapped, and that the message names the file.
void check_unmappable(file const& from, std::string_view name) {
    for (map_options const options : {map_options{}, map_options{.length = 0},
                                      map_options{.length = 1}, map_options{.offset = 1}}) {
        BOOST_TEST(contains(check_refused(errc::no_such_device, from, options), name));
    }
}

struct in_directory {
    temporary_directory directory;
    std::filesystem::path path = directory.make("data", std::string(100, 'h'));
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(mapping_errors, in_directory)

// ---- files without bytes to map -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(files_of_proc_and_sys_cannot_be_mapped) {
    for (char const* const name :
         {"/proc/self/status", "/proc/meminfo", "/proc/self/maps", "/proc/cpuinfo",
          "/proc/sys/kernel/ostype", "/sys/kernel/mm/transparent_hugepage/enabled"}) {
        if (std::filesystem::exists(name)) {
            // The message has the resolved path, with a number for "self".
            check_unmappable(file::open(name, file::read_only),
                             std::filesystem::path(name).filename().string());
        }
    }
}

BOOST_AUTO_TEST_CASE(devices_without_memory_pipes_sockets_and_terminals_cannot_be_mapped) {
    check_unmappable(file::open("/dev/null", file::read_only), "/dev/null");
    check_unmappable(file::open("/dev/random", file::read_only), "/dev/random");
    file const terminal(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
    check_unmappable(terminal, "ptmx");
    file const counter(::eventfd(0, EFD_CLOEXEC));
    check_unmappable(counter, "eventfd");
    error_code ec;
    auto const pipe = port::open_pipe(ec);
    file const reader(pipe.first);
    file const writer(pipe.second);
    check_unmappable(reader, "pipe:");
    auto const sockets = port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec);
    file const one(sockets.first);
    file const other(sockets.second);
    check_unmappable(one, "socket:");
}

BOOST_AUTO_TEST_CASE(an_empty_file_maps_to_no_bytes) {
    file const empty = file::open(directory.make("empty", ""), file::read_write);
    for (auto const how :
         {map_options::read_only, map_options::read_write, map_options::copy_on_write}) {
        mapping const m = mapping::map(empty, {.access = how});
        BOOST_TEST(m.is_open());
        BOOST_TEST(m.bytes().empty());
    }
    std::string const text = check_refused(error::bytes_past_end_of_file, empty, {.length = 1});
    BOOST_TEST(contains(text, "map 1 bytes of the 0 bytes of \""));
}

// ---- messages -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_message_has_the_length_of_the_file) {
    file const from = file::open(path, file::read_only);
    auto const text_for = [&](map_options const& options) {
        BOOST_TEST((make_error_code(error::bytes_past_end_of_file) == errc::invalid_argument));
        return check_refused(error::bytes_past_end_of_file, from, options);
    };
    std::string const name = '"' + path.string() + "\": the bytes are past the end of the file";
    BOOST_TEST(contains(text_for({.length = 4128}), "map 4128 bytes of the 100 bytes of " + name));
    BOOST_TEST(
        contains(text_for({.offset = 101}), "map at offset 101 of the 100 bytes of " + name));
    BOOST_TEST(contains(text_for({.offset = 99, .length = 2}),
                        "map 2 bytes at offset 99 of the 100 bytes of " + name));
}

BOOST_AUTO_TEST_CASE(the_message_says_how_the_file_was_opened) {
    file const reader = file::open(path, file::read_only);
    file const writer = file::open(path, file::write_only);
    file const empty = file::open(directory.make("empty", ""), file::write_only);
    auto const check_message = [](error expected, file const& from, map_options const& options,
                                  std::string_view words) {
        BOOST_TEST((make_error_code(expected) == errc::permission_denied));
        BOOST_TEST(contains(check_refused(expected, from, options), words));
    };
    std::string_view const not_writing = "data\": the file was not opened for writing";
    std::string_view const not_reading = "\": the file was not opened for reading";
    check_message(error::not_opened_for_writing, reader, {.access = map_options::read_write},
                  not_writing);
    check_message(error::not_opened_for_writing, reader,
                  {.length = 0, .access = map_options::read_write}, not_writing);
    check_message(error::not_opened_for_reading, writer, {}, not_reading);
    check_message(error::not_opened_for_reading, writer, {.length = 0}, not_reading);
    check_message(error::not_opened_for_reading, writer, {.access = map_options::read_write},
                  not_reading);
    check_message(error::not_opened_for_reading, writer, {.access = map_options::copy_on_write},
                  not_reading);
    check_message(error::not_opened_for_reading, empty, {}, not_reading);
}

BOOST_AUTO_TEST_CASE(other_errors_of_the_system_are_reported_unchanged) {
    file sealed(::memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    sealed.resize(10);
    BOOST_REQUIRE(::fcntl(sealed.native_handle(), F_ADD_SEALS, F_SEAL_WRITE) == 0);
    check_refused(errc::operation_not_permitted, sealed, {.access = map_options::read_write});
    BOOST_TEST(mapping::map(sealed).size() == 10U);
}

BOOST_AUTO_TEST_CASE(mapping_a_device_needs_a_length) {
    file const zero = file::open("/dev/zero", file::read_only);
    BOOST_TEST(contains(check_refused(error::length_needed, zero, {}), "a length is needed"));
    BOOST_TEST(mapping::map(zero, {.length = 0}).is_open());
    BOOST_TEST(mapping::map(zero, {.length = 10}).size() == 10U);
}

// ---- huge pages and block devices, on systems where the test can get them -----------------------

namespace {

constexpr std::size_t huge = std::size_t{2} << 20;

// Returns: a file of two huge pages; empty if the system has none.
file huge_file() {
    file made(::memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB | (21U << MAP_HUGE_SHIFT)));
    error_code ec;
    if (made) {
        made.resize(2 * huge, ec);
        mapping const whole = mapping::map(made, ec);
    }
    return ec.failed() ? file() : std::move(made);
}

struct loop_device {
    loop_device() {
        file const control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
        int const number = control ? ::ioctl(control.native_handle(), LOOP_CTL_GET_FREE) : -1;
        std::string const name = "/dev/loop" + std::to_string(number);
        file opened(number < 0 ? -1 : ::open(name.c_str(), O_RDWR | O_CLOEXEC));
        if (opened && ::ioctl(opened.native_handle(), LOOP_SET_FD, content.native_handle()) == 0) {
            device = std::move(opened);
        }
    }
    ~loop_device() {
        if (device) {
            ::ioctl(device.native_handle(), LOOP_CLR_FD);
        }
    }

    static file filled() {
        file made(::memfd_create("disk", MFD_CLOEXEC));
        made.resize(1 << 20);
        made.write_at(512, boost::asio::buffer("rail", 4));
        return made;
    }
    file content = filled();
    file device;
};

boost::test_tools::assertion_result there_are_huge_pages(boost::unit_test::test_unit_id) {
    return huge_file().is_open();
}
boost::test_tools::assertion_result there_is_a_loop_device(boost::unit_test::test_unit_id) {
    return loop_device().device.is_open();
}

}  // namespace

BOOST_AUTO_TEST_CASE(huge_pages_are_mapped_at_any_offset_and_unmapped,
                     *boost::unit_test::precondition(there_are_huge_pages)) {
    file const from = huge_file();
    for (map_options options :
         {map_options{}, map_options{.offset = 5, .length = 100},
          map_options{.offset = huge - 1, .length = 2}, map_options{.offset = huge + 4096}}) {
        options.access = map_options::read_write;
        mapping m = mapping::map(from, options);
        std::byte* const first = m.bytes().data();
        m.bytes().front() = std::byte{7};
        m.bytes().back() = std::byte{9};
        m.flush();
        BOOST_TEST(m.size() == options.length.value_or(2 * huge - options.offset));
        m.close();
        BOOST_TEST(!is_mapped(first));
    }
    BOOST_TEST(mapping::map(from, {.length = 0}).is_open());
}

BOOST_AUTO_TEST_CASE(a_block_device_can_be_mapped_as_a_whole_but_not_past_its_end,
                     *boost::unit_test::precondition(there_is_a_loop_device)) {
    loop_device const loop;
    BOOST_TEST(loop.device.size() == std::uint64_t{1} << 20);
    mapping const whole = mapping::map(loop.device);
    BOOST_TEST(whole.size() == std::size_t{1} << 20);
    BOOST_TEST(text_of(whole.bytes().subspan(512, 4)) == "rail");
    std::string const text =
        check_refused(error::bytes_past_end_of_file, loop.device, {.offset = 1 << 20, .length = 1});
    BOOST_TEST(contains(text, "of the 1048576 bytes of \"/dev/loop"));
}

BOOST_AUTO_TEST_SUITE_END()
