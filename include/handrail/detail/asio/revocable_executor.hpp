// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The problem: a runner keeps an executor of an io_context or thread_pool, and an owner may end, so
// that the runner posts its batch, when that context has been destroyed.
// The solution: revocable_executor holds the executor. A service in the context revokes it when the
// destruction of the context begins: the executor is destroyed, and whoever wants to use it later
// is refused.
//
//  1. A thread that posts holds an executor_use. revoke() prevents new ones and waits for the
//     existing ones.
//  2. revoke() destroys the executor, because the destructors of some (a strand, one that counts
//     work) use the context. For that reason discard(), by which the last runner gives its executor
//     up, is a use, too.
//
// Thread safety: any thread may call all functions, also while the context is being destroyed.

#pragma once

#include <boost/asio/execution/context_as.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace handrail::detail {

class revocable {
public:
    revocable(revocable const&) = delete;
    revocable& operator=(revocable const&) = delete;

    // Effects: the executor may be used until end_use(). Returns: false if it was revoked.
    bool begin_use() noexcept {
        auto seen = users_.load(std::memory_order_relaxed);
        // acquire: sees the writes that made the context.
        while ((seen & revoked) == 0 &&
               !users_.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
        }
        return (seen & revoked) == 0;
    }
    void end_use() noexcept {
        // release: the use is over before the context is destroyed.
        if (users_.fetch_sub(1, std::memory_order_release) == (revoked | 1)) {
            users_.notify_all();
        }
    }
    // Effects: refuses new uses, waits for the existing ones, and destroys the executor.
    void revoke() noexcept {
        auto seen =
            users_.fetch_or(revoked, std::memory_order_acquire) | revoked;  // pairs with end_use()
        // relaxed: only this thread's own write can be equal.
        if (discarded_by_.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
            return;  // the executor owns its context, and this thread is just destroying it
        }
        while (seen != revoked) {
            users_.wait(seen, std::memory_order_acquire);
            seen = users_.load(std::memory_order_acquire);
        }
        destroy_executor();
    }

    // Effects: destroys the executor, unless revoke() has done so.
    // Requires: nobody else uses it now or later.
    void discard() noexcept {
        if (begin_use()) {
            discarded_by_.store(std::this_thread::get_id(), std::memory_order_relaxed);
            destroy_executor();
            discarded_by_.store({}, std::memory_order_relaxed);
            end_use();
        }
    }

protected:
    revocable() = default;
    virtual ~revocable() = default;

private:
    static constexpr std::uint32_t revoked = 0x8000'0000;

    virtual void destroy_executor() noexcept = 0;

    std::atomic<std::uint32_t> users_{0};
    std::atomic<std::thread::id> discarded_by_{};
};

class executor_use {
public:
    explicit executor_use(revocable& used) noexcept : used_(used.begin_use() ? &used : nullptr) {}
    executor_use(executor_use const&) = delete;
    executor_use& operator=(executor_use const&) = delete;
    ~executor_use() {
        if (used_ != nullptr) {
            used_->end_use();
        }
    }
    // Returns: false if the executor was revoked.
    explicit operator bool() const noexcept { return used_ != nullptr; }

private:
    revocable* used_;
};

template <class Executor>
class revocable_executor final : public revocable {
public:
    explicit revocable_executor(Executor executor) : executor_(std::move(executor)) {}

    // Requires: in use.
    Executor const& get() const noexcept { return *executor_; }

private:
    void destroy_executor() noexcept override { executor_.reset(); }

    std::optional<Executor> executor_;
};

using execution_context_of = boost::asio::execution::context_as_t<boost::asio::execution_context&>;

template <class Executor>
concept has_context = boost::asio::can_query<Executor const&, execution_context_of>::value;

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
