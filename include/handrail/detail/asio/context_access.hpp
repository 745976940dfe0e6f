// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Lets a thread use an I/O object although another thread may be destroying the object's context:
// while a revocable_use of a context_access exists, the context's services are not shut down.
//
// A context shuts its services down in the opposite order in which they were made. So
// access_to_context_of() is called when the I/O object exists, and with it the services that it
// uses. Asio's reactors shut down without a lock: to cancel a timer meanwhile corrupts its queue.
//
// Thread safety: any thread may call all functions, also while the context is being destroyed.

#pragma once

#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/revocable.hpp>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <memory>

namespace handrail::detail {

class context_access final : public revocable {
private:
    void end_access() noexcept override {}
};

// The service in the context.
class context_access_revoker final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    explicit context_access_revoker(boost::asio::execution_context& context) : service(context) {}

    // shutdown() is not called for a service that is made during the context's destruction.
    ~context_access_revoker() override { access_->revoke(); }

    std::shared_ptr<context_access> const& access() const noexcept { return access_; }

private:
    void shutdown() override { access_->revoke(); }

    std::shared_ptr<context_access> const access_ = std::make_shared<context_access>();
};

// Errors: throws std::bad_alloc.
template <has_context Executor>
std::shared_ptr<context_access> access_to_context_of(Executor const& executor) {
    auto& context = boost::asio::query(executor, execution_context_of());
    return boost::asio::use_service<context_access_revoker>(context).access();
}

}  // namespace handrail::detail
