// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Completes one operation with every completion token of the Boost that is installed. Newer tokens
// are included where their headers exist; operations_in_stackful_coroutines.cpp has yield_context.

#pragma once

#include "tests/issues/asynchronous_operations.hpp"

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/consign.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/as_single.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/experimental/promise.hpp>
#include <boost/asio/experimental/use_coro.hpp>
#include <boost/asio/experimental/use_promise.hpp>
#include <boost/asio/prepend.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>
#include <boost/version.hpp>
#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#endif
#if __has_include(<boost/asio/cancel_after.hpp>)
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/cancel_at.hpp>
#endif

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace asio_test {

// One start of the operation. done() is a completion handler for any signature.
template <class Operation>
struct started {
    Operation operation;
    stage at{situation::ready};
    bool completed = false;
    bool failed = false;

    explicit started(Operation o) : operation(o) {}

    template <class Token>
    auto with(Token&& token) {
        return operation(at, std::forward<Token>(token));
    }
    auto done() {
        return [this](auto const& first, auto&&...) {
            completed = true;
            if constexpr (requires { first.failed(); }) {
                failed = first.failed();
            }
        };
    }
    // Effects: runs until the operation has completed.
    bool succeeds() {
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!completed && std::chrono::steady_clock::now() < deadline) {
            at.context.restart();
            at.context.run_one_for(std::chrono::seconds(1));
        }
        return completed && !failed;
    }
};

template <class Operation>
void complete_with_handlers(Operation operation) {
    {
        started s(operation);
        s.with(s.done());
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        auto const handler = s.done();
        s.with(handler);
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        s.with([done = s.done(), held = std::make_unique<int>(1)](auto&&... results) mutable {
            held.reset();
            done(results...);
        });
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        s.with(asio::detached);
        s.at.run();
        s.completed = true;
        BOOST_TEST(s.succeeds());
    }
}

template <class Operation>
void complete_with_adapted_handlers(Operation operation) {
    {
        started s(operation);
        s.with(asio::as_tuple(s.done()));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        error_code ec;
        s.with(asio::redirect_error([&](auto&&...) { s.completed = true; }, ec));
        BOOST_TEST(s.succeeds());
        BOOST_TEST(!ec);
    }
    {
        started s(operation);
        s.with(asio::append(s.done(), 1));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        s.with(asio::prepend([&](int, auto const& ec, auto&&...) { s.done()(ec); }, 1));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        auto held = std::make_shared<int>(1);
        std::weak_ptr<int> const watched = held;
        s.with(asio::consign(
            [&](auto const& ec, auto&&...) {
                s.done()(ec);
                s.failed = s.failed || watched.expired();
            },
            std::exchange(held, nullptr)));
        BOOST_TEST(s.succeeds());
        BOOST_TEST(watched.expired());
    }
}

template <class Operation>
void complete_with_bound_tokens(Operation operation) {
    {
        started s(operation);
        s.with(asio::bind_executor(asio::make_strand(s.at.context), s.done()));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        auto future = s.with(asio::bind_executor(s.at.context, asio::use_future));
        s.at.run();
        static_cast<void>(future.get());
    }
    {
        started s(operation);
        s.with(asio::bind_allocator(std::allocator<void>(), s.done()));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        asio::cancellation_signal signal;
        s.with(asio::bind_cancellation_slot(signal.slot(), s.done()));
        BOOST_TEST(s.succeeds());
    }
#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
    {
        started s(operation);
        s.with(asio::bind_immediate_executor(asio::system_executor(), s.done()));
        BOOST_TEST(s.succeeds());
    }
#endif
}

template <class Operation>
void complete_with_deferred_tokens(Operation operation) {
    {
        started s(operation);
        s.with(asio::deferred)(s.done());
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        auto future = s.with(asio::use_future);
        s.at.run();
        static_cast<void>(future.get());
    }
#if BOOST_VERSION >= 108800
    {
        started s(operation);
        auto future = s.with(asio::as_tuple(asio::use_future));
        s.at.run();
        BOOST_TEST(!std::get<0>(future.get()));
    }
#endif
    {
        started s(operation);
        asio::steady_timer timer(s.at.context, std::chrono::hours(1));
        asio::experimental::make_parallel_group(s.with(asio::deferred),
                                                timer.async_wait(asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), [&](auto order, auto&&...) {
                s.failed = order[0] != 0;
                s.completed = true;
            });
        BOOST_TEST(s.succeeds());
    }
}

template <class Operation>
void complete_in_coroutines(Operation operation) {
    started s(operation);
    auto const body = [&]() -> asio::awaitable<void> {
        co_await s.with(asio::use_awaitable);
        s.at.set(situation::ready);
        co_await s.with(asio::as_tuple(asio::use_awaitable));
        s.at.set(situation::ready);
        error_code ec;
        co_await s.with(asio::redirect_error(asio::use_awaitable, ec));
        s.at.set(situation::ready);
        co_await s.with(asio::experimental::as_single(asio::use_awaitable));
        s.at.set(situation::ready);
        co_await s.with(
            asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
    };
    asio::co_spawn(s.at.context, body(), [&](std::exception_ptr e) {
        s.failed = e != nullptr;
        s.completed = true;
    });
    BOOST_TEST(s.succeeds());
}

// For operations whose results have default constructors, which a promise requires.
template <class Operation>
void complete_with_a_promise(Operation operation) {
    started s(operation);
    auto promise = s.with(asio::experimental::use_promise);
    std::move(promise)(s.done());
    BOOST_TEST(s.succeeds());
}

// For operations without a result: Boost 1.81 compiles no others. The coroutine is made and not
// run, since Asio's experimental co_spawn does not compile with it.
template <class Operation>
void make_a_coro(Operation operation) {
    started s(operation);
    auto const coro = s.with(asio::experimental::use_coro);
    BOOST_TEST(coro.is_open());
}

#if __has_include(<boost/asio/cancel_after.hpp>)
template <class Operation>
void complete_in_time(Operation operation) {
    auto const hour = std::chrono::hours(1);
    {
        started s(operation);
        s.with(asio::cancel_after(hour, s.done()));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        s.with(asio::cancel_at(std::chrono::steady_clock::now() + hour, s.done()));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        asio::steady_timer timer(s.at.context);
        s.with(asio::cancel_after(timer, hour, s.done()));
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        s.with(asio::cancel_after(hour))(s.done());
        BOOST_TEST(s.succeeds());
    }
    {
        started s(operation);
        auto future = s.with(asio::cancel_after(hour, asio::use_future));
        s.at.run();
        static_cast<void>(future.get());
    }
}
#else
template <class Operation>
void complete_in_time(Operation) {}
#endif

template <class Operation>
void complete_with_every_token(Operation operation) {
    complete_with_handlers(operation);
    complete_with_adapted_handlers(operation);
    complete_with_bound_tokens(operation);
    complete_with_deferred_tokens(operation);
    complete_in_coroutines(operation);
    complete_in_time(operation);
}

}  // namespace asio_test
