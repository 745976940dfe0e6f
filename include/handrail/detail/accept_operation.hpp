// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The asynchronous accept: waits, accepts, and waits again when another process was faster. It
// holds the acceptor's gate and what the caller gave, never the acceptor.
//
// Thread safety: as any composed operation of Asio: its steps run one after another.

#pragma once

#include <handrail/detail/native_socket.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <utility>

namespace handrail::detail {

// Deliver turns the descriptor into what the caller asked for and completes.
template <class Gate, class Deliver>
struct accept_operation {
    using error_code = boost::system::error_code;

    std::shared_ptr<Gate> gate;
    Deliver deliver;
    error_code failed;  // before the operation began
    bool started = false;

    template <class Self>
    void operator()(Self& self, error_code ec = {}) {
        if (!started) {
            started = true;
            begin(self);
            return;
        }
        native_handle taken = invalid_native_handle;
        if (!ec.failed()) {
            taken = gate->accept(ec);
        }
        if (ec == boost::asio::error::would_block || ec == boost::asio::error::try_again) {
            if (!cancelled(self) && wait(self)) {
                return;
            }
            ec = boost::asio::error::operation_aborted;
        }
        deliver(self, ec, taken);
    }

private:
    // Errors, too, arrive later and through the executor.
    template <class Self>
    void begin(Self& self) {
        // It has no effects that are seen before it completes, so that every kind of cancellation
        // will do.
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        if (!failed.failed()) {
            if (wait(self)) {
                return;
            }
            failed = boost::asio::error::operation_aborted;
        }
        error_code const ec = failed;
        auto const executor = self.get_executor();
        boost::asio::post(executor, boost::asio::append(std::move(self), ec));
    }
    template <class Self>
    bool wait(Self& self) {
        auto const held = gate;  // self, and the gate in it, moves into the wait
        return held->wait(self);
    }
    template <class Self>
    static bool cancelled(Self& self) {
        return self.cancelled() != boost::asio::cancellation_type::none;
    }
};

}  // namespace handrail::detail
