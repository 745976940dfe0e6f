// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A record had 12 bits for the number of forks that its process had seen: in the 4,096th nested
// child an inherited cleanup was taken for the child's own, and ran. Most forks here are pretended:
// the child does what the library does after a fork, and goes on.

#include "lib/core/generations.hpp"
#include "lib/core/thread_state.hpp"
#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;
namespace detail = handrail::detail;

namespace {

int allocations_until_refusal = 0;  // 0: none is refused

constexpr int wrap = 4096;

int exit_status(pid_t child) {
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

// Returns: how many expectations fn counted as broken in a forked child.
int broken_in_child(std::function<int()> const& fn) {
    pid_t const child = ::fork();
    if (child == 0) {
        int const broken = fn();
        ::_exit(broken < 100 ? broken : 100);
    }
    return exit_status(child);
}

void pretend_forks(int count) {
    for (int i = 0; i != count; ++i) {
        detail::before_fork();
        detail::after_fork_in_child();
    }
}

int ran = 0;
int destroyed = 0;

struct counted_argument {
    counted_argument() = default;
    counted_argument(counted_argument&& other) noexcept
        : owned(std::exchange(other.owned, false)) {}
    ~counted_argument() { destroyed += owned; }
    bool owned = true;
};

// An owner with one cleanup, and whether that acts as an ancestor's.
struct watched {
    quiet_handle owner{1};
    handrail::cleanup token =
        add_cleanup(owner, [](counted_argument) { ++ran; }, counted_argument());

    int acts_as_own() { return token.pending(); }
    int broken_end_of_inherited() {
        ran = 0;
        destroyed = 0;
        int const answered = token.pending() + token.stop() + token.run();
        owner.reset();
        return answered + ran + (destroyed != 1);
    }
    int broken_end_of_own() {
        ran = 0;
        destroyed = 0;
        int const silent = !token.pending();
        owner.reset();
        return silent + (ran != 1) + (destroyed != 1);
    }
};

}  // namespace

void* operator new(std::size_t size) {
    bool const refused = allocations_until_refusal != 0 && --allocations_until_refusal == 0;
    void* const memory = refused ? nullptr : std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

BOOST_AUTO_TEST_SUITE(nested_forks)

BOOST_AUTO_TEST_CASE(an_inherited_cleanup_is_discarded_at_every_depth) {
    watched inherited;
    BOOST_TEST(broken_in_child([&] {
                   int broken = 0;
                   for (int depth = 1; depth != 2 * wrap + 10; ++depth) {
                       pretend_forks(1);
                       broken += inherited.acts_as_own();
                   }
                   return broken + inherited.broken_end_of_inherited();
               }) == 0);
    inherited.owner.reset();
}

BOOST_AUTO_TEST_CASE(cleanups_of_a_child_run_at_every_depth_and_are_discarded_in_its_children) {
    BOOST_TEST(broken_in_child([] {
                   int broken = 0;
                   watched before;
                   for (int depth = 1; depth != 2 * wrap + 10; ++depth) {
                       pretend_forks(1);
                       watched inherited;
                       broken += before.acts_as_own() + watched().broken_end_of_own();
                       pretend_forks(1);
                       broken += inherited.broken_end_of_inherited();
                   }
                   return broken;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(one_owner_may_have_cleanups_of_many_generations) {
    BOOST_TEST(broken_in_child([] {
                   pretend_forks(wrap - 3);
                   quiet_handle owner(1);
                   ran = 0;
                   for (int depth = 0; depth != 200; ++depth) {
                       add_cleanup(owner, [] { ++ran; });
                       pretend_forks(1);
                   }
                   for (int i = 0; i != 300; ++i) {
                       add_cleanup(owner, [] { ++ran; });
                   }
                   owner.reset();
                   return ran != 300;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(stopped_and_ended_cleanups_are_not_remembered_for_ever) {
    BOOST_TEST(broken_in_child([] {
                   pretend_forks(2 * wrap);
                   std::vector<std::unique_ptr<watched>> kept;
                   int broken = 0;
                   for (int i = 0; i != 1000; ++i) {
                       kept.push_back(std::make_unique<watched>());
                       broken += watched().broken_end_of_own();
                       watched().token.stop();
                   }
                   for (auto& each : kept) {
                       broken += each->broken_end_of_own();
                   }
                   return broken;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(forks_of_the_system_count_as_the_pretended_ones_do) {
    watched inherited;
    BOOST_TEST(broken_in_child([&] {
                   pretend_forks(wrap - 3);
                   std::function<int(int)> const nest = [&](int depth) {
                       int broken = inherited.acts_as_own() + watched().broken_end_of_own();
                       watched own;
                       if (depth != 0) {
                           broken += broken_in_child(
                               [&] { return nest(depth - 1) + own.broken_end_of_inherited(); });
                       }
                       return broken + own.broken_end_of_own();
                   };
                   return nest(6);
               }) == 0);
    inherited.owner.reset();
}

BOOST_AUTO_TEST_CASE(a_batch_of_an_ancestor_is_discarded_at_every_depth) {
    for (int depth : {1, wrap - 1, wrap, wrap + 1, 2 * wrap}) {
        auto const [runner, queue] = make_test_runner<manual_runner>();
        watched inherited;
        handrail::set_runner(inherited.owner, runner);
        BOOST_TEST_INFO("depth " << depth);
        BOOST_TEST(broken_in_child([&, &queue = queue] {
                       pretend_forks(depth);
                       int const broken = inherited.broken_end_of_inherited();
                       return broken + 10 * static_cast<int>(queue->size());
                   }) == 0);
        inherited.owner.reset();
        queue->run_one();
    }
}

// The record gets its memory; what remembers it does not.
BOOST_AUTO_TEST_CASE(without_memory_a_registration_in_a_deep_child_is_undone) {
    BOOST_TEST(broken_in_child([] {
                   pretend_forks(wrap);
                   int refused = 0;
                   int broken = 0;
                   quiet_handle owner(1);
                   ran = 0;
                   for (int i = 0; i != 100; ++i) {
                       destroyed = 0;
                       allocations_until_refusal = 2;
                       try {
                           add_cleanup(owner, [](counted_argument) { ++ran; }, counted_argument());
                       } catch (std::bad_alloc const&) {
                           ++refused;
                           broken += destroyed != 1;
                       }
                       allocations_until_refusal = 0;
                   }
                   owner.reset();
                   return broken + (refused == 0) + (ran != 100 - refused);
               }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
