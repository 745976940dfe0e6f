// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Regions, their content, and the text of /proc/PID/maps.

#include "lib/inspect/memory/memory.hpp"

#include "lib/inspect/memory/process_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

using namespace handrail::inspect;

namespace {

// Each byte is the low byte of its address; what begins at `without` is not readable.
class patterned_memory final : public memory {
public:
    explicit patterned_memory(std::vector<region> regions, address without = ~address{0})
        : memory(std::move(regions)), without_(without) {}
    mutable std::size_t copied = 0;

private:
    bool copy(address from, std::span<std::byte> to) const override {
        copied += to.size();
        for (std::size_t i = 0; i != to.size() && from < without_; ++i) {
            to[i] = static_cast<std::byte>(from + i);
        }
        return from < without_;
    }
    address without_;
};

region data(address begin, address end) {
    return {.begin = begin, .end = end, .readable = true, .writable = true};
}

constexpr address mega = 1 << 20;

}  // namespace

BOOST_AUTO_TEST_CASE(regions_are_sorted_and_those_that_overlap_are_dropped) {
    patterned_memory const memory(
        {data(0x3000, 0x4000), data(0x1000, 0x2000), data(0x1800, 0x2800), data(0x5000, 0x5000)});
    BOOST_TEST_REQUIRE(memory.regions().size() == 2U);
    BOOST_TEST(memory.regions()[0].begin == 0x1000U);
    BOOST_TEST(memory.region_around(0x1fff) == &memory.regions()[0]);
    BOOST_TEST(memory.region_around(0x2000) == nullptr);
    BOOST_TEST(memory.region_around(0xfff) == nullptr);
    BOOST_TEST(memory.region_around(0x3000) == &memory.regions()[1]);
    BOOST_TEST(memory.region_around(~address{0}) == nullptr);
}

BOOST_AUTO_TEST_CASE(values_are_read_if_they_lie_in_one_region) {
    patterned_memory const memory({data(0x1000, 0x2000), data(0x2000, 0x3000)});
    BOOST_TEST(memory.read<std::uint32_t>(0x1004).value() == 0x07060504U);
    BOOST_TEST(memory.word(0x1ff8) == 0xfffefdfcfbfaf9f8U);
    BOOST_TEST(!memory.read<std::uint64_t>(0x1ffc).has_value());
    BOOST_TEST(memory.word(0x3000) == 0U);
    BOOST_TEST(memory.word(~address{0} - 3) == 0U);
    BOOST_TEST(memory.text(0x1041, 3) == "ABC");
    BOOST_TEST(memory.text(0x10fe) == "\xfe\xff");
    BOOST_TEST(memory.text(0x4000).empty());
}

BOOST_AUTO_TEST_CASE(a_value_is_read_without_the_rest_of_a_large_region) {
    patterned_memory const memory({data(0, 512 * mega)});
    BOOST_TEST(memory.word(100 * mega + mega - 4) == 0x03020100fffefdfcU);
    BOOST_TEST(memory.copied == 2 * mega);
    memory.word(100 * mega);
    BOOST_TEST(memory.copied == 2 * mega);
}

BOOST_AUTO_TEST_CASE(used_parts_leave_out_what_has_no_data) {
    patterned_memory const memory({data(0x800, 4 * mega)}, 2 * mega + 0x800);
    std::vector<extent> const parts = memory.used_parts(memory.regions()[0]);
    BOOST_TEST_REQUIRE(parts.size() == 1U);
    BOOST_TEST(parts[0].begin == 0x800U);
    BOOST_TEST(parts[0].end == 2 * mega + 0x800);
    BOOST_TEST(memory.bytes(memory.regions()[0]).size() == 4 * mega - 0x800);
}

BOOST_AUTO_TEST_CASE(regions_of_more_than_a_terabyte_are_not_read) {
    patterned_memory const memory({data(0x1000, (memory::max_region) + 0x2000)});
    BOOST_TEST(memory.bytes(memory.regions()[0]).empty());
    BOOST_TEST(memory.word(0x1000) == 0U);
}

BOOST_AUTO_TEST_CASE(maps_are_read_line_by_line) {
    auto const regions = regions_of(
        "55d0-55d8 r-xp 00001000 fe:00 11067394                   /usr/bin/a b (deleted)\n"
        "7f00-7f10 rw-p 00000000 00:00 0 \n"
        "7f10-7f20 rw-s 00000000 00:05 9                          /a\\012b\n"
        "7f20-7f30 ---p 00000000 00:00 0                          [heap]\n");
    BOOST_TEST_REQUIRE(regions.size() == 4U);
    BOOST_TEST(regions[0].begin == 0x55d0U);
    BOOST_TEST(regions[0].end == 0x55d8U);
    BOOST_TEST(regions[0].file == "/usr/bin/a b (deleted)");
    BOOST_TEST(regions[0].is_module());
    BOOST_TEST((regions[0].readable && !regions[0].writable && regions[0].executable));
    BOOST_TEST((regions[1].writable && !regions[1].shared && regions[1].file.empty()));
    BOOST_TEST((regions[2].shared && regions[2].file == "/a\nb"));
    BOOST_TEST((!regions[3].readable && regions[3].file == "[heap]"));
}

BOOST_AUTO_TEST_CASE(lines_of_maps_that_are_damaged_are_left_out) {
    for (std::string_view const text :
         {"", "\n\n", "x", "1-2", "2-1 rw-p 0 0 0", "1-2 rw 0 0 0", "1-g rw-p 0 0 0",
          "-2 rw-p 0 0 0", "1-11111111111111111 rw-p 0 0 0"}) {
        BOOST_TEST(regions_of(text).empty());
    }
    BOOST_TEST(regions_of("1-2 rw-p").size() == 1U);
}

BOOST_AUTO_TEST_CASE(pages_that_the_process_never_touched_are_not_read_and_stay_so) {
    std::size_t const size = 64 * mega;
    auto* const reserved = static_cast<char*>(::mmap(
        nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    ::madvise(reserved, size, MADV_NOHUGEPAGE);
    reserved[40 * mega + 5] = 'x';
    auto const begin = reinterpret_cast<address>(reserved);
    process_memory const memory(::getpid(), {data(begin, begin + size)}, {});
    BOOST_TEST((memory.bytes(memory.regions()[0])[40 * mega + 5] == std::byte{'x'}));
    BOOST_TEST(memory.used_parts(memory.regions()[0]).size() == 1U);
    std::vector<unsigned char> resident(size / 4096);
    BOOST_TEST_REQUIRE(::mincore(reserved, size, resident.data()) == 0);
    BOOST_TEST(std::count_if(resident.begin(), resident.end(),
                             [](unsigned char c) { return c & 1; }) == 1);
    ::munmap(reserved, size);
}

BOOST_AUTO_TEST_CASE(pages_that_cannot_be_read_are_zero_and_those_behind_are_read) {
    auto* const pages = static_cast<char*>(
        ::mmap(nullptr, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::memset(pages, 'a', 3 * 4096);
    ::munmap(pages + 4096, 4096);
    auto const begin = reinterpret_cast<address>(pages);
    process_memory const memory(::getpid(), {data(begin, begin + 3 * 4096)}, {});
    BOOST_TEST(memory.text(begin, 1 << 20).size() == 4096U);
    BOOST_TEST(memory.word(begin + 4096) == 0U);
    BOOST_TEST(memory.text(begin + 8192, 4) == "aaaa");
    ::munmap(pages, 4096);
    ::munmap(pages + 8192, 4096);
}
