// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a record stored the number of forks that its process had seen in 12 bits. In the 4,096th
// nested child an inherited cleanup was taken for the child's own, and ran.
// Correct: inherited cleanups are discarded at every depth. Most forks here are simulated: the
// process calls the library's fork handlers and continues as its own child.

#include "lib/core/fork.hpp"
#include "lib/core/generations.hpp"
#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <latch>
#include <memory>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;
namespace detail = handrail::detail;

namespace {

int allocations_until_refusal = 0;  // counts down to the one that fails; 0: none fails

constexpr int wrap = 4096;  // one more than the highest number that a record holds itself

int exit_status(pid_t child) {
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

// Returns: what fn returns in a forked child, which is the number of its failed expectations.
int failures_in_child(std::function<int()> const& fn) {
    pid_t const child = ::fork();
    if (child == 0) {
        int const failures = fn();
        ::_exit(failures < 100 ? failures : 100);
    }
    return exit_status(child);
}

void simulate_forks(int count) {
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

// An owner with one cleanup. The functions return the number of failed expectations.
struct owner_with_cleanup {
    quiet_handle owner{1};
    handrail::cleanup token =
        add_cleanup(owner, [](counted_argument) { ++ran; }, counted_argument());

    int expect_inherited() { return token.pending(); }
    // Expects that the cleanup is discarded.
    int end_as_inherited() {
        ran = 0;
        destroyed = 0;
        int const answered = token.pending() + token.stop() + token.run();
        owner.reset();
        return answered + ran + (destroyed != 1);
    }
    // Expects that the cleanup runs.
    int end_as_own() {
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
    owner_with_cleanup inherited;
    BOOST_TEST(failures_in_child([&] {
                   int failures = 0;
                   for (int depth = 1; depth != 2 * wrap + 10; ++depth) {
                       simulate_forks(1);
                       failures += inherited.expect_inherited();
                   }
                   return failures + inherited.end_as_inherited();
               }) == 0);
    inherited.owner.reset();
}

BOOST_AUTO_TEST_CASE(cleanups_of_a_child_run_at_every_depth_and_are_discarded_in_its_children) {
    BOOST_TEST(failures_in_child([] {
                   int failures = 0;
                   owner_with_cleanup before;
                   for (int depth = 1; depth != 2 * wrap + 10; ++depth) {
                       simulate_forks(1);
                       owner_with_cleanup inherited;
                       failures += before.expect_inherited() + owner_with_cleanup().end_as_own();
                       simulate_forks(1);
                       failures += inherited.end_as_inherited();
                   }
                   return failures;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(one_owner_may_have_cleanups_of_many_generations) {
    BOOST_TEST(failures_in_child([] {
                   simulate_forks(wrap - 3);
                   quiet_handle owner(1);
                   ran = 0;
                   for (int depth = 0; depth != 200; ++depth) {
                       add_cleanup(owner, [] { ++ran; });
                       simulate_forks(1);
                   }
                   for (int i = 0; i != 300; ++i) {
                       add_cleanup(owner, [] { ++ran; });
                   }
                   owner.reset();
                   return ran != 300;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(stopped_and_finished_cleanups_are_removed_from_the_list_of_deep_records) {
    BOOST_TEST(failures_in_child([] {
                   simulate_forks(2 * wrap);
                   std::vector<std::unique_ptr<owner_with_cleanup>> kept;
                   int failures = 0;
                   for (int i = 0; i != 1000; ++i) {
                       kept.push_back(std::make_unique<owner_with_cleanup>());
                       failures += owner_with_cleanup().end_as_own();
                       owner_with_cleanup().token.stop();
                   }
                   for (auto& each : kept) {
                       failures += each->end_as_own();
                   }
                   return failures;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(real_forks_behave_as_the_simulated_ones) {
    owner_with_cleanup inherited;
    BOOST_TEST(failures_in_child([&] {
                   simulate_forks(wrap - 3);
                   std::function<int(int)> const nest = [&](int depth) {
                       int failures =
                           inherited.expect_inherited() + owner_with_cleanup().end_as_own();
                       owner_with_cleanup own;
                       if (depth != 0) {
                           failures += failures_in_child(
                               [&] { return nest(depth - 1) + own.end_as_inherited(); });
                       }
                       return failures + own.end_as_own();
                   };
                   return nest(6);
               }) == 0);
    inherited.owner.reset();
}

BOOST_AUTO_TEST_CASE(a_batch_of_an_ancestor_is_discarded_at_every_depth) {
    for (int depth : {1, wrap - 1, wrap, wrap + 1, 2 * wrap}) {
        auto const [runner, queue] = make_test_runner<manual_runner>();
        owner_with_cleanup inherited;
        handrail::set_runner(inherited.owner, runner);
        BOOST_TEST_INFO("depth " << depth);
        BOOST_TEST(failures_in_child([&, &queue = queue] {
                       simulate_forks(depth);
                       int const failures = inherited.end_as_inherited();
                       return failures + 10 * static_cast<int>(queue->size());
                   }) == 0);
        inherited.owner.reset();
        queue->run_one();
    }
}

// The allocation of the record succeeds, and that of its entry in the list of such records fails.
BOOST_AUTO_TEST_CASE(a_registration_in_a_deep_child_is_undone_when_memory_runs_out) {
    BOOST_TEST(failures_in_child([] {
                   simulate_forks(wrap);
                   int refused = 0;
                   int failures = 0;
                   quiet_handle owner(1);
                   ran = 0;
                   for (int i = 0; i != 100; ++i) {
                       destroyed = 0;
                       allocations_until_refusal = 2;
                       try {
                           add_cleanup(owner, [](counted_argument) { ++ran; }, counted_argument());
                       } catch (std::bad_alloc const&) {
                           ++refused;
                           failures += destroyed != 1;
                       }
                       allocations_until_refusal = 0;
                   }
                   owner.reset();
                   return failures + (refused == 0) + (ran != 100 - refused);
               }) == 0);
}

// For the thread sanitizer: a thread sweeps the list of deep records while others link theirs. The
// last test, since it makes this process a deep child: the sanitizer does not check forked ones.
BOOST_AUTO_TEST_CASE(threads_of_a_deep_child_may_register_cleanups_at_once) {
    constexpr int threads = 4;
    constexpr int registrations = 1000;
    simulate_forks(wrap);
    std::atomic<int> runs = 0;
    std::latch together(threads);
    std::vector<std::thread> running;
    for (int t = 0; t != threads; ++t) {
        running.emplace_back([&] {
            together.arrive_and_wait();
            std::vector<quiet_handle> owners;
            // Tokens that are dropped would order the accesses to their records.
            std::vector<handrail::cleanup> tokens;
            for (int i = 0; i != registrations; ++i) {
                tokens.push_back(
                    add_cleanup(owners.emplace_back(1), [](std::atomic<int>* r) { ++*r; }, &runs));
                if (i % 10 == 0) {  // else the list grows, and is seldom swept
                    owners.clear();
                    tokens.clear();
                }
            }
        });
    }
    for (auto& each : running) {
        each.join();
    }
    BOOST_TEST(runs == threads * registrations);
}

BOOST_AUTO_TEST_SUITE_END()
