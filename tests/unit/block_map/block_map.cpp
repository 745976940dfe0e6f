// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The block map has the blocks of operator new and their bounds.

#include "lib/block_map/block_map.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace {

std::size_t in_granules(std::size_t size) {
    return (std::max<std::size_t>(size, 1) + 15) / 16 * 16;
}

struct listed {
    void const* begin;
    std::size_t size;
};
// Filled without allocating, because an allocation would be listed.
struct list {
    std::array<listed, 4096> blocks;
    std::size_t count = 0;

    static void add(void* self, void const* begin, std::size_t size) {
        auto& all = *static_cast<list*>(self);
        if (all.count != all.blocks.size()) {
            all.blocks[all.count++] = {begin, size};
        }
    }
    bool has(void const* begin, std::size_t size) const {
        return std::any_of(blocks.begin(), blocks.begin() + count, [&](listed const& each) {
            return each.begin == begin && each.size == size;
        });
    }
};

void* hidden(void* p) {  // so that the compiler does not remove new and delete
    asm volatile("" : "+r"(p)::"memory");
    return p;
}

// Returns: the map's result for the block after it was freed, before another allocation.
std::size_t size_after_delete(void* block) {
    void const* const begin = hidden(block);
    ::operator delete(block);
    return handrail_block_map_size(begin);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_block_is_found_with_its_size_until_it_is_deleted) {
    for (std::size_t const size : {0, 1, 15, 16, 17, 2000, 2016, 2017, 5000, 1 << 20, 200 << 20}) {
        void* const block = hidden(::operator new(size));
        BOOST_TEST(handrail_block_map_size(block) == in_granules(size));
        BOOST_TEST(handrail_block_map_size(static_cast<char*>(block) + 16) == 0U);
        BOOST_TEST(size_after_delete(block) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(blocks_of_every_operator_new_are_recorded) {
    std::array<void*, 8> const blocks{::operator new(40),
                                      ::operator new[](40),
                                      ::operator new(40, std::nothrow),
                                      ::operator new[](40, std::nothrow),
                                      ::operator new(40, std::align_val_t{64}),
                                      ::operator new[](40, std::align_val_t{64}),
                                      ::operator new(40, std::align_val_t{64}, std::nothrow),
                                      ::operator new[](40, std::align_val_t{64}, std::nothrow)};
    for (void* const each : blocks) {
        BOOST_TEST(handrail_block_map_size(each) == 48U);
    }
    for (std::size_t i = 4; i != 8; ++i) {
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(blocks[i]) % 64 == 0U);
    }
    ::operator delete(blocks[0]);
    ::operator delete[](blocks[1]);
    ::operator delete(blocks[2], std::nothrow);
    ::operator delete[](blocks[3], std::nothrow);
    ::operator delete(blocks[4], std::align_val_t{64});
    ::operator delete[](blocks[5], std::align_val_t{64});
    ::operator delete(blocks[6], std::align_val_t{64}, std::nothrow);
    ::operator delete[](blocks[7], std::align_val_t{64}, std::nothrow);
    for (void* const each : blocks) {
        BOOST_TEST(handrail_block_map_size(hidden(each)) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(the_block_of_any_address_inside_it_is_found_and_no_block_for_others) {
    for (std::size_t const size : {24, 100, 3000, 1 << 20}) {
        auto* const block = static_cast<char*>(hidden(::operator new(size)));
        for (std::size_t const at : {std::size_t{0}, size / 2, size - 1}) {
            BOOST_TEST(handrail_block_map_around(block + at) == block);
        }
        ::operator delete(block);
    }
    int on_the_stack = 0;
    BOOST_TEST(handrail_block_map_around(&on_the_stack) == nullptr);
    BOOST_TEST(handrail_block_map_around(nullptr) == nullptr);
}

BOOST_AUTO_TEST_CASE(blocks_of_malloc_are_not_recorded) {
    void* const block = std::malloc(100);
    BOOST_TEST(handrail_block_map_size(block) == 0U);
    std::free(block);
}

BOOST_AUTO_TEST_CASE(all_blocks_are_listed_with_their_bounds) {
    auto const all = std::make_unique<list>();
    std::vector<std::unique_ptr<char[]>> blocks;
    for (std::size_t size = 1; size < 100'000; size = size * 3 / 2 + 1) {
        blocks.push_back(std::make_unique<char[]>(size));
    }
    handrail_block_map_for_each(&list::add, all.get());
    BOOST_TEST_REQUIRE(all->count != all->blocks.size());
    std::size_t at = 0;
    for (std::size_t size = 1; size < 100'000; size = size * 3 / 2 + 1) {
        BOOST_TEST(all->has(blocks[at++].get(), in_granules(size)));
    }
}

// Marks of adjacent blocks are in one word: none may be lost.
BOOST_AUTO_TEST_CASE(threads_can_record_adjacent_blocks_at_the_same_time) {
    constexpr int threads = 4, rounds = 20'000;
    std::atomic<int> wrong{0};
    auto const work = [&](unsigned seed) {
        std::minstd_rand random(seed);
        std::vector<std::pair<void*, std::size_t>> mine;
        for (int i = 0; i != rounds; ++i) {
            std::size_t const size = random() % 64 + 1;
            mine.emplace_back(::operator new(size), size);
            auto& any = mine[random() % mine.size()];
            wrong += handrail_block_map_size(any.first) != in_granules(any.second);
            std::swap(any, mine.back());
            if (random() % 2 == 0) {
                ::operator delete(mine.back().first);
                mine.pop_back();
            }
        }
        for (auto const& each : mine) {
            wrong += handrail_block_map_size(each.first) != in_granules(each.second);
            ::operator delete(each.first);
        }
    };
    std::vector<std::thread> all;
    for (unsigned i = 0; i != threads; ++i) {
        all.emplace_back(work, i + 1);
    }
    for (auto& each : all) {
        each.join();
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(when_memory_is_short_the_new_handler_is_called_then_bad_alloc_thrown) {
    static int asked = 0;
    auto const before = std::set_new_handler([] {
        if (++asked == 2) {
            std::set_new_handler(nullptr);
        }
    });
    std::size_t volatile too_much = SIZE_MAX / 2;
    BOOST_CHECK_THROW(static_cast<void>(hidden(::operator new(too_much))), std::bad_alloc);
    BOOST_TEST(asked == 2);
    BOOST_TEST(hidden(::operator new(too_much, std::nothrow)) == nullptr);
    std::set_new_handler(before);
}
