// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Guards of Boost.Asio's sockets and acceptors: tcp_socket, tcp_acceptor, local_socket,
// local_acceptor.
//
//     boost::asio::io_context context;
//     handrail::tcp_acceptor acceptor(context, {boost::asio::ip::tcp::v4(), 8080});
//     handrail::tcp_socket client = acceptor.accept();
//     handrail::add_cleanup(client, &forget_session, session_id);
//     boost::asio::write(client, boost::asio::buffer("hello\n", 6));
//
// They have the interface of the Asio classes that they wrap, and work with Asio's free functions,
// with coroutines and under boost::asio::ssl::stream. The differences:
//   - every descriptor is close-on-exec from birth;
//   - a socket is its own lowest layer, so that nobody closes or reopens Asio's object without it;
//   - handrail::connect and async_connect connect to ranges of endpoints;
//   - they are owners: add_cleanup, set_runner and defer_close take them;
//   - assign() refuses a descriptor that is not such a socket;
//   - a call that a signal interrupts is made again, also a connect.
//
// A destructor never waits for unsent data, whatever SO_LINGER says, as Asio's does not: the system
// sends it in the background. Nor does a connect to a range, which replaces the descriptor. close()
// waits, and so does the runner's close of a socket with defer_close.
//
// When a socket with a deferred close ends, its operations are cancelled and its io_context forgets
// it at once, as at any end; the runner then closes the bare descriptor. So the io_context
// and the pool that closes may be destroyed in either order, also if the io_context destroys the
// operation that owned the session (<handrail/asio/runner.hpp>).
//
// Around fork() call notify_fork() on the io_context, with fork_prepare, fork_parent and
// fork_child, while no other thread uses it or its sockets, as Asio requires: until then the child
// shares the reactor with its parent.
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
//   of local sockets take the path itself.
// Errors: system_error: filename_too_long and error::nul_in_path, as basic_socket::bind; what()
//   names the path, which that of Asio's constructor does not.
// Thread safety: any thread.
[[nodiscard]] inline boost::asio::local::stream_protocol::endpoint local_endpoint(
    std::string_view path) {
    return detail::endpoint_at<boost::asio::local::stream_protocol::endpoint>(path, "endpoint");
}

}  // namespace handrail
