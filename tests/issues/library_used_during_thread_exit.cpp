// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a thread-specific destructor may use the library after the library's own destructor has run,
// in the last round of destructors. The state of the thread then stayed in the list of threads,
// although it lay in memory of the thread, which was freed.
// Correct: the state lies in memory of the process. Each thread here runs on a stack that the test
// allocated, which also contains its thread-local memory; after the thread has ended, the test
// makes the stack inaccessible, so that any access crashes.

#include "lib/core/thread_list.hpp"
#include "tests/support/owners.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <climits>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::detail::thread_list;
using handrail::detail::thread_state;

namespace {

constexpr std::size_t stack_size = std::size_t{1} << 20;

// Memory for a stack. After seal() any access to it crashes.
class stack {
public:
    stack()
        : memory_(::mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                         -1, 0)) {
        BOOST_REQUIRE(memory_ != MAP_FAILED);
    }
    stack(stack const&) = delete;
    stack& operator=(stack const&) = delete;
    ~stack() { ::munmap(memory_, stack_size); }

    void* memory() const { return memory_; }
    void seal() const { BOOST_REQUIRE(::mprotect(memory_, stack_size, PROT_NONE) == 0); }
    void unseal() const {
        BOOST_REQUIRE(::mprotect(memory_, stack_size, PROT_READ | PROT_WRITE) == 0);
    }

private:
    void* memory_;
};

using action = std::function<void()>;

// The actions of a thread: in its function, and in the n-th round of its thread-specific
// destructors.
struct plan {
    action at_first = {};
    int round = PTHREAD_DESTRUCTOR_ITERATIONS;
    action in_round = {};
    int rounds_seen = 0;
    pthread_key_t key = 0;
};

void one_round(void* argument) {
    auto& todo = *static_cast<plan*>(argument);
    ++todo.rounds_seen;
    if (todo.rounds_seen == todo.round) {
        todo.in_round();
    } else {
        ::pthread_setspecific(todo.key, argument);
    }
}

void* run_plan(void* argument) {
    auto& todo = *static_cast<plan*>(argument);
    ::pthread_setspecific(todo.key, argument);
    if (todo.at_first) {
        todo.at_first();
    }
    return nullptr;
}

// Effects: runs the plan on a thread with that stack, and waits for its end.
void run_on(stack const& memory, plan todo) {
    BOOST_REQUIRE(::pthread_key_create(&todo.key, &one_round) == 0);
    pthread_attr_t attributes;
    BOOST_REQUIRE(::pthread_attr_init(&attributes) == 0);
    BOOST_REQUIRE(::pthread_attr_setstack(&attributes, memory.memory(), stack_size) == 0);
    pthread_t thread{};
    BOOST_REQUIRE(::pthread_create(&thread, &attributes, &run_plan, &todo) == 0);
    ::pthread_join(thread, nullptr);
    ::pthread_attr_destroy(&attributes);
    ::pthread_key_delete(todo.key);
    BOOST_TEST(todo.rounds_seen == todo.round);
}

void run_and_seal(stack const& memory, plan todo) {
    run_on(memory, std::move(todo));
    memory.seal();
}

// Two cleanups: one runs, one is stopped.
void use_cleanups() {
    quiet_handle owner(1);
    add_cleanup(owner, [] {}).stop();
    add_cleanup(owner, [] {});
}

struct ring {
    handrail::edge<ring> next;
    using managed_edges = handrail::edges<&ring::next>;
};

void use_managed_objects() {
    auto const one = handrail::make<ring>();
    one->next = one;
    handrail::weak<ring> const watcher = one;
    add_cleanup(one, [] {});
}

// A fixture that uses the library first, so that its key of thread-specific data is older than
// those of the test.
struct first_use {
    first_use() {
        use_cleanups();
        before = handrail::cleanup_stats();
    }
    handrail::cleanup_statistics before;

    std::uint64_t registered() const {
        return handrail::cleanup_stats().registered - before.registered;
    }
    std::uint64_t ended() const {
        auto const now = handrail::cleanup_stats();
        return now.executed + now.stopped - before.executed - before.stopped;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(library_used_during_thread_exit, first_use)

BOOST_AUTO_TEST_CASE(cleanups_in_the_last_round_are_counted_and_drained) {
    stack memory;
    run_and_seal(memory, {.at_first = &use_cleanups, .in_round = &use_cleanups});
    BOOST_TEST(registered() == 4U);
    BOOST_TEST(ended() == 4U);
    BOOST_TEST(handrail::drain(std::chrono::seconds(0)));
}

BOOST_AUTO_TEST_CASE(a_thread_may_use_the_library_for_the_first_time_in_the_last_round) {
    stack memory;
    run_and_seal(memory, {.in_round = &use_cleanups});
    BOOST_TEST(registered() == 2U);
    BOOST_TEST(ended() == 2U);
    BOOST_TEST(handrail::drain(std::chrono::seconds(0)));
}

BOOST_AUTO_TEST_CASE(each_round_may_use_the_library) {
    for (int round = 1; round <= PTHREAD_DESTRUCTOR_ITERATIONS; ++round) {
        stack memory;
        run_and_seal(memory,
                     {.at_first = &use_cleanups, .round = round, .in_round = &use_cleanups});
        BOOST_TEST(handrail::drain(std::chrono::seconds(0)));
    }
    BOOST_TEST(registered() == 4U * PTHREAD_DESTRUCTOR_ITERATIONS);
    BOOST_TEST(ended() == registered());
}

BOOST_AUTO_TEST_CASE(a_forked_child_does_not_access_the_memory_of_an_ended_thread) {
    stack memory;
    run_and_seal(memory, {.in_round = &use_cleanups});
    pid_t const child = ::fork();
    if (child == 0) {
        use_cleanups();
        ::_exit(registered() == 4 && ended() == 4 ? 0 : 1);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(managed_objects_made_in_the_last_round_are_collected) {
    handrail::heap::global().collect();
    stack memory;
    run_and_seal(memory, {.in_round = &use_managed_objects});
    BOOST_TEST(handrail::heap::global().collect().reclaimed == 1U);
    BOOST_TEST(ended() == registered());
}

BOOST_AUTO_TEST_CASE(a_leak_check_does_not_access_the_memory_of_an_ended_thread) {
    namespace leak_check = handrail::leak_check;
    leak_check::set_level(leak_check::level::full);
    stack memory;
    auto const kept = std::make_shared<quiet_handle>();
    run_and_seal(memory, {.in_round = [&] {
                     *kept = quiet_handle(1);
                     add_cleanup(*kept, [] {});
                     use_managed_objects();
                 }});
    auto const report = leak_check::check_now();
    BOOST_TEST(report.findings.size() <= 1U, leak_check::to_text(report));
    leak_check::set_level(leak_check::level::off);
    handrail::heap::global().collect();
}

BOOST_AUTO_TEST_CASE(a_thread_at_the_address_of_an_ended_one_reuses_its_state) {
    static thread_list list;
    handrail::detail::lock_guard hold(list.mutex);
    static std::array<char, 1000> addresses;
    std::vector<thread_state*> taken;
    for (char const& each : addresses) {
        taken.push_back(list.acquire(&each));
    }
    BOOST_TEST(std::set<thread_state*>(taken.begin(), taken.end()).size() == addresses.size());
    BOOST_TEST(list.acquire(&addresses[3]) == taken[3]);
    list.retire(*taken[5]);
    BOOST_TEST(list.acquire(&addresses[7]) == taken[7]);  // although another one is free
    BOOST_TEST(list.acquire(&list) == taken[5]);
}

BOOST_AUTO_TEST_CASE(work_of_ended_threads_is_counted_once) {
    stack memory;
    for (int i = 0; i != 200; ++i) {
        run_on(memory, {.in_round = &use_cleanups});
    }
    memory.seal();
    BOOST_TEST(registered() == 400U);
    BOOST_TEST(ended() == 400U);
    BOOST_TEST(handrail::drain(std::chrono::seconds(0)));
    memory.unseal();
}

// The deferral is on the heap and is destroyed by a destructor of the thread. The cleanups that it
// deferred still run.
BOOST_AUTO_TEST_CASE(a_deferral_that_ends_in_a_later_round_runs_its_cleanups) {
    stack memory;
    std::unique_ptr<handrail::deferral> wait;
    run_and_seal(memory, {.at_first =
                              [&] {
                                  wait = std::make_unique<handrail::deferral>();
                                  use_cleanups();
                              },
                          .round = 2,
                          .in_round =
                              [&] {
                                  BOOST_TEST(!handrail::drain(std::chrono::seconds(0)));
                                  wait.reset();
                              }});
    BOOST_TEST(ended() == 2U);
    BOOST_TEST(handrail::drain(std::chrono::seconds(0)));
}

BOOST_AUTO_TEST_SUITE_END()
