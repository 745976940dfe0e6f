// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Executors of a context that may be destroyed before they are: an owner may end, and use its
// runner, when the io_context or thread_pool that the runner posts to has been destroyed. A service
// in the context destroys the executors when the context's destruction starts.
//
//  1. A thread that posts holds a context_use. end() prevents new ones and waits for the existing
//     ones.
//  2. end() destroys the executor, because the destructors of some (a strand, one that counts work)
//     use the context. For that reason the last runner's abandon() is a use, too.
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

class context_bound {
public:
    context_bound(context_bound const&) = delete;
    context_bound& operator=(context_bound const&) = delete;

    // Effects: the executor may be used until leave(). Returns: false if end() was called.
    bool enter() noexcept {
        auto seen = users_.load(std::memory_order_relaxed);
        // acquire: sees the writes that made the context.
        while ((seen & ended) == 0 &&
               !users_.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
        }
        return (seen & ended) == 0;
    }
    void leave() noexcept {
        // release: the use is over before the context ends.
        if (users_.fetch_sub(1, std::memory_order_release) == (ended | 1)) {
            users_.notify_all();
        }
    }
    void end() noexcept {
        auto seen =
            users_.fetch_or(ended, std::memory_order_acquire) | ended;  // pairs with leave()
        // relaxed: only this thread's own write can be equal.
        if (abandoned_by_.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
            return;  // the executor owns its context, and this thread is just destroying it
        }
        while (seen != ended) {
            users_.wait(seen, std::memory_order_acquire);
            seen = users_.load(std::memory_order_acquire);
        }
        destroy_executor();
    }

    // Effects: destroys the executor, unless end() has done so.
    // Requires: nobody uses it now or later.
    void abandon() noexcept {
        if (enter()) {
            abandoned_by_.store(std::this_thread::get_id(), std::memory_order_relaxed);
            destroy_executor();
            abandoned_by_.store({}, std::memory_order_relaxed);
            leave();
        }
    }

protected:
    context_bound() = default;
    virtual ~context_bound() = default;

private:
    static constexpr std::uint32_t ended = 0x8000'0000;

    virtual void destroy_executor() noexcept = 0;

    std::atomic<std::uint32_t> users_{0};
    std::atomic<std::thread::id> abandoned_by_{};
};

class context_use {
public:
    explicit context_use(context_bound& used) noexcept : used_(used.enter() ? &used : nullptr) {}
    context_use(context_use const&) = delete;
    context_use& operator=(context_use const&) = delete;
    ~context_use() {
        if (used_ != nullptr) {
            used_->leave();
        }
    }
    explicit operator bool() const noexcept { return used_ != nullptr; }

private:
    context_bound* used_;
};

template <class Executor>
class lasting_executor final : public context_bound {
public:
    explicit lasting_executor(Executor executor) : executor_(std::move(executor)) {}

    // Requires: in use.
    Executor const& get() const noexcept { return *executor_; }

private:
    void destroy_executor() noexcept override { executor_.reset(); }

    std::optional<Executor> executor_;
};

using execution_context_of = boost::asio::execution::context_as_t<boost::asio::execution_context&>;

template <class Executor>
concept has_context = boost::asio::can_query<Executor const&, execution_context_of>::value;

class context_end_service final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    explicit context_end_service(boost::asio::execution_context& context) : service(context) {}

    // shutdown() is not called for a service that is made during the context's destruction.
    ~context_end_service() override { end_all(); }

    void add(std::shared_ptr<context_bound> const& executor) {
        if (!keep(executor)) {
            executor->end();
        }
    }

private:
    void shutdown() override { end_all(); }

    // Without the lock: destructors of executors are the user's code.
    void end_all() noexcept {
        for (auto const& each : taken()) {
            each->end();
        }
    }
    std::vector<std::shared_ptr<context_bound>> taken() noexcept {
        std::lock_guard hold(mutex_);
        ended_ = true;
        return std::exchange(executors_, {});
    }
    // Returns: false if the context's destruction has started.
    bool keep(std::shared_ptr<context_bound> const& executor) {
        std::lock_guard hold(mutex_);
        if (executors_.size() >= sweep_at_) {
            std::erase_if(executors_, [](auto const& each) { return each.use_count() == 1; });
            sweep_at_ = 2 * executors_.size() + 16;
        }
        if (!ended_) {
            executors_.push_back(executor);
        }
        return !ended_;
    }

    std::mutex mutex_;
    std::vector<std::shared_ptr<context_bound>> executors_;  // some are abandoned
    std::size_t sweep_at_ = 16;
    bool ended_ = false;
};

// Effects: the executor is destroyed before its context is. Errors: throws std::bad_alloc.
template <has_context Executor>
void end_with_context(std::shared_ptr<lasting_executor<Executor>> const& executor) {
    auto& context = boost::asio::query(executor->get(), execution_context_of());
    boost::asio::use_service<context_end_service>(context).add(executor);
}

}  // namespace handrail::detail
