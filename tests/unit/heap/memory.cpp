// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Memory that runs out, at each allocation of a pass, of make, and of posting a pass.

#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t never = std::numeric_limits<std::size_t>::max();
thread_local constinit std::size_t left =
    never;  // how many more allocations of this thread succeed

void* allocate(std::size_t size, std::size_t alignment) {
    if (left == 0) {
        throw std::bad_alloc();
    }
    left -= left != never;
    void* memory = nullptr;
    if (::posix_memalign(&memory, alignment, size) != 0) {
        throw std::bad_alloc();
    }
    return memory;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

using namespace heap_test;
using handrail_test::make_test_runner;
using handrail_test::manual_runner;

// Every allocation from the n-th one on fails, on this thread.
class short_memory {
public:
    explicit short_memory(std::size_t n) { left = n - 1; }
    short_memory(short_memory const&) = delete;
    short_memory& operator=(short_memory const&) = delete;
    ~short_memory() { left = never; }

    bool was_met() const { return left == 0; }
};

// A live object, garbage of two shards that refers to it, and edges for more than one allocation of
// the reader.
struct some_graph {
    static inline int cleanups = 0;
    heap graph;
    shared<list_node> live = graph.make<list_node>();
    std::vector<weak<list_node>> garbage;

    some_graph() {
        counted_node::alive = 1;
        cleanups = 0;
        std::thread([this] { make_garbage(); }).join();
        make_garbage();
    }

    void make_garbage() {
        auto const nodes = make_nodes<list_node>(graph, 40);
        for (auto const& from : nodes) {
            add_cleanup(from, [] { ++cleanups; });
            from->named.write()->emplace("live", live);
            for (auto const& to : nodes) {
                from->kids.write()->push_back(to);
            }
            garbage.emplace_back(from);
        }
    }

    bool is_as_it_was() {
        bool same = counted_node::alive == 81 && live.use_count() == 81 && cleanups == 0;
        for (auto const& each : garbage) {
            same = same && each.use_count() == 40 && each.lock() != nullptr;
        }
        return same;
    }
};

struct making {
    heap graph;
    std::size_t examined() { return graph.collect().examined; }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_pass_without_memory_changes_nothing_and_the_next_one_succeeds,
                        some_graph) {
    std::size_t failed = 0;
    auto const collect_with_so_much = [&](std::size_t allocations) {
        short_memory const limit(allocations + 1);
        return graph.collect();
    };
    handrail::collect_result result;
    while ((result = collect_with_so_much(failed)).reclaimed == 0) {
        ++failed;
        BOOST_REQUIRE(result.examined == 0U);
        BOOST_REQUIRE(is_as_it_was());
    }
    BOOST_TEST(result.reclaimed == 80U);
    BOOST_TEST(failed >= 5U);
    BOOST_TEST(counted_node::alive == 1);
    BOOST_TEST(live.use_count() == 1);
    BOOST_TEST(cleanups == 80);
}

BOOST_FIXTURE_TEST_CASE(without_memory_a_pass_is_not_verified, some_graph) {
    std::size_t failed = 0;
    handrail::testing::verify_passes(true);
    std::size_t reclaimed = 0;
    while (reclaimed == 0) {
        short_memory const limit(++failed);
        reclaimed = graph.collect().reclaimed;
    }
    handrail::testing::verify_passes(false);
    BOOST_TEST(reclaimed == 80U);
    BOOST_TEST(counted_node::alive == 1);
}

BOOST_FIXTURE_TEST_CASE(make_without_memory_leaves_nothing_in_the_heap, making) {
    std::vector<shared<pair_node>> made;
    made.reserve(100);
    std::size_t failed = 0;
    counted_node::alive = 0;
    for (std::size_t n = 1; made.size() != 100;) {
        try {
            short_memory const limit(n);
            made.push_back(graph.make<pair_node>());
            n = 1;
        } catch (std::bad_alloc const&) {
            ++failed;
            ++n;
        }
        BOOST_REQUIRE(counted_node::alive == static_cast<long>(made.size()));
    }
    BOOST_TEST(failed > 100U);  // the object's memory each time, the shard's now and then
    BOOST_TEST(examined() == 100U);
    made.clear();
    BOOST_TEST(examined() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_pass_that_cannot_be_posted_is_posted_by_a_later_make, making) {
    auto [where, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(where);
    auto live = make_nodes<pair_node>(graph, 1023);
    BOOST_REQUIRE(queue->size() == 0U);
    {
        short_memory const limit(2);
        live.push_back(graph.make<pair_node>());
        BOOST_TEST(limit.was_met());
    }
    BOOST_TEST(queue->size() == 0U);
    auto const more = make_nodes<pair_node>(graph, 64);
    BOOST_TEST(queue->size() == 1U);
    live.clear();
    queue->run_one();
}
