// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// async_drain: completes when drain() would return true, by the rules of Asio's operations.

#include "tests/support/owners.hpp"

#include <handrail/asio/runner.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace handrail_test;
using boost::system::error_code;
using handrail::add_cleanup;
using handrail::async_drain;
using handrail::drain;
using handrail::make_runner;
namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes for_ever{1};

// The system context opens the descriptors of its reactor here, before the test's main counts.
asio::steady_timer const first_timer{asio::system_executor()};

// A batch that runs on a thread of its own until go_on is set.
struct blocked_batch {
    asio::thread_pool pool{1};
    event go_on;

    blocked_batch() {
        quiet_handle owner(1);
        handrail::set_runner(owner, make_runner(pool));
        add_cleanup(owner, [](event* go) { go->wait(); }, &go_on);
    }
    ~blocked_batch() {
        go_on.set();
        BOOST_TEST(drain(for_ever));
    }
};

// What an operation has completed with, if it has.
struct outcome {
    std::optional<error_code> result;

    auto handler() {
        return [this](error_code ec) { result = ec; };
    }
    bool succeeded() const { return result && !result->failed(); }
    bool was_cancelled() const { return result && *result == asio::error::operation_aborted; }
};

template <class T>
struct counting_allocator {
    using value_type = T;
    long* live;

    explicit counting_allocator(long* count) noexcept : live(count) {}
    template <class U>
    counting_allocator(counting_allocator<U> const& other) noexcept : live(other.live) {}
    T* allocate(std::size_t n) {
        ++*live;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* p, std::size_t n) noexcept {
        --*live;
        std::allocator<T>().deallocate(p, n);
    }
    template <class U>
    bool operator==(counting_allocator<U> const& other) const noexcept {
        return live == other.live;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(it_completes_when_the_last_batch_has_run_and_keeps_run_from_returning) {
    asio::io_context context;
    blocked_batch batch;
    outcome drained;
    async_drain(context, drained.handler());
    context.poll();
    BOOST_TEST(!drained.result);
    BOOST_TEST(!context.stopped());
    batch.go_on.set();
    context.run();
    BOOST_TEST(drained.succeeded());
}

BOOST_AUTO_TEST_CASE(without_any_work_it_completes_but_not_inside_the_call_that_starts_it) {
    asio::io_context context;
    outcome drained;
    asio::post(context, [&] {
        async_drain(context.get_executor(), drained.handler());
        BOOST_TEST(!drained.result);
    });
    context.run();
    BOOST_TEST(drained.succeeded());
}

BOOST_AUTO_TEST_CASE(cancellation_of_every_type_completes_it_with_operation_aborted) {
    blocked_batch const batch;
    for (auto const type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
        asio::io_context context;
        asio::cancellation_signal cancel;
        outcome drained;
        async_drain(context, asio::bind_cancellation_slot(cancel.slot(), drained.handler()));
        context.poll();
        BOOST_TEST(!drained.result);
        cancel.emit(type);
        context.run();
        BOOST_TEST(drained.was_cancelled());
    }
}

BOOST_AUTO_TEST_CASE(a_coroutine_waits_on_its_own_executor) {
    asio::io_context context;
    blocked_batch batch;
    bool done = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            co_await async_drain(asio::use_awaitable);
            done = true;
        },
        asio::detached);
    context.poll();
    BOOST_TEST(!done);
    batch.go_on.set();
    context.run();
    BOOST_TEST(done);
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_is_cancelled_gets_the_error) {
    asio::io_context context;
    blocked_batch const batch;
    asio::cancellation_signal cancel;
    outcome drained;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            try {
                co_await async_drain(asio::use_awaitable);
            } catch (boost::system::system_error const& e) {
                drained.result = e.code();
            }
        },
        asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    context.poll();
    cancel.emit(asio::cancellation_type::terminal);
    context.run();
    BOOST_TEST(drained.was_cancelled());
}

BOOST_AUTO_TEST_CASE(the_handler_s_executor_is_used) {
    asio::io_context context, other;
    outcome drained;
    async_drain(context, asio::bind_executor(other, drained.handler()));
    context.poll();
    BOOST_TEST(!drained.result);
    other.run();
    BOOST_TEST(drained.succeeded());
}

BOOST_AUTO_TEST_CASE(the_handler_s_allocator_is_used_and_has_everything_back_before_the_call) {
    asio::io_context context;
    long live = 0;
    std::optional<long> at_completion;
    async_drain(context, asio::bind_allocator(counting_allocator<void*>(&live),
                                              [&](error_code) { at_completion = live; }));
    BOOST_TEST(live > 0);
    context.run();
    BOOST_TEST((at_completion == 0));
}

BOOST_AUTO_TEST_CASE(every_kind_of_executor_and_token_is_taken) {
    asio::io_context context;
    asio::thread_pool pool(2);
    BOOST_CHECK_NO_THROW(async_drain(pool, asio::use_future).get());
    BOOST_CHECK_NO_THROW(
        async_drain(asio::any_io_executor(pool.get_executor()), asio::use_future).get());
    BOOST_CHECK_NO_THROW(async_drain(asio::make_strand(pool), asio::use_future).get());
    BOOST_CHECK_NO_THROW(async_drain(asio::use_future).get());
    outcome deferred, erased;
    async_drain(context, asio::deferred)(deferred.handler());
    async_drain(
        asio::bind_executor(asio::any_io_executor(context.get_executor()), erased.handler()));
    context.run();
    BOOST_TEST(deferred.succeeded());
    BOOST_TEST(erased.succeeded());
}

BOOST_AUTO_TEST_CASE(inside_a_cleanup_it_waits_for_that_cleanup) {
    asio::io_context context;
    outcome drained;
    {
        quiet_handle owner(1);
        add_cleanup(
            owner,
            [](asio::io_context* where, outcome* to) {
                async_drain(*where, to->handler());
                where->poll();
                BOOST_TEST(!to->result);
            },
            &context, &drained);
    }
    context.run();
    BOOST_TEST(drained.succeeded());
}

BOOST_AUTO_TEST_CASE(cleanups_under_a_deferral_are_waited_for) {
    asio::io_context context;
    outcome drained;
    {
        handrail::deferral const held_back;
        {
            quiet_handle owner(1);
            add_cleanup(owner, [] {});
        }
        async_drain(context, drained.handler());
        context.poll();
        BOOST_TEST(!drained.result);
    }
    context.run();
    BOOST_TEST(drained.succeeded());
}

BOOST_AUTO_TEST_CASE(a_context_that_is_destroyed_forgets_the_operation) {
    bool called = false;
    auto const alive = std::make_shared<int>(0);
    {
        blocked_batch const batch;
        {
            asio::io_context context;
            async_drain(context, [alive, &called](error_code) { called = true; });
        }
        BOOST_TEST(alive.use_count() == 1);
    }
    BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(operations_end_whoever_runs_the_last_cleanup_and_whoever_cancels) {
    constexpr int rounds = 200;
    asio::thread_pool workers(2), waiters(2);
    std::atomic<int> completed = 0;
    auto const end_owners = [&] {
        for (int i = 0; i != rounds; ++i) {
            quiet_handle owner(1);
            handrail::set_runner(owner, make_runner(workers));
            add_cleanup(owner, [] {});
        }
    };
    auto const wait_and_cancel = [&] {
        auto const strand = asio::make_strand(waiters);
        for (int i = 0; i != rounds; ++i) {
            auto const cancel = std::make_shared<asio::cancellation_signal>();
            asio::post(strand, [&completed, cancel, strand, i] {
                async_drain(asio::bind_executor(
                    strand,
                    asio::bind_cancellation_slot(
                        cancel->slot(), [&completed, cancel](error_code) { ++completed; })));
                if (i % 2 == 0) {
                    asio::post(strand, [cancel] { cancel->emit(asio::cancellation_type::total); });
                }
            });
        }
    };
    std::thread first(end_owners), second(wait_and_cancel);
    wait_and_cancel();
    end_owners();
    first.join();
    second.join();
    waiters.join();
    BOOST_TEST(completed == 2 * rounds);
    BOOST_TEST(drain(for_ever));
}

BOOST_AUTO_TEST_CASE(a_context_is_taken_for_its_executor_by_make_runner) {
    asio::io_context context;
    take_events();
    quiet_handle owner(1);
    handrail::set_runner(owner, make_runner(context));
    add_cleanup(owner, &note, std::string("there"));
    owner.reset();
    BOOST_TEST(take_events().empty());
    context.run();
    BOOST_TEST(take_events() == std::vector<std::string>{"there"});
}
