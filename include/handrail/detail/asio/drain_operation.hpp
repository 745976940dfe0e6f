// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The asynchronous drain: a timer that never expires, and that is cancelled when no cleanup is
// queued or running. Whatever Asio promises of a timer's wait (executors, allocators, cancellation,
// what becomes of it when its context is destroyed) holds for the drain, and the thread that runs
// the last cleanup only moves the operation to its context's queue, which allocates nothing.
//
// Thread safety: as any composed operation of Asio; the waiter's timer is used by the thread that
//   starts the operation, then under the lock of the list of threads, and destroyed when the waiter
//   has been withdrawn. The thread that notifies the waiter may do so while another one destroys
//   the timer's context: that destruction waits for it, or it leaves the timer alone.

#pragma once

#include <handrail/detail/asio/context_access.hpp>
#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/revocable.hpp>
#include <handrail/detail/core/idle_waiter.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/wait_traits.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace handrail::detail {

template <class Executor>
class drain_waiter final : public idle_waiter {
public:
    explicit drain_waiter(Executor const& executor)
        : timer_(executor, timer::clock_type::time_point::max()),
          access_(access_to_context_of(executor)) {}
    ~drain_waiter() override { withdraw(); }

    template <class Handler>
    void async_wait(Handler&& handler) {
        timer_.async_wait(std::forward<Handler>(handler));
    }
    // Requires: withdrawn.
    bool was_notified() const noexcept { return notified_; }

private:
    using timer = boost::asio::basic_waitable_timer<
        std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

    void notify() noexcept override {
        notified_ = true;
        if (revocable_use const use(*access_); use) {
            timer_.cancel();
        }
    }

    timer timer_;
    std::shared_ptr<context_access> access_;  // made after the timer's services
    bool notified_ = false;
};

template <class Executor>
struct drain_operation {
    Executor executor;
    std::shared_ptr<drain_waiter<Executor>> waiter{};  // null before the operation starts

    template <class Self>
    void operator()(Self& self, boost::system::error_code = {}) {
        if (waiter == nullptr) {
            start(self);
            return;
        }
        waiter->withdraw();
        bool const drained = waiter->was_notified();
        waiter.reset();  // memory is given back before the handler is called
        self.complete(drained ? boost::system::error_code()
                              : boost::asio::error::operation_aborted);
    }

private:
    template <class Self>
    void start(Self& self) {
        // Waiting has no effect, so that every kind of cancellation will do.
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        waiter = std::allocate_shared<drain_waiter<Executor>>(
            boost::asio::get_associated_allocator(self), executor);
        std::uint64_t const id = waiter->enlist();
        auto& waits = *waiter;
        waits.async_wait(std::move(self));  // from here on, the waiter and *this may be destroyed
        idle_waiter::arm(id);
    }
};

template <class Executor>
struct start_drain {
    using executor_type = Executor;

    Executor executor;

    executor_type get_executor() const noexcept { return executor; }

    template <class Handler>
    void operator()(Handler&& handler) const {
        boost::asio::async_compose<Handler, void(boost::system::error_code)>(
            drain_operation<Executor>{executor}, handler, executor);
    }
};

// Starts it on the handler's associated executor, or on the system executor where there is none
// that has an execution context.
struct start_drain_of_handler {
    using executor_type = boost::asio::system_executor;

    executor_type get_executor() const noexcept { return {}; }

    template <class Handler>
    void operator()(Handler&& handler) const {
        auto executor = boost::asio::get_associated_executor(handler, get_executor());
        if constexpr (has_context<decltype(executor)>) {
            start_drain<decltype(executor)>{executor}(std::forward<Handler>(handler));
        } else {
            start_drain<executor_type>{get_executor()}(std::forward<Handler>(handler));
        }
    }
};

}  // namespace handrail::detail
