// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: socket operations failed with EINTR when a signal arrived whose handler was installed
// without SA_RESTART.
// Correct: every operation of a socket continues after a signal, as those of files do.

#include "tests/support/sleeping_thread.hpp"
#include "tests/support/temporary_directory.hpp"

#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using handrail::local_acceptor;
using handrail::local_socket;
using handrail::tcp_acceptor;
using handrail::tcp_socket;
using local_endpoint = asio::local::stream_protocol::endpoint;

namespace {

std::atomic<int> handled{0};

// Interrupts the operation that the constructing thread is about to start: sends three signals,
// each when that thread sleeps in a system call, and then calls a function that lets the operation
// end.
class interruptions {
public:
    template <class Release>
    explicit interruptions(Release release) {
        struct sigaction action{};
        action.sa_handler = [](int) { ++handled; };  // without SA_RESTART
        ::sigaction(SIGUSR1, &action, &before_);
        handled = 0;
        sender_ = std::thread([this, release, target = ::pthread_self(), id = ::gettid()] {
            auto const asleep = [id] { return handrail_test::is_sleeping(id); };
            for (int sent = 0; sent != 3 && until(asleep); ++sent) {
                ::pthread_kill(target, SIGUSR1);
                until([&] { return handled > sent; });
            }
            release();
        });
    }
    interruptions(interruptions const&) = delete;
    interruptions& operator=(interruptions const&) = delete;
    ~interruptions() {
        finish();
        ::sigaction(SIGUSR1, &before_, nullptr);
    }
    // Requires: the operation has ended. Returns: the number of signals that were handled.
    int finish() {
        ended_ = true;
        if (sender_.joinable()) {
            sender_.join();
        }
        return handled;
    }

private:
    // Returns: false when the operation ended before the condition was true, or after 20 seconds.
    template <class Condition>
    bool until(Condition condition) const {
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!ended_ && std::chrono::steady_clock::now() < deadline) {
            if (condition()) {
                return true;
            }
            std::this_thread::yield();
        }
        return false;
    }

    std::atomic<bool> ended_{false};
    struct sigaction before_{};
    std::thread sender_;
};

struct network {
    asio::io_context context;
    local_socket near{context}, far{context};
    std::array<char, 4> bytes{};

    int peer = -1;  // far's descriptor

    network() {
        handrail::connect_pair(near, far);
        peer = far.native_handle();
    }

    // Is called on the thread that interrupts, where nothing is checked. If it fails, the test's
    // read does not end.
    void send_to_near() const { static_cast<void>(::send(peer, "abcd", 4, MSG_NOSIGNAL)); }

    // Asynchronous operations leave a socket in this mode, in which Asio's synchronous ones wait
    // with poll().
    static void wait_with_poll(auto& socket) { socket.native_non_blocking(true); }
};

// A listener whose queue is full.
struct full_listener {
    handrail_test::temporary_directory folder;
    asio::io_context context;
    local_endpoint endpoint{(folder / "s").string()};
    local_acceptor acceptor{context};
    std::vector<local_socket> queued;
    int listener = -1;

    full_listener() {
        acceptor.open();
        acceptor.bind(endpoint);
        acceptor.listen(0);
        listener = acceptor.native_handle();
        for (;;) {
            int const next = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            queued.emplace_back(context, asio::local::stream_protocol(), next);
            if (::connect(next, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
                queued.pop_back();
                break;
            }
        }
    }
    void accept_one() const { ::close(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(interrupted_sockets, network)

BOOST_AUTO_TEST_CASE(a_read_continues_after_signals) {
    for (bool const with_poll : {false, true}) {
        if (with_poll) {
            wait_with_poll(near);
        }
        interruptions signals([this] { send_to_near(); });
        error_code ec;
        BOOST_TEST(near.read_some(asio::buffer(bytes), ec) == 4U);
        BOOST_TEST(ec == error_code());
        BOOST_TEST(signals.finish() == 3);
    }
}

BOOST_AUTO_TEST_CASE(a_write_continues_after_signals) {
    std::vector<char> const block(1 << 16);
    for (bool const with_poll : {false, true}) {
        error_code ec;
        near.non_blocking(true);
        while (near.write_some(asio::buffer(block), ec) != 0) {
        }
        near.non_blocking(false);
        if (with_poll) {
            wait_with_poll(near);
        }
        interruptions signals([this] {
            std::vector<char> taken(1 << 22);
            ::recv(peer, taken.data(), taken.size(), 0);
        });
        BOOST_TEST(near.write_some(asio::buffer(block), ec) > 0U);
        BOOST_TEST(ec == error_code());
        BOOST_TEST(signals.finish() == 3);
    }
}

BOOST_AUTO_TEST_CASE(a_wait_continues_after_signals) {
    interruptions signals([this] { send_to_near(); });
    error_code ec;
    near.wait(asio::socket_base::wait_read, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(signals.finish() == 3);
}

BOOST_AUTO_TEST_CASE(an_accept_continues_after_signals) {
    tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    for (bool const with_poll : {false, true}) {
        if (with_poll) {
            wait_with_poll(acceptor);
        }
        tcp_socket client(context);
        client.open(tcp::v4());
        auto const endpoint = acceptor.local_endpoint();
        interruptions signals([&, fd = client.native_handle()] {
            ::connect(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size()));
        });
        error_code ec;
        BOOST_TEST(acceptor.accept(ec).is_open());
        BOOST_TEST(ec == error_code());
        BOOST_TEST(signals.finish() == 3);
    }
}

BOOST_AUTO_TEST_CASE(a_wait_of_an_acceptor_continues_after_signals) {
    tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    tcp_socket client(context, tcp::v4());
    interruptions signals([fd = client.native_handle(), endpoint = acceptor.local_endpoint()] {
        ::connect(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size()));
    });
    error_code ec;
    acceptor.wait(asio::socket_base::wait_read, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(signals.finish() == 3);
}

// When a signal interrupts connect() on a local socket, Linux abandons the attempt, which has to be
// repeated.
BOOST_AUTO_TEST_CASE(a_connect_to_a_local_socket_succeeds_after_signals) {
    full_listener full;
    local_socket client(context);
    interruptions signals([&full] { full.accept_one(); });
    error_code ec;
    client.connect(full.endpoint, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(signals.finish() == 3);
    BOOST_TEST(client.remote_endpoint().path() == full.endpoint.path());
}

BOOST_AUTO_TEST_CASE(a_connect_to_a_range_succeeds_after_signals) {
    full_listener full;
    local_socket client(context);
    interruptions signals([&full] { full.accept_one(); });
    error_code ec;
    handrail::connect(client, std::array{full.endpoint}, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(signals.finish() == 3);
    BOOST_TEST(client.remote_endpoint().path() == full.endpoint.path());
}

// When a signal interrupts connect() on a TCP socket, the system continues the attempt, which has
// to be waited for: connect(2), EINTR. The test takes a second, until the SYN is sent again.
BOOST_AUTO_TEST_CASE(a_connect_over_tcp_succeeds_after_signals) {
    for (bool const with_poll : {false, true}) {
        tcp_acceptor acceptor(context, tcp::v4());
        acceptor.bind({asio::ip::address_v4::loopback(), 0});
        acceptor.listen(0);
        tcp_socket queued(context);
        queued.connect(acceptor.local_endpoint());
        tcp_socket client(context, tcp::v4());
        if (with_poll) {
            client.non_blocking(true);
        }
        interruptions signals([listener = acceptor.native_handle()] {
            ::close(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
        });
        error_code ec;
        client.connect(acceptor.local_endpoint(), ec);
        BOOST_TEST(ec == error_code());
        BOOST_TEST(signals.finish() == 3);
        BOOST_TEST(client.remote_endpoint() == acceptor.local_endpoint());
    }
}

BOOST_AUTO_TEST_CASE(a_refused_connect_reports_the_refusal_after_signals) {
    tcp_socket client(context, tcp::v4());
    error_code ec;
    std::optional<tcp_acceptor> acceptor(std::in_place, context, tcp::v4());
    acceptor->bind({asio::ip::address_v4::loopback(), 0});
    acceptor->listen(0);
    auto const endpoint = acceptor->local_endpoint();
    tcp_socket queued(context);
    queued.connect(endpoint);
    int const listener = acceptor->release();
    interruptions signals([listener] { ::close(listener); });
    client.connect(endpoint, ec);
    BOOST_TEST(ec == asio::error::connection_refused);
    BOOST_TEST(signals.finish() == 3);
}

BOOST_AUTO_TEST_SUITE_END()
