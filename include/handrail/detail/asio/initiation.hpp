// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// initiation: the function objects that start asynchronous operations. A completion token calls one
// at once, later (asio::deferred) or several times. So an initiation holds a pointer to the socket,
// as those of Asio do, and uses the socket only when it is called.
//
// Thread safety: starting an operation is a use of its socket.

#pragma once

#include <boost/asio/append.hpp>
#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
#include <boost/asio/associated_immediate_executor.hpp>
#include <boost/asio/dispatch.hpp>
#else
#include <boost/asio/post.hpp>
#endif

#include <utility>

namespace handrail::detail {

// The base of every initiation. Tokens that need an executor for operations of their own, such as
// cancel_after for its timer, get the socket's.
template <class Socket>
struct initiation {
    using executor_type = typename Socket::executor_type;

    Socket* socket;

    executor_type get_executor() const noexcept { return socket->get_executor(); }
};

// Effects: calls the handler with the results as Asio does when an operation has ended as it
//   starts: through the handler's immediate executor where Asio has these, which may call it inside
//   the function that starts the operation; otherwise later, through the I/O executor.
// Requires: handler is what the completion token made. A composed operation in its place would be
//   associated with the I/O executor, and Asio would go on from the immediate one to that.
template <class Executor, class Handler, class... Results>
void complete_at_start(Executor const& io_executor, Handler&& handler, Results... results) {
#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
    auto const executor = boost::asio::get_associated_immediate_executor(handler, io_executor);
    boost::asio::dispatch(
        executor, boost::asio::append(std::forward<Handler>(handler), std::move(results)...));
#else
    boost::asio::post(io_executor,
                      boost::asio::append(std::forward<Handler>(handler), std::move(results)...));
#endif
}

}  // namespace handrail::detail
