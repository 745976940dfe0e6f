// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// executor_runner: a runner that posts each batch to an Asio executor, in the memory that was
// reserved with the owner's runner.
//
// Thread safety: any thread.

#pragma once

#include <handrail/cleanup.hpp>
#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/revocable.hpp>
#include <handrail/detail/asio/revocable_executor.hpp>
#include <handrail/runner.hpp>
#include <handrail/runner_base.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace handrail::detail {

// The handler that owns a posted batch. Asio moves it into an operation, which it builds in the
// batch's storage.
class batch_handler {
public:
    using allocator_type = batch::allocator_type;

    explicit batch_handler(batch queued) noexcept
        : allocator_(queued.get_allocator()), batch_(std::move(queued)) {}

    allocator_type get_allocator() const noexcept { return allocator_; }
    void operator()() noexcept { batch_.run(); }

private:
    allocator_type allocator_;
    batch batch_;
};

template <class Executor>
class executor_runner final : public runner_base {
public:
    explicit executor_runner(Executor executor)
        : executor_(std::make_shared<revocable_executor<Executor>>(std::move(executor))) {
        if constexpr (has_context<Executor>) {
            revoke_with_context(executor_);
        }
    }

    ~executor_runner() override { executor_->discard(); }

    // If the context was destroyed, nobody takes the batch: its destructor runs it here.
    void execute(batch queued) override {
        // A batch that post() refuses is destroyed inside post(). Its cleanups may destroy the
        // context, and must not run while that is in use.
        deferral const after_use;
        if (revocable_use const in_use(*executor_); in_use) {
            boost::asio::post(executor_->get(), batch_handler(std::move(queued)));
        }
    }

private:
    std::shared_ptr<revocable_executor<Executor>> executor_;
};

// A type-erased executor allocates at each post; the executor in it may not.
// Returns: a runner on the executor in it; an empty runner if that is not a Concrete.
template <class Concrete>
runner unwrapped_runner(boost::asio::any_io_executor const& executor) {
    auto const* const known = executor.target<Concrete>();
    return known != nullptr ? runner(std::make_unique<executor_runner<Concrete>>(*known))
                            : runner();
}

}  // namespace handrail::detail
