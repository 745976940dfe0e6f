// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Records and chains through the public interface: memory, sizes, and arguments whose destructors
// use the library. This program counts its allocations.

#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <new>
#include <numeric>
#include <random>
#include <string>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using lines = std::vector<std::string>;

namespace {

// The number of live allocations, and the size of the last one.
thread_local long live = 0;
thread_local std::size_t last_size = 0;

void* counted_allocation(std::size_t size, std::size_t alignment) {
    ++live;
    last_size = size;
    void* const p = alignment == 0 ? std::malloc(size) : std::aligned_alloc(alignment, size);
    return p != nullptr ? p : throw std::bad_alloc();
}
void counted_free(void* p) noexcept {
    live -= p != nullptr;
    std::free(p);
}

constexpr int many = 100'000;

// Returns: how many records are kept after many were registered and stopped. pick is called with
//   the
// number of pending tokens, and returns the index of the next one to stop.
template <class Pick>
long records_left(std::size_t waiting, Pick pick) {
    quiet_handle owner(1);
    auto const kept = add_cleanup(owner, [](int) {}, 0);
    std::vector<handrail::cleanup> tokens;
    tokens.reserve(waiting + 1);
    long const before = live;
    for (int i = 0; i != many; ++i) {
        tokens.push_back(add_cleanup(owner, [](int) {}, i));
        if (tokens.size() > waiting) {
            auto const chosen = tokens.begin() + static_cast<std::ptrdiff_t>(pick(tokens.size()));
            chosen->stop();
            tokens.erase(chosen);
        }
    }
    return live - before;
}

// Returns: the time that it takes to register and stop many cleanups on an owner with this many
//   others.
double seconds_of_churn(int pending) {
    quiet_handle owner(1);
    for (int i = 0; i != pending; ++i) {
        add_cleanup(owner, [](int) {}, i);
    }
    std::clock_t const start = std::clock();
    for (int i = 0; i != 20'000; ++i) {
        add_cleanup(owner, [](int) {}, i).stop();
    }
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

void* operator new(std::size_t size) { return counted_allocation(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted_allocation(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { counted_free(p); }
void operator delete(void* p, std::size_t) noexcept { counted_free(p); }
void operator delete(void* p, std::align_val_t) noexcept { counted_free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { counted_free(p); }

BOOST_FIXTURE_TEST_SUITE(records, clean_log)

BOOST_AUTO_TEST_CASE(registering_allocates_once_and_at_most_64_bytes_with_malloc_s_header) {
    quiet_handle owner(1);
    static int target;
    long const before = live;
    auto token = add_cleanup(owner, [](int*) {}, &target);
    BOOST_TEST(live == before + 1);
    BOOST_TEST(last_size + 8 <= 64U);
    auto other = add_cleanup(owner, +[](int*) {}, &target);
    BOOST_TEST(last_size + 8 <= 64U);
}

BOOST_AUTO_TEST_CASE(stopped_records_are_freed_when_stopped_newest_first) {
    BOOST_TEST(records_left(0, [](std::size_t) { return 0U; }) <= 2);
    BOOST_TEST(records_left(8, [](std::size_t n) { return n - 1; }) <= 64);
}

BOOST_AUTO_TEST_CASE(stopped_records_are_freed_when_stopped_oldest_first) {
    BOOST_TEST(records_left(8, [](std::size_t) { return 0U; }) <= 64);
    BOOST_TEST(records_left(1'000, [](std::size_t) { return 0U; }) <= 4'000);
}

BOOST_AUTO_TEST_CASE(stopped_records_are_freed_when_stopped_in_any_order) {
    std::minstd_rand random(1);
    BOOST_TEST(records_left(100, [&](std::size_t n) { return random() % n; }) <= 400);
}

BOOST_AUTO_TEST_CASE(records_run_by_their_token_are_freed_too) {
    quiet_handle owner(1);
    auto const kept = add_cleanup(owner, [] {});
    long const before = live;
    for (int i = 0; i != many; ++i) {
        add_cleanup(owner, [] {}).run();
    }
    BOOST_TEST(live - before <= 2);
}

BOOST_AUTO_TEST_CASE(many_stopped_records_are_swept_out_by_later_registrations) {
    quiet_handle owner(1);
    long const before = live;
    {
        std::vector<handrail::cleanup> tokens;
        for (int i = 0; i != many; ++i) {
            tokens.push_back(add_cleanup(owner, [] {}));
        }
        auto const newest = add_cleanup(owner, [] {});  // on top: none below can be popped
        for (auto& token : tokens) {
            token.stop();
        }
    }
    for (int i = 0; i != many + 32; ++i) {
        add_cleanup(owner, [] {});
    }
    BOOST_TEST(live - before <= many + 64);
    owner.reset();
    BOOST_TEST(live == before);
}

BOOST_AUTO_TEST_CASE(
    registering_and_stopping_takes_constant_time_however_many_cleanups_are_pending) {
    // Sizes around each power of two, because the limit of a sweep is unknown here. If every push
    // swept, it would take thousands of times longer.
    double const few = seconds_of_churn(1) + 0.001;
    for (int pending : {36'862, 36'863, 36'864, 65'535, 65'536, 73'727, 73'728}) {
        BOOST_TEST(seconds_of_churn(pending) < 100 * few);
    }
}

BOOST_AUTO_TEST_CASE(a_chain_of_a_hundred_thousand_runs_in_order) {
    static int expected;
    static int wrong;
    expected = many;
    wrong = 0;
    {
        quiet_handle owner(1);
        for (int i = 0; i != many; ++i) {
            add_cleanup(owner, [](int number) { wrong += number != --expected; }, i);
        }
    }
    BOOST_TEST(expected == 0);
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(tokens_keep_a_few_bytes_until_they_are_destroyed) {
    long const before = live;
    {
        handrail::cleanup token;
        {
            quiet_handle owner(1);
            token = add_cleanup(owner, [](std::unique_ptr<int>) {}, std::make_unique<int>(1));
        }
        BOOST_TEST(live == before + 1);  // the record without its argument
        handrail::cleanup copy = token;
        handrail::cleanup moved = std::move(token);
        moved = copy;
        copy = std::move(moved);
        BOOST_TEST(live == before + 1);
    }
    BOOST_TEST(live == before);
}

// The argument's destructor drops the last token while stop() destroys it, and registers a cleanup,
// which sweeps the record out of the chain.
BOOST_AUTO_TEST_CASE(an_argument_may_drop_the_token_that_stops_it) {
    static handrail::cleanup token;
    static quiet_handle* owner;
    struct saboteur {
        bool armed = true;
        std::string text = "a text that is too long to be stored inside of the string";
        saboteur() = default;
        saboteur(saboteur&& other) noexcept
            : armed(std::exchange(other.armed, false)), text(other.text) {}
        ~saboteur() {
            if (armed) {
                token = {};
                add_cleanup(*owner, [] {});
                note(text.substr(0, 6));  // AddressSanitizer reports it if it was freed
            }
        }
    };
    quiet_handle target(1);
    owner = &target;
    token = add_cleanup(target, [](saboteur) {}, saboteur());
    BOOST_TEST(token.stop());
    BOOST_TEST(take_events() == lines{"a text"});
}

BOOST_AUTO_TEST_CASE(a_cleanup_may_stop_and_drop_itself) {
    static handrail::cleanup token;
    quiet_handle owner(1);
    token = add_cleanup(owner, [] {
        note(token.stop() || token.run() || token.pending() ? "won" : "lost");
        token = {};
    });
    BOOST_TEST(token.run());
    BOOST_TEST(take_events() == lines{"lost"});
}

BOOST_AUTO_TEST_CASE(over_aligned_arguments_of_any_kind_are_aligned) {
    struct alignas(64) wide {
        char bytes[64];
    };
    quiet_handle owner(1);
    add_cleanup(
        owner,
        [](char, wide&& w) {
            note(reinterpret_cast<std::uintptr_t>(&w) % 64 == 0 ? "aligned" : "not aligned");
        },
        'x', wide{});
    long const before = live;
    owner.reset();
    BOOST_TEST(take_events() == lines{"aligned"});
    BOOST_TEST(live == before - 1);
}

BOOST_AUTO_TEST_CASE(stop_destroys_the_callable_with_its_arguments) {
    long const before = live;
    quiet_handle owner(1);
    auto token = add_cleanup(owner, handrail::capturing([p = std::make_unique<int>(1)] {}));
    token.stop();
    owner.reset();
    token = {};
    BOOST_TEST(live == before);
}

BOOST_AUTO_TEST_SUITE_END()
