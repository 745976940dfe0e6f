// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The recognisers of containers name the blocks that libstdc++'s containers own, and only the parts
// of them that hold elements. Here every address that a test announces begins a heap block.

#include "lib/leak_check/scan/containers.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

using namespace handrail::leak_check;
using handrail::detail::as_integer;

namespace {

struct owned_block {
    std::uintptr_t begin, live_begin, live_end;
};

class blocks final : public container_blocks {
public:
    std::map<std::uintptr_t, std::size_t> sizes;  // of blocks that the scan has not reached
    std::vector<owned_block> owned;

    std::size_t new_block(std::uintptr_t begin) override {
        auto const found = sizes.find(begin);
        return found != sizes.end() ? found->second : 0;
    }
    void add(std::uintptr_t begin, std::uintptr_t live_begin, std::uintptr_t live_end) override {
        sizes.erase(begin);
        owned.push_back({begin, live_begin, live_end});
    }
    // Returns: whether the element lies in a live part.
    bool covers(void const* element) const {
        return std::any_of(owned.begin(), owned.end(), [&](owned_block const& b) {
            return as_integer(element) >= b.live_begin && as_integer(element) < b.live_end;
        });
    }
};

// Recognises from the container's word with this index on, as the scanner does.
template <class Container>
bool recognise_from(std::size_t word, Container const& container, blocks& all) {
    window words(as_integer(&container), sizeof container / word_size);
    while (word-- != 0) {
        words.next();
    }
    return recognise_container(words, all);
}

}  // namespace

BOOST_AUTO_TEST_CASE(elements_of_a_vector_are_live_and_its_spare_capacity_is_not) {
    std::vector<long> v(10, 1);
    v.resize(3);
    blocks all;
    all.sizes[as_integer(v.data())] = v.capacity() * sizeof(long);
    BOOST_TEST(recognise_from(0, v, all));
    BOOST_TEST_REQUIRE(all.owned.size() == 1U);
    BOOST_TEST(all.covers(v.data()));
    BOOST_TEST(all.covers(v.data() + 2));
    BOOST_TEST(!all.covers(v.data() + 3));
}

BOOST_AUTO_TEST_CASE(a_vector_that_exceeds_its_block_is_not_recognised) {
    std::vector<long> const v(10, 1);
    blocks all;
    all.sizes[as_integer(v.data())] = 9 * sizeof(long);
    BOOST_TEST(!recognise_from(0, v, all));
    BOOST_TEST(all.owned.empty());
}

BOOST_AUTO_TEST_CASE(elements_of_a_deque_are_live_and_removed_ones_are_not) {
    std::deque<long> d;
    for (int i = 0; i != 200; ++i) {
        d.push_back(i);
    }
    long const* const removed = &d.front();
    d.pop_front();
    std::array<std::uintptr_t, sizeof d / word_size> words;
    std::copy_n(reinterpret_cast<std::uintptr_t const*>(&d), words.size(), words.begin());
    blocks all;
    all.sizes[words[0]] = words[1] * word_size;
    for (auto chunk = words[5]; chunk <= words[9]; chunk += word_size) {
        all.sizes[*reinterpret_cast<std::uintptr_t const*>(chunk)] = 512;
    }
    BOOST_TEST(recognise_from(0, d, all));
    BOOST_TEST(all.sizes.empty());
    BOOST_TEST(std::all_of(d.begin(), d.end(), [&](long const& l) { return all.covers(&l); }));
    BOOST_TEST(!all.covers(removed));
    BOOST_TEST(!all.covers(&d.back() + 1));
}

BOOST_AUTO_TEST_CASE(what_looks_like_a_deque_is_not_read_beyond_its_chunk) {
    std::array<std::uintptr_t, 8> map{};
    std::array<long, 64> chunk{};
    map[0] = as_integer(chunk.data());
    auto const far = map[0] + (std::uintptr_t{1} << 20);
    std::array<std::uintptr_t, 10> const words{
        as_integer(map.data()), map.size(), 0,      map[0], 0,
        as_integer(map.data()), far,        map[0], 0,      as_integer(map.data())};
    blocks all;
    all.sizes[words[0]] = sizeof map;
    all.sizes[map[0]] = sizeof chunk;
    BOOST_TEST(recognise_from(0, words, all));
    BOOST_TEST_REQUIRE(all.owned.size() == 2U);
    BOOST_TEST(all.owned[1].live_begin == map[0]);
    BOOST_TEST(all.owned[1].live_end == map[0] + sizeof chunk);
}

BOOST_AUTO_TEST_CASE(all_nodes_of_a_hash_table_belong_to_it) {
    std::unordered_map<int, long> m{{1, 1}, {2, 2}, {3, 3}};
    blocks all;
    auto node = reinterpret_cast<std::uintptr_t const*>(&m)[2];
    while (node != 0) {
        all.sizes[node] = 32;
        node = *reinterpret_cast<std::uintptr_t const*>(node);
    }
    BOOST_TEST_REQUIRE(all.sizes.size() == 3U);
    BOOST_TEST(recognise_from(2, m, all));
    BOOST_TEST(std::all_of(m.begin(), m.end(), [&](auto const& e) { return all.covers(&e); }));
}

BOOST_AUTO_TEST_CASE(nodes_that_the_scan_has_reached_before_end_the_list_of_a_hash_table) {
    std::unordered_set<long> s{1, 2, 3};
    blocks all;
    auto const first = reinterpret_cast<std::uintptr_t const*>(&s)[2];
    all.sizes[first] = 32;
    BOOST_TEST(recognise_from(2, s, all));
    BOOST_TEST(all.owned.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_hash_table_with_another_load_factor_is_not_recognised) {
    std::unordered_set<long> s{1, 2, 3};
    s.max_load_factor(2);
    blocks all;
    all.sizes[reinterpret_cast<std::uintptr_t const*>(&s)[2]] = 32;
    BOOST_TEST(!recognise_from(2, s, all));
    BOOST_TEST(all.owned.empty());
}

BOOST_AUTO_TEST_CASE(other_words_are_not_a_container) {
    long target = 0;
    std::array<long*, 10> pointers{&target};
    blocks all;
    all.sizes[as_integer(&target)] = 64;
    BOOST_TEST(!recognise_from(0, pointers, all));
    BOOST_TEST(all.owned.empty());
}
