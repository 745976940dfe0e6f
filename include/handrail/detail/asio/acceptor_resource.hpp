// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// acceptor_resource: an Asio acceptor as the resource of a guard. acceptor_link: how asynchronous
// accepts reach that Asio acceptor.
//
// async_accept of the user's acceptor starts a wait of Asio's; when a connection is there, the
// operation accepts it by a system call of ours (accept_operation.hpp). At that moment the user may
// have closed, moved or destroyed the acceptor, perhaps on another thread. So an operation does not
// hold the acceptor. It shares a link with it:
//
//     user's acceptor > acceptor_resource > Asio's acceptor <---+
//                              |                                |
//                              +------> acceptor_link ----------+
//                                          ^
//     pending accept_operations -----------+
//
//  1. From the first asynchronous accept on, the link points to the Asio acceptor. Closing,
//     releasing and cancelling the acceptor cut the link: they clear the pointer, and the acceptor
//     makes a new link for its next operation. Operations with the cut one complete with
//     operation_aborted, also those whose wait has ended already.
//  2. The link's mutex is held while the pointer is used or changed, while the Asio acceptor moves,
//     and while its options and modes change, which a further wait reads. It is not held when an
//     operation starts, because that is a use of the acceptor by its user. The accept does not
//     block under it: the descriptor is non-blocking since the first asynchronous accept, as long
//     as nobody switches that off, which acceptor.hpp forbids while an accept is pending.
//  3. What runs under it of the user's: functions of the option that is set, of the executor of a
//     handler (Asio copies it when a wait starts), of the acceptor's own executor (which moves with
//     the Asio acceptor), and operator new.

#pragma once

#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_resource.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace handrail::detail {

// Returns: the next connection in the queue of Asio's acceptor.
// Errors: as accept_socket; its option enable_connection_aborted says what is reported.
template <class Inner>
connection<typename Inner::endpoint_type> accept_from(Inner& acceptor,
                                                      boost::system::error_code& ec) {
    // Asio keeps this option itself: no system call, and no error but that of a closed acceptor,
    // which accept_socket reports, too.
    boost::asio::socket_base::enable_connection_aborted reported;
    acceptor.get_option(reported, ec);
    connection<typename Inner::endpoint_type> taken;
    std::size_t size = taken.remote_endpoint.capacity();
    taken.socket = accept_socket(
        acceptor.native_handle(), taken.remote_endpoint.data(), size,
        reported.value() ? aborted_connections::reported : aborted_connections::skipped, ec);
    if (!ec.failed()) {
        taken.remote_endpoint.resize(size);
    }
    return taken;
}

template <class Inner>
struct acceptor_link {
    std::mutex mutex;
    Inner* acceptor = nullptr;

    using connection_type = connection<typename Inner::endpoint_type>;

    // Returns: the next connection in the acceptor's queue.
    // Errors: would_block if there is none: another accept has taken it; operation_aborted if the
    //   link was cut.
    connection_type accept(boost::system::error_code& ec) {
        std::lock_guard hold(mutex);
        if (acceptor == nullptr) {
            ec = boost::asio::error::operation_aborted;
            return {};
        }
        return accept_from(*acceptor, ec);
    }
    // Effects: handler is called when a connection is there. For an operation that starts.
    template <class Handler>
    void start_wait(Handler&& handler) {
        acceptor->async_wait(boost::asio::socket_base::wait_read, std::move(handler));
    }
    // Effects: the same for a later wait.
    // Requires: moving and destroying the handler calls no code of the user.
    // Returns: false if the link was cut; handler is not moved from then.
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
    using link_type = acceptor_link<Inner>;
    static constexpr char const* kind = socket_kind<typename Inner::protocol_type>::listener;
    static constexpr char const* domain = "fd";
    static constexpr bool may_listen = true;

    explicit acceptor_resource(Inner&& inner) noexcept : inner_(std::move(inner)) {}
    acceptor_resource(acceptor_resource&& other) noexcept
        : acceptor_resource(other.lock_link(), std::move(other)) {}
    // Pending operations are cancelled: their link can point to the other type of acceptor only.
    template <class Other>
    explicit acceptor_resource(acceptor_resource<Other>&& other) : inner_(other.take_inner()) {}
    acceptor_resource& operator=(acceptor_resource&& other) noexcept {
        if (this != &other) {
            cut_link();
            auto const moving = other.lock_link();
            inner_ = std::move(other.inner_);
            link_ = std::move(other.link_);
            update_link();
        }
        return *this;
    }
    ~acceptor_resource() { cut_link(); }

    bool is_open() const noexcept { return inner_.is_open(); }
    native_handle native() const noexcept { return const_cast<Inner&>(inner_).native_handle(); }
    std::uint64_t number() const noexcept { return static_cast<std::uint64_t>(native()); }
    boost::system::error_code close() noexcept { return detach().close(); }
    boost::system::error_code close_without_waiting() noexcept {
        return detach().close_without_waiting();
    }
    detached_socket detach() noexcept {
        boost::system::error_code ec;
        native_handle const h = release(ec);
        return detached_socket(h, ec);
    }

    native_handle release(boost::system::error_code& ec) {
        cut_link();
        return inner_.release(ec);
    }
    void cancel(boost::system::error_code& ec) {
        cut_link();
        inner_.cancel(ec);
    }

    // Effects: sets the mode of accept. The descriptor of pending operations stays non-blocking,
    //   which Asio would change, too.
    // Requires: the lock of pause_accepts() is held.
    void set_non_blocking(bool mode, boost::system::error_code& ec) {
        inner_.non_blocking(mode, ec);
        if (!mode && !ec.failed() && link_ != nullptr) {
            inner_.native_non_blocking(true, ec);
        }
    }
    // Effects: while the result lives, no further wait of a pending accept starts.
    [[nodiscard]] auto pause_accepts() const { return lock_link(); }

    Inner& inner() noexcept { return inner_; }
    Inner const& inner() const noexcept { return inner_; }
    // Effects: cancels pending operations. Returns: the acceptor, to be moved from.
    Inner&& take_inner() noexcept {
        // The close will report what is wrong with the descriptor.
        boost::system::error_code ignored;
        cancel(ignored);
        return std::move(inner_);
    }

    // Effects: makes the descriptor non-blocking.
    // Returns: the link, for an operation that starts.
    // Errors: ec: bad_descriptor for a closed acceptor; what the change to non-blocking reports.
    //   Throws std::bad_alloc.
    std::shared_ptr<link_type> link_for_operation(boost::system::error_code& ec) {
        if (!is_open()) {
            ec = boost::asio::error::bad_descriptor;
            return nullptr;
        }
        // Set only once, because operations that already wait read the flag on other threads.
        if (!inner_.native_non_blocking()) {
            if (inner_.native_non_blocking(true, ec); ec.failed()) {
                return nullptr;
            }
        }
        if (link_ == nullptr) {
            link_ = std::make_shared<link_type>();
            link_->acceptor = &inner_;
        }
        return link_;
    }

private:
    using link_lock = std::unique_lock<std::mutex>;

    // The link is locked while its acceptor moves; the new owner of the link keeps the mutex alive.
    acceptor_resource(link_lock const&, acceptor_resource&& other) noexcept
        : inner_(std::move(other.inner_)), link_(std::move(other.link_)) {
        update_link();
    }
    link_lock lock_link() const { return link_ != nullptr ? link_lock(link_->mutex) : link_lock(); }

    // Effects: the link points to the acceptor in *this. Requires: the link is locked.
    void update_link() noexcept {
        if (link_ != nullptr) {
            link_->acceptor = &inner_;
        }
    }
    void cut_link() noexcept {
        if (link_ != nullptr) {
            std::lock_guard hold(link_->mutex);
            link_->acceptor = nullptr;
        }
        link_.reset();
    }

    Inner inner_;
    std::shared_ptr<link_type> link_;
};

template <class Protocol, class Executor>
struct resource_of<boost::asio::basic_socket_acceptor<Protocol, Executor>> {
    using type = acceptor_resource<boost::asio::basic_socket_acceptor<Protocol, Executor>>;
};

}  // namespace handrail::detail
