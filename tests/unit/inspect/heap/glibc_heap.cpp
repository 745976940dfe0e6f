// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The walk over glibc's heap finds the blocks that a program has, and no others.

#include "lib/inspect/heap/glibc_heap.hpp"

#include "lib/inspect/target/stopped_process.hpp"
#include "tests/unit/inspect/target_program.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <utility>

using handrail_test::target_program;
namespace inspect = handrail::inspect;

namespace {

using block_sizes = std::map<std::uint64_t, std::uint64_t>;

// What the program itself has recorded.
block_sizes truth(inspect::memory const& memory, std::string const& line) {
    std::istringstream words(line);
    std::uint64_t table = 0, size = 0;
    words >> std::hex >> table >> std::dec >> size;
    block_sizes found;
    for (std::uint64_t i = 0; i != size; ++i) {
        std::uint64_t const begin = memory.word(table + i * 16);
        if (begin > 1) {
            found.emplace(begin, memory.word(table + i * 16 + 8));
        }
    }
    return found;
}

struct comparison {
    std::size_t recorded = 0, missing = 0, too_small = 0, wrong = 0;
};

comparison compare(block_sizes recorded, inspect::heap_blocks const& found) {
    comparison result{.recorded = recorded.size()};
    for (inspect::heap_block const& each : found.all()) {
        auto const known = recorded.find(each.begin);
        if (known == recorded.end()) {
            ++result.wrong;
            BOOST_TEST_MESSAGE("not recorded: " << std::hex << each.begin << " size " << each.size);
        } else {
            result.too_small += each.size < known->second;
            recorded.erase(known);
        }
    }
    for (auto const& [begin, size] : recorded) {
        BOOST_TEST_MESSAGE("not found: " << std::hex << begin << " size " << size);
    }
    result.missing = recorded.size();
    return result;
}

void check(std::string const& threads, std::string const& seed, std::string const& how) {
    target_program program("blocks", {threads, seed, how});
    std::string const line = program.line();
    auto const stopped = inspect::stop_process(program.process());
    inspect::glibc_heap const heap = inspect::read_glibc_heap(*stopped);
    comparison const result = compare(truth(stopped->memory(), line), heap.blocks);
    BOOST_TEST(result.recorded > 2000U);
    BOOST_TEST(result.missing == 0U);
    BOOST_TEST(result.too_small == 0U);
    BOOST_TEST(result.wrong == 0U);
    for (std::string const& each : heap.problems) {
        BOOST_ERROR(each);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_live_block_of_one_thread_is_found_and_no_freed_one) {
    check("0", "1", "plain");
}

BOOST_AUTO_TEST_CASE(blocks_of_all_arenas_and_of_all_their_heaps_are_found) {
    check("6", "2", "plain");
}

BOOST_AUTO_TEST_CASE(blocks_beyond_memory_that_the_program_got_by_sbrk_are_found) {
    check("2", "3", "brk");
}
