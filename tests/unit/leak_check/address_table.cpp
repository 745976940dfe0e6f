// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/memory/address_table.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>

namespace {

using handrail::leak_check::address_table;
using handrail::leak_check::scratch;

// Distances of keys: neighbours, heap blocks, groups of the table, pages.
constexpr std::uint64_t strides[] = {1, 8, 16, 48, 1024, 1040, 65536};
constexpr std::uint64_t count = 5000;
constexpr std::uint64_t bases[] = {8, 0x7f00'0000'0010, UINT64_MAX - 2 * count * 65536};

}  // namespace

BOOST_DATA_TEST_CASE(every_key_has_its_value_and_no_other_key_has_one,
                     boost::unit_test::data::make(bases) * boost::unit_test::data::make(strides),
                     base, stride) {
    scratch memory(scratch::used_in::process);
    address_table<std::uint64_t> table(memory, 0);
    for (std::uint64_t i = 0; i != count; ++i) {
        BOOST_TEST_REQUIRE(table.insert(base + 2 * i * stride, i).second);
    }
    for (std::uint64_t i = 0; i != count; ++i) {
        auto const* const found = table.find(base + 2 * i * stride);
        BOOST_TEST_REQUIRE((found != nullptr && *found == i));
        BOOST_TEST_REQUIRE(!table.find(base + (2 * i + 1) * stride));
    }
}

BOOST_AUTO_TEST_CASE(inserting_a_key_again_keeps_its_value) {
    scratch memory(scratch::used_in::process);
    address_table<int> table(memory, 1);
    table.insert(16, 1);
    auto const [value, fresh] = table.insert(16, 2);
    BOOST_TEST(!fresh);
    BOOST_TEST(*value == 1);
}
