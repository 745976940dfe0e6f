// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The problem: a runner keeps an executor of an io_context or thread_pool, and an owner may end, so
// that the runner posts its batch, when that context has been destroyed.
// The solution: revocable_executor holds the executor. A service in the context revokes it when the
// destruction of the context begins: the executor is destroyed, and whoever wants to use it later
// is refused.
//
//  1. A thread that posts holds a revocable_use (revocable.hpp).
//  2. revoke() destroys the executor, because the destructors of some (a strand, one that counts
//     work) use the context. For that reason discard(), by which the last runner gives its executor
//     up, is a use, too.
//
// Thread safety: any thread may call all functions, also while the context is being destroyed.

#pragma once

#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/revocable.hpp>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace handrail::detail {

template <class Executor>
class revocable_executor final : public revocable {
public:
    explicit revocable_executor(Executor executor) : executor_(std::move(executor)) {}

    // Requires: in use.
    Executor const& get() const noexcept { return *executor_; }

private:
    void end_access() noexcept override { executor_.reset(); }

    std::optional<Executor> executor_;
};

// The service in the context.
class executor_revoker final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    explicit executor_revoker(boost::asio::execution_context& context) : service(context) {}

    // shutdown() is not called for a service that is made during the context's destruction.
    ~executor_revoker() override { revoke_all(); }

    void add(std::shared_ptr<revocable> const& executor) {
        if (!keep(executor)) {
            executor->revoke();
        }
    }

private:
    void shutdown() override { revoke_all(); }

    // Without the lock: destructors of executors are the user's code.
    void revoke_all() noexcept {
        for (auto const& each : taken()) {
            each->revoke();
        }
    }
    std::vector<std::shared_ptr<revocable>> taken() noexcept {
        std::lock_guard hold(mutex_);
        shut_down_ = true;
        return std::exchange(executors_, {});
    }
    // Returns: false if the context's destruction has begun.
    bool keep(std::shared_ptr<revocable> const& executor) {
        std::lock_guard hold(mutex_);
        if (executors_.size() >= sweep_at_) {
            // Those have been discarded: no destructor of an executor runs under the lock.
            std::erase_if(executors_, [](auto const& each) { return each.use_count() == 1; });
            sweep_at_ = 2 * executors_.size() + 16;
        }
        if (!shut_down_) {
            executors_.push_back(executor);
        }
        return !shut_down_;
    }

    std::mutex mutex_;
    std::vector<std::shared_ptr<revocable>> executors_;  // some are discarded
    std::size_t sweep_at_ = 16;
    bool shut_down_ = false;
};

// Effects: the executor is revoked when the destruction of its context begins.
// Errors: throws std::bad_alloc.
template <has_context Executor>
void revoke_with_context(std::shared_ptr<revocable_executor<Executor>> const& executor) {
    auto& context = boost::asio::query(executor->get(), execution_context_of());
    boost::asio::use_service<executor_revoker>(context).add(executor);
}

}  // namespace handrail::detail
