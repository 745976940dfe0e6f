// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "support.hpp"

#include <bit>
#include <cstring>

using namespace handrail;
using namespace handrail::test;
using port::map_access;

namespace {

std::size_t const page = port::mapping_granularity();

}  // namespace

BOOST_FIXTURE_TEST_SUITE(mapping, clean_test)

BOOST_AUTO_TEST_CASE(the_granularity_is_a_power_of_two) { BOOST_TEST(std::has_single_bit(page)); }

BOOST_AUTO_TEST_CASE(a_mapping_shows_the_file_and_outlives_the_handle) {
    auto const h = open(files.write("f", std::string(page, 'a') + "bcd"));
    auto* const bytes = static_cast<char*>(port::map(h, page, 3, map_access::read, ec));
    BOOST_TEST(!ec);
    port::close_handle(h);
    BOOST_TEST(std::string(bytes, 3) == "bcd");
    BOOST_TEST(!port::unmap(bytes, 3));
}

BOOST_AUTO_TEST_CASE(read_write_reaches_the_file) {
    auto const h = open(files.write("f", "abc"), port::access::read_write);
    auto* const bytes = static_cast<char*>(port::map(h, 0, 3, map_access::read_write, ec));
    bytes[1] = 'X';
    BOOST_TEST(!port::flush(bytes, 3));
    BOOST_TEST(files.read("f") == "aXc");
    port::unmap(bytes, 3);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(copy_on_write_stays_private_and_needs_read_access_only) {
    auto const h = open(files.write("f", "abc"));
    auto* const bytes = static_cast<char*>(port::map(h, 0, 3, map_access::copy_on_write, ec));
    BOOST_TEST(!ec);
    bytes[1] = 'X';
    BOOST_TEST(std::string(bytes, 3) == "aXc");
    BOOST_TEST(files.read("f") == "abc");
    port::unmap(bytes, 3);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(a_read_mapping_sees_later_writes_to_the_file) {
    auto const h = open(files.write("f", "abc"), port::access::read_write);
    auto* const bytes = static_cast<char*>(port::map(h, 0, 3, map_access::read, ec));
    port::write_some_at(h, 0, "Z", 1, ec);
    BOOST_TEST(bytes[0] == 'Z');
    port::unmap(bytes, 3);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(access_that_the_handle_lacks_is_refused) {
    auto const reads = open(files.write("f", "abc"));
    BOOST_TEST(port::map(reads, 0, 3, map_access::read_write, ec) == nullptr);
    BOOST_TEST(ec == errc::permission_denied);
    port::close_handle(reads);
    auto const writes = open(files.path("f"), port::access::write);
    BOOST_TEST(port::map(writes, 0, 3, map_access::read, ec) == nullptr);
    BOOST_TEST(ec == errc::permission_denied);
    port::close_handle(writes);
}

BOOST_AUTO_TEST_CASE(a_pipe_cannot_be_mapped) {
    auto const [reader, writer] = port::open_pipe(ec);
    BOOST_TEST(port::map(reader, 0, 1, map_access::read, ec) == nullptr);
    BOOST_TEST(ec == errc::no_such_device);
    port::close_handle(reader);
    port::close_handle(writer);
}

BOOST_AUTO_TEST_CASE(broken_requirements_are_errors_not_faults) {
    auto const h = open(files.write("f", "abc"));
    BOOST_TEST(port::map(h, 0, 0, map_access::read, ec) == nullptr);
    BOOST_TEST(ec == errc::invalid_argument);
    BOOST_TEST(port::map(h, 1, 1, map_access::read, ec) == nullptr);
    BOOST_TEST(ec == errc::invalid_argument);
    std::uint64_t const last_page = ~std::uint64_t{0} - page + 1;
    BOOST_TEST(port::map(h, last_page, 2 * page, map_access::read, ec) == nullptr);
    BOOST_TEST((ec == errc::value_too_large || ec == errc::invalid_argument));
    BOOST_TEST(port::map(h, 0, ~std::size_t{0} - page, map_access::read, ec) == nullptr);
    BOOST_TEST(ec == errc::not_enough_memory);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(unmapping_a_wrong_address_is_reported) {
    alignas(2) char local[2] = {};
    char* const odd = local + 1;  // never the start of a page, which would be unmapped
    BOOST_TEST(port::unmap(odd, 1) == errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(pages_are_zeroed_and_usable) {
    auto* const bytes = static_cast<char*>(port::allocate_pages(3 * page, ec));
    BOOST_TEST(!ec);
    BOOST_TEST(bytes[3 * page - 1] == 0);
    std::memset(bytes, 1, 3 * page);
    BOOST_TEST(!port::free_pages(bytes, 3 * page));
}

BOOST_AUTO_TEST_CASE(pages_that_may_be_large_are_zeroed_and_usable) {
    std::size_t const size = std::size_t{4} << 20;
    auto* const bytes = static_cast<char*>(port::allocate_pages(size, ec));
    BOOST_TEST(!ec);
    port::prefer_large_pages(bytes, size);
    BOOST_TEST(bytes[size - 1] == 0);
    std::memset(bytes, 1, size);
    BOOST_TEST(!port::free_pages(bytes, size));
}

BOOST_AUTO_TEST_CASE(pages_that_cannot_be_allocated_are_reported) {
    BOOST_TEST(port::allocate_pages(~std::size_t{0} / 2, ec) == nullptr);
    BOOST_TEST(ec == errc::not_enough_memory);
}

BOOST_AUTO_TEST_SUITE_END()
