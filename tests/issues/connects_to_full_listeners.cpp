// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: Linux refuses the non-blocking connect of a local socket whose listener's queue is full with
// EAGAIN (connect(2)), which Asio takes for a connect that goes on, and then for a success. So did
// handrail's: the socket had no peer, and a range was not tried further.
// Correct: the error is try_again, and a range's next endpoint is tried.

#include "tests/support/temporary_directory.hpp"

#include <handrail/socket.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace asio = boost::asio;
using boost::system::error_code;
using handrail::local_acceptor;
using handrail::local_socket;
using handrail_test::temporary_directory;

namespace {

// A listener whose queue is full, and one that has room.
struct two_listeners {
    asio::io_context context;
    temporary_directory folder;
    local_acceptor full{context, (folder / "full").string()};
    local_acceptor free{context, (folder / "free").string()};
    local_socket queued{context};

    two_listeners() {
        full.listen(0);
        queued.connect(full.local_endpoint());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_non_blocking_connect_fails, two_listeners) {
    local_socket client(context, asio::local::stream_protocol());
    client.non_blocking(true);
    error_code ec;
    client.connect(full.local_endpoint(), ec);
    BOOST_TEST(ec == asio::error::try_again);
    client.connect(free.local_endpoint(), ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(client.remote_endpoint() == free.local_endpoint());
}

BOOST_FIXTURE_TEST_CASE(an_asynchronous_connect_fails, two_listeners) {
    local_socket client(context);
    error_code ec;
    client.async_connect(full.local_endpoint(), [&](error_code e) { ec = e; });
    context.run();
    BOOST_TEST(ec == asio::error::try_again);
    client.async_connect(free.local_endpoint(), [&](error_code e) { ec = e; });
    context.restart();
    context.run();
    BOOST_TEST(ec == error_code());
}

BOOST_FIXTURE_TEST_CASE(a_socket_of_any_protocol_fails, two_listeners) {
    using any = handrail::stream_socket<asio::generic::stream_protocol>;
    any client(context);
    error_code ec;
    client.async_connect(full.local_endpoint(), [&](error_code e) { ec = e; });
    context.run();
    BOOST_TEST(ec == asio::error::try_again);
}

BOOST_FIXTURE_TEST_CASE(the_next_endpoint_of_a_range_is_tried, two_listeners) {
    local_socket client(context);
    local_acceptor::endpoint_type reached;
    handrail::async_connect(client, std::array{full.local_endpoint(), free.local_endpoint()},
                            [&](error_code, auto const& endpoint) { reached = endpoint; });
    context.run();
    BOOST_TEST(reached == free.local_endpoint());
}

// Associations of the handler reach Asio's operation.
BOOST_FIXTURE_TEST_CASE(a_connect_completes_through_the_executor_of_its_handler, two_listeners) {
    asio::io_context other;
    local_socket client(context);
    bool completed = false;
    client.async_connect(free.local_endpoint(),
                         asio::bind_executor(other, [&](error_code) { completed = true; }));
    context.run();
    BOOST_TEST(!completed);
    other.run();
    BOOST_TEST(completed);
}

// The result of a connect does not depend on the guard, which may have moved or ended.
BOOST_FIXTURE_TEST_CASE(a_socket_may_move_while_it_connects, two_listeners) {
    auto client = std::make_unique<local_socket>(context);
    error_code ec = asio::error::fault;
    client->async_connect(free.local_endpoint(), [&](error_code e) { ec = e; });
    local_socket const moved(std::move(*client));
    client.reset();
    context.run();
    BOOST_TEST(ec == error_code());
    BOOST_TEST(moved.remote_endpoint() == free.local_endpoint());
}

BOOST_FIXTURE_TEST_CASE(a_socket_may_end_while_it_connects, two_listeners) {
    bool completed = false;
    auto client = std::make_unique<local_socket>(context);
    client->async_connect(free.local_endpoint(), [&](error_code) { completed = true; });
    client.reset();
    context.run();
    BOOST_TEST(completed);
}
