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
//   - the end of a socket with SO_LINGER waits as close() does: use defer_close where that matters.
//
// The end of a socket with a deferred close cancels its operations at once, as any end does; the
// descriptor is closed by the runner. Both must have happened before its io_context is destroyed:
// drain() first, when the runner is not that io_context itself.
//
// In a forked child call notify_fork(fork_child) on the io_context before sockets end, as Asio
// asks: the reactor is shared with the parent until then.
//
// Thread safety: as Asio's sockets: distinct objects by distinct threads, one by one thread (or
//   strand) at a time.

#pragma once

#include <handrail/asio/acceptor.hpp>
#include <handrail/asio/connect.hpp>
#include <handrail/asio/stream_socket.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace handrail {

using tcp_socket = stream_socket<boost::asio::ip::tcp>;
using tcp_acceptor = acceptor<boost::asio::ip::tcp>;
using local_socket = stream_socket<boost::asio::local::stream_protocol>;
using local_acceptor = acceptor<boost::asio::local::stream_protocol>;

}  // namespace handrail
