// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The block around an address is found, and none where there is none.

#include "lib/inspect/heap/heap_blocks.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

using namespace handrail::inspect;

namespace {

std::optional<std::uint32_t> searched(heap_blocks const& in, address at) {
    for (std::uint32_t i = 0; i != in.all().size(); ++i) {
        if (in.all()[i].begin <= at && at < in.all()[i].end()) {
            return i;
        }
    }
    return std::nullopt;
}

}  // namespace

BOOST_AUTO_TEST_CASE(without_blocks_nothing_is_found) {
    BOOST_TEST(!heap_blocks().around(0x1000).has_value());
    BOOST_TEST(!heap_blocks(std::vector<heap_block>{}).around(0x1000).has_value());
}

BOOST_AUTO_TEST_CASE(blocks_are_sorted_and_those_that_overlap_are_dropped) {
    heap_blocks const blocks(
        {{0x300, 0x10}, {0x100, 0x80}, {0x140, 0x10}, {~address{0} - 8, 0x100}});
    BOOST_TEST_REQUIRE(blocks.all().size() == 2U);
    BOOST_TEST(blocks.around(0x140).value() == 0U);
    BOOST_TEST(blocks.around(0x30f).value() == 1U);
    BOOST_TEST(!blocks.around(0x310).has_value());
}

BOOST_AUTO_TEST_CASE(the_index_finds_what_a_search_finds) {
    std::minstd_rand random(7);
    std::vector<heap_block> all;
    address at = 0x7f0000000010;
    for (int i = 0; i != 400; ++i) {
        std::uint64_t const size = random() % 50 == 0 ? random() % 3'000'000 : random() % 600 + 1;
        all.push_back({at, size});
        at += size + random() % 64 + (random() % 80 == 0 ? random() % 5'000'000 : 0);
    }
    heap_blocks const blocks(all);
    auto const check = [&](address word) {
        BOOST_TEST_REQUIRE((blocks.around(word) == searched(blocks, word)));
    };
    for (heap_block const& each : all) {
        for (address const word :
             {each.begin - 1, each.begin, each.begin + each.size / 2, each.end() - 1, each.end()}) {
            check(word);
        }
    }
    for (int i = 0; i != 2'000; ++i) {
        check(0x7f0000000000 + random() % (at - 0x7f0000000000 + 10'000));
    }
}
