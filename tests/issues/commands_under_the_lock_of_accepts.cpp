// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the functions of a command given to an acceptor's io_control ran under the lock that pending
// accepts take. One that waited for something that an accept's thread does waited for ever.
// Correct: they run before the lock is taken.

#include "tests/unit/asio/network.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <optional>

#include <sys/ioctl.h>

using namespace asio_test;

namespace {

struct calling_command {
    std::function<void()> call;
    int mode = 1;

    int name() const noexcept { return FIONBIO; }
    void* data() {
        call();
        return &mode;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(commands_under_the_lock_of_accepts, network)

BOOST_AUTO_TEST_CASE(a_command_may_wait_for_a_pending_accept) {
    std::promise<error_code> accepted;
    acceptor.async_accept([&](error_code ec, tcp_socket) { accepted.set_value(ec); });
    auto result = accepted.get_future();
    std::future<void> thread;
    std::optional<tcp_socket> connecting;
    bool in_time = false;
    calling_command command{[&] {
        connecting = client();
        thread = std::async(std::launch::async, [&] { context.run(); });
        in_time = result.wait_for(std::chrono::seconds(5)) == std::future_status::ready;
    }};
    acceptor.io_control(command);
    BOOST_TEST(in_time);
    BOOST_TEST(result.get() == error_code());
    BOOST_TEST(acceptor.non_blocking());
    thread.get();
}

BOOST_AUTO_TEST_SUITE_END()
