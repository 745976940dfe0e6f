// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The asynchronous accept: waits for a connection, accepts it, and waits again if another accept or
// process has taken it. It reaches the acceptor through the acceptor's link
// (acceptor_resource.hpp), because the acceptor may be closed, moved or destroyed between two
// steps.
//
// Thread safety: as any composed operation of Asio: its steps run one after another.

#pragma once

#include <handrail/detail/asio/native_socket.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <utility>

namespace handrail::detail {

// A further wait of an operation. It keeps the operation in memory of its own, so that the wait can
// be started while the link is locked: of the user's code, only copies of the handler's executor
// and operator new run then, which allocates the wait (acceptor_resource.hpp, 3).
template <class Operation>
class next_wait {
public:
    using executor_type = typename Operation::executor_type;
    using cancellation_slot_type =
        typename boost::asio::associated_cancellation_slot<Operation>::type;

    explicit next_wait(Operation&& operation)
        : operation_(std::allocate_shared<Operation>(
              boost::asio::get_associated_allocator(operation), std::move(operation))) {}

    executor_type get_executor() const noexcept { return operation_->get_executor(); }
    cancellation_slot_type get_cancellation_slot() const noexcept {
        return boost::asio::get_associated_cancellation_slot(*operation_);
    }
    void operator()(boost::system::error_code ec) {
        Operation operation = take();
        operation(ec);
    }
    // Effects: the memory is freed.
    Operation take() {
        Operation operation(std::move(*operation_));
        operation_.reset();
        return operation;
    }

private:
    std::shared_ptr<Operation> operation_;
};

// Deliver converts the connection to what the caller asked for, and completes the operation.
template <class Link, class Deliver>
struct accept_operation {
    using error_code = boost::system::error_code;

    std::shared_ptr<Link> link;
    Deliver deliver;
    bool started = false;

    template <class Self>
    void operator()(Self& self, error_code ec = {}) {
        if (!started) {
            started = true;
            start(self);
            return;
        }
        typename Link::connection_type taken;
        if (!ec.failed()) {
            taken = link->accept(ec);
        }
        if (ec == boost::asio::error::would_block || ec == boost::asio::error::try_again) {
            if (!cancelled(self)) {
                wait_again(self);
                return;
            }
            ec = boost::asio::error::operation_aborted;
        }
        deliver(self, ec, std::move(taken));
    }

private:
    template <class Self>
    void start(Self& self) {
        // It has no visible effects before it completes, so every type of cancellation is possible.
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        auto const held = link;  // self, and the link in it, moves into the wait
        held->start_wait(std::move(self));
    }
    template <class Self>
    void wait_again(Self& self) {
        auto const held = link;
        next_wait<Self> next(std::move(self));
        if (!held->wait(next)) {
            next(boost::asio::error::operation_aborted);
        }
    }
    template <class Self>
    static bool cancelled(Self& self) {
        return self.cancelled() != boost::asio::cancellation_type::none;
    }
};

}  // namespace handrail::detail
