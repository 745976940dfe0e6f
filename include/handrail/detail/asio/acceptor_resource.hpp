// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// acceptor_resource: an Asio acceptor as the resource of a guard. accept_gate: how operations that
// wait reach the acceptor.
//
// An asynchronous accept is a wait of Asio's and an accept of ours. When the wait ends, the
// acceptor may have been closed, moved or destroyed, also by another thread. So an operation holds
// the gate, never the acceptor:
//  1. From the first wait on, the gate points to the acceptor. Closing, releasing and cancelling
//     clear the pointer and give the gate up: operations that hold it complete with
//     operation_aborted, also those whose wait has ended already.
//  2. The gate's mutex is held while the pointer is used or changed, and while the acceptor moves.
//     It is not held when an operation starts, because that is a use of the acceptor by its user.
//     No code of the user runs under it. accept does not block under it, because the descriptor is
//     non-blocking since the first wait.

#pragma once

#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_resource.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace handrail::detail {

template <class Inner>
struct accept_gate {
    std::mutex mutex;
    Inner* acceptor = nullptr;

    using connection_type = connection<typename Inner::endpoint_type>;

    // Returns: a connection.
    // Errors: would_block if another accept has taken it; operation_aborted if the acceptor was
    //   closed.
    connection_type accept(boost::system::error_code& ec) {
        std::lock_guard hold(mutex);
        if (acceptor == nullptr) {
            ec = boost::asio::error::operation_aborted;
            return {};
        }
        return take_connection<typename Inner::endpoint_type>(acceptor->native_handle(), ec);
    }
    // Effects: handler is called when a connection is queued. For an operation that starts: if the
    //   wait fails, Asio may call the handler at once, through its immediate executor.
    template <class Handler>
    void start_wait(Handler&& handler) {
        acceptor->async_wait(boost::asio::socket_base::wait_read, std::move(handler));
    }
    // Effects: the same for a later wait.
    // Requires: moving and destroying the handler calls no code of the user.
    // Returns: false if the acceptor was closed; handler is not moved from then.
    template <class Handler>
    bool wait(Handler& handler) {
        std::lock_guard hold(mutex);
        if (acceptor == nullptr) {
            return false;
        }
        acceptor->async_wait(boost::asio::socket_base::wait_read, std::move(handler));
        return true;
    }
};

template <class Inner>
class acceptor_resource {
public:
    using inner_type = Inner;
    using gate = accept_gate<Inner>;
    static constexpr char const* kind = socket_kind<typename Inner::protocol_type>::listener;
    static constexpr char const* domain = "fd";
    static constexpr bool may_listen = true;

    explicit acceptor_resource(Inner&& inner) noexcept : inner_(std::move(inner)) {}
    acceptor_resource(acceptor_resource&& other) noexcept
        : acceptor_resource(other.lock_gate(), std::move(other)) {}
    // Pending operations are cancelled: their gate can point to the other type of acceptor only.
    template <class Other>
    explicit acceptor_resource(acceptor_resource<Other>&& other) : inner_(other.surrender()) {}
    acceptor_resource& operator=(acceptor_resource&& other) noexcept {
        if (this != &other) {
            shut_gate();
            auto const moving = other.lock_gate();
            inner_ = std::move(other.inner_);
            gate_ = std::move(other.gate_);
            point_gate();
        }
        return *this;
    }
    ~acceptor_resource() { shut_gate(); }

    bool is_open() const noexcept { return inner_.is_open(); }
    std::uint64_t number() const noexcept {
        return static_cast<std::uint64_t>(const_cast<Inner&>(inner_).native_handle());
    }
    boost::system::error_code close() noexcept { return detach().close(); }
    boost::system::error_code close_in_background() noexcept {
        return detach().close_in_background();
    }
    detached_socket detach() noexcept {
        boost::system::error_code ec;
        return detached_socket(release(ec), ec);
    }

    native_handle release(boost::system::error_code& ec) {
        shut_gate();
        return inner_.release(ec);
    }
    void cancel(boost::system::error_code& ec) {
        shut_gate();
        inner_.cancel(ec);
    }

    Inner& inner() noexcept { return inner_; }
    Inner const& inner() const noexcept { return inner_; }
    // Returns: the acceptor, to be moved from, without pending operations.
    Inner&& surrender() noexcept {
        boost::system::error_code
            ignored;  // the close will report what is wrong with the descriptor
        cancel(ignored);
        return std::move(inner_);
    }

    // Effects: makes the descriptor non-blocking. Returns: the gate; also for a closed acceptor, on
    //   which Asio's wait fails.
    // Errors: throws std::bad_alloc.
    std::shared_ptr<gate> open_gate(boost::system::error_code& ec) {
        // Set once only: other threads read the flag in operations that wait already.
        if (inner_.is_open() && !inner_.native_non_blocking()) {
            inner_.native_non_blocking(true, ec);
        }
        if (gate_ == nullptr) {
            gate_ = std::make_shared<gate>();
            gate_->acceptor = &inner_;
        }
        return gate_;
    }

private:
    using gate_lock = std::unique_lock<std::mutex>;

    // The gate is locked while its acceptor moves; the new owner of the gate keeps the mutex alive.
    acceptor_resource(gate_lock const&, acceptor_resource&& other) noexcept
        : inner_(std::move(other.inner_)), gate_(std::move(other.gate_)) {
        point_gate();
    }
    gate_lock lock_gate() const { return gate_ != nullptr ? gate_lock(gate_->mutex) : gate_lock(); }

    // Requires: the gate is locked.
    void point_gate() noexcept {
        if (gate_ != nullptr) {
            gate_->acceptor = &inner_;
        }
    }
    void shut_gate() noexcept {
        if (gate_ != nullptr) {
            std::lock_guard hold(gate_->mutex);
            gate_->acceptor = nullptr;
        }
        gate_.reset();
    }

    Inner inner_;
    std::shared_ptr<gate> gate_;
};

template <class Protocol, class Executor>
struct resource_of<boost::asio::basic_socket_acceptor<Protocol, Executor>> {
    using type = acceptor_resource<boost::asio::basic_socket_acceptor<Protocol, Executor>>;
};

}  // namespace handrail::detail
