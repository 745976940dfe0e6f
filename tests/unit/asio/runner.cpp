// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runners on Asio executors.

#include "tests/support/owners.hpp"

#include <handrail/asio/runner.hpp>
#include <handrail/shared.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <latch>
#include <new>
#include <stdexcept>
#include <string>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::drain;
using handrail::make_runner;
using lines = std::vector<std::string>;
namespace asio = boost::asio;

namespace {

std::atomic<long> allocations = 0;
thread_local bool fail_allocations = false;

// Returns: null when allocations fail.
void* allocate(std::size_t size, std::size_t alignment) noexcept {
    ++allocations;
    void* p = nullptr;
    bool const failed =
        fail_allocations || ::posix_memalign(&p, std::max(alignment, sizeof(void*)), size) != 0;
    return failed ? nullptr : p;
}
void* allocate_or_throw(std::size_t size, std::size_t alignment) {
    void* const p = allocate(size, alignment);
    return p != nullptr ? p : throw std::bad_alloc();
}

constexpr std::chrono::minutes for_ever{1};
// An executor that is out of service.
struct refusing_executor {
    refusing_executor require(asio::execution::blocking_t::never_t) const noexcept { return *this; }
    template <class Function>
    void execute(Function&&) const {
        throw std::runtime_error("closed");
    }
    bool operator==(refusing_executor const&) const noexcept = default;
};

// Effects: ends an owner with one cleanup. Returns: how many allocations that took.
template <class Executor>
long allocations_to_end(Executor executor) {
    quiet_handle owner(1);
    handrail::set_runner(owner, make_runner(executor));
    add_cleanup(owner, [](int) {}, 1);
    long const before = allocations;
    owner.reset();
    return allocations - before;
}

}  // namespace

// Asio allocates with this function, not with operator new.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return allocate(size, alignment);
}
void* operator new(std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new(std::size_t size, std::align_val_t a) {
    return allocate_or_throw(size, static_cast<std::size_t>(a));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

BOOST_AUTO_TEST_CASE(a_batch_runs_when_the_context_does) {
    asio::io_context context;
    take_events();
    handle owner(1);
    handrail::set_runner(owner, make_runner(context.get_executor()));
    add_cleanup(owner, &note, std::string("a"));
    add_cleanup(owner, &note, std::string("b"));
    owner.reset();
    BOOST_TEST(take_events() == lines{"close 1"});
    context.run();
    BOOST_TEST(take_events() == (lines{"b", "a"}));
    BOOST_TEST(drain(for_ever));
}

BOOST_AUTO_TEST_CASE(sending_a_batch_to_a_concrete_executor_allocates_nothing) {
    asio::io_context context;
    asio::thread_pool pool(1);
    allocations_to_end(context.get_executor());  // Asio fills its caches at the first use
    BOOST_TEST(allocations_to_end(context.get_executor()) == 0);
    BOOST_TEST(allocations_to_end(pool.get_executor()) == 0);
    BOOST_TEST(allocations_to_end(asio::any_io_executor(context.get_executor())) == 0);
    BOOST_TEST(allocations_to_end(asio::any_io_executor(pool.get_executor())) == 0);
    context.run();
    pool.join();
    BOOST_TEST(drain(for_ever));
}

BOOST_AUTO_TEST_CASE(every_kind_of_executor_runs_the_batch) {
    asio::io_context context;
    asio::thread_pool pool(2);
    std::atomic<int> ran = 0;
    auto end_on = [&](handrail::runner const& where) {
        quiet_handle owner(1);
        handrail::set_runner(owner, where);
        add_cleanup(owner, [](std::atomic<int>* count) { ++*count; }, &ran);
    };
    end_on(make_runner(context.get_executor()));
    end_on(make_runner(asio::make_strand(pool.get_executor())));
    end_on(make_runner(asio::any_io_executor(pool.get_executor())));
    end_on(make_runner(asio::any_io_executor(asio::make_strand(pool.get_executor()))));
    end_on(make_runner(asio::system_executor()));
    context.run();
    BOOST_TEST(drain(for_ever));
    BOOST_TEST(ran == 5);
}

BOOST_AUTO_TEST_CASE(one_thread_runs_the_batches_in_the_order_of_their_owners_ends) {
    asio::io_context context;
    auto const runner = make_runner(context.get_executor());
    take_events();
    for (int i : {1, 2, 3}) {
        quiet_handle owner(i);
        handrail::set_runner(owner, runner);
        add_cleanup(owner, &note, std::to_string(i));
    }
    context.run();
    BOOST_TEST(take_events() == (lines{"1", "2", "3"}));
}

BOOST_AUTO_TEST_CASE(batches_of_two_owners_run_in_parallel) {
    asio::thread_pool pool(2);
    auto const runner = make_runner(pool.get_executor());
    std::latch both(2);
    for (int i : {1, 2}) {
        quiet_handle owner(i);
        handrail::set_runner(owner, runner);
        add_cleanup(owner, [](std::latch* meeting) { meeting->arrive_and_wait(); }, &both);
    }
    BOOST_TEST(drain(for_ever));
}

BOOST_AUTO_TEST_CASE(drain_waits_for_a_batch_that_runs_but_not_inside_one) {
    asio::thread_pool pool(1);
    event go_on;
    static std::atomic<bool> drained_inside;
    drained_inside = true;
    {
        quiet_handle owner(1);
        handrail::set_runner(owner, make_runner(pool.get_executor()));
        add_cleanup(
            owner,
            [](event* go) {
                go->wait();
                drained_inside = drain(for_ever);
            },
            &go_on);
    }
    BOOST_TEST(!drain(std::chrono::nanoseconds(0)));
    go_on.set();
    BOOST_TEST(drain(for_ever));
    BOOST_TEST(!drained_inside);
}

BOOST_AUTO_TEST_CASE(a_batch_that_the_executor_refuses_runs_here_and_is_reported) {
    failure_recorder failures;
    take_events();
    quiet_handle owner(1);
    handrail::set_runner(owner, make_runner(refusing_executor()));
    add_cleanup(owner, &note, std::string("here"));
    owner.reset();
    BOOST_TEST(take_events() == lines{"here"});
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    BOOST_TEST((failure_recorder::recorded()[0].what == handrail::failure::kind::runner_refused));
}

BOOST_AUTO_TEST_CASE(a_batch_run_by_the_context_s_destructor_may_send_another_one_there) {
    take_events();
    {
        asio::io_context context;
        auto const runner = make_runner(context.get_executor());
        quiet_handle inner(1), outer(2);
        handrail::set_runner(inner, runner);
        handrail::set_runner(outer, runner);
        add_cleanup(inner, &note, std::string("inner"));
        add_cleanup(outer, [](quiet_handle&& ended) { ended.reset(); }, std::move(inner));
        outer.reset();
    }
    BOOST_TEST(take_events() == lines{"inner"});
    BOOST_TEST(drain(std::chrono::nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(a_context_destroyed_with_batches_queued_runs_each_once) {
    take_events();
    {
        asio::io_context context;
        for (int i : {1, 2, 3}) {
            quiet_handle owner(i);
            handrail::set_runner(owner, make_runner(context.get_executor()));
            add_cleanup(owner, &note, std::to_string(i));
        }
        BOOST_TEST(take_events().empty());
    }
    BOOST_TEST(take_events().size() == 3U);
    BOOST_TEST(drain(std::chrono::nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(without_memory_for_the_post_the_batch_runs_here_once_and_is_reported) {
    failure_recorder failures;
    asio::thread_pool pool(1);
    take_events();
    quiet_handle owner(1);
    // A type-erased executor allocates for itself when it posts.
    asio::any_io_executor const erased(asio::make_strand(pool.get_executor()));
    handrail::set_runner(owner, make_runner(erased));
    static std::atomic<int> ran;
    ran = 0;
    add_cleanup(owner, [] { ++ran; });
    fail_allocations = true;
    owner.reset();
    fail_allocations = false;
    BOOST_TEST(ran == 1);
    BOOST_TEST(failure_recorder::recorded().size() == 1U);
    pool.join();
    BOOST_TEST(ran == 1);
    BOOST_TEST(drain(for_ever));
}

BOOST_AUTO_TEST_CASE(a_managed_object_s_destructor_runs_here_and_its_cleanups_there) {
    struct noting {
        ~noting() { note("~object"); }
    };
    asio::io_context context;
    take_events();
    auto object = handrail::make<noting>();
    handrail::set_runner(object, make_runner(context.get_executor()));
    add_cleanup(object, &note, std::string("cleanup"));
    object.reset();
    BOOST_TEST(take_events() == lines{"~object"});
    context.run();
    BOOST_TEST(take_events() == lines{"cleanup"});
}
