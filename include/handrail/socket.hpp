// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Guarded sockets on Boost.Asio.
//
//     boost::asio::io_context context;
//     handrail::tcp_acceptor acceptor(context, {boost::asio::ip::tcp::v4(), 8080});
//     handrail::tcp_socket client = acceptor.accept();
//     handrail::add_cleanup(client, &forget_session, session_id);
//     boost::asio::write(client, boost::asio::buffer("hello\n", 6));
//
// They have the interface of the Asio classes that they wrap and work with its free functions,
// coroutines and boost::asio::ssl::stream. What differs:
//   - every descriptor is close-on-exec from birth;
//   - they are their own lowest layer, so that nobody closes or reopens behind the guard;
//   - ranges of endpoints are connected with handrail::connect and async_connect;
//   - they are owners: add_cleanup, set_runner and defer_close take them;
//   - what is taken over with assign() is looked at: something that is no such socket is refused;
//   - a call that a signal interrupts goes on, also a connect.
//
// The end of a socket never waits for unsent data, whatever SO_LINGER says, as with Asio: the
// system sends it in the background. close() waits; so does the runner's close of a socket with
// defer_close.
//
// The end of a socket with a deferred close cancels its operations and takes it out of its
// io_context at once, as any end does; the runner then closes the bare descriptor. So a session
// that only its pending operation owns may leave its close to a pool, whichever of the io_context
// and the pool is destroyed first (<handrail/asio/runner.hpp>).
//
// In a forked child call notify_fork(fork_child) on the io_context before sockets end, as Asio
// asks: the reactor is shared with the parent until then.
//
// Thread safety: as Asio's sockets: distinct objects by distinct threads, one by one thread (or
//   strand) at a time.

#pragma once

#include <handrail/asio/acceptor.hpp>
#include <handrail/asio/basic_socket.hpp>
#include <handrail/asio/connect.hpp>
#include <handrail/asio/connect_pair.hpp>
#include <handrail/asio/stream_socket.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <string_view>

namespace handrail {

// Sockets and acceptors for TCP and for local (Unix) stream sockets, on any executor of Asio's.
using tcp_socket = stream_socket<boost::asio::ip::tcp>;
using tcp_acceptor = acceptor<boost::asio::ip::tcp>;
using local_socket = stream_socket<boost::asio::local::stream_protocol>;
using local_acceptor = acceptor<boost::asio::local::stream_protocol>;

// Returns: the endpoint of a path, for async_connect and the like; bind, connect and constructors
//   of local sockets take the path itself. Asio's constructor throws without the path.
// Errors: filename_too_long above 107 bytes; what() names the path.
inline boost::asio::local::stream_protocol::endpoint local_endpoint(std::string_view path) {
    return detail::endpoint_at<boost::asio::local::stream_protocol::endpoint>(path, "endpoint");
}

}  // namespace handrail
