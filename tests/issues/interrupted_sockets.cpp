// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A signal whose handler was installed without SA_RESTART makes system calls return EINTR. No
// operation of a socket may show it: each goes on waiting, as files do.

#include "tests/support/temporary_directory.hpp"

#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
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

// Sends signals to the thread that made it, each when that thread sleeps in a system call, until
// three were handled or the operation under test has ended. Then let_go lets that one end.
class interruptions {
public:
    template <class LetGo>
    explicit interruptions(LetGo let_go) {
        struct sigaction action{};
        action.sa_handler = [](int) { ++handled; };  // without SA_RESTART
        ::sigaction(SIGUSR1, &action, &before_);
        handled = 0;
        sender_ = std::thread([this, let_go, target = ::pthread_self(), id = ::gettid()] {
            for (int sent = 0; sent != 3 && until([&] { return sleeps(id); }); ++sent) {
                ::pthread_kill(target, SIGUSR1);
                until([&] { return handled > sent; });
            }
            let_go();
        });
    }
    interruptions(interruptions const&) = delete;
    interruptions& operator=(interruptions const&) = delete;
    ~interruptions() {
        finish();
        ::sigaction(SIGUSR1, &before_, nullptr);
    }
    // Effects: the operation has ended. Returns: how many signals it lived through.
    int finish() {
        ended_ = true;
        if (sender_.joinable()) {
            sender_.join();
        }
        return handled;
    }

private:
    // Returns: false when the operation ended instead, or the time is up.
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
    static bool sleeps(pid_t thread) {
        std::ifstream in("/proc/self/task/" + std::to_string(thread) + "/stat");
        std::string const text((std::istreambuf_iterator<char>(in)), {});
        auto const name_ends = text.rfind(')');
        return name_ends != std::string::npos && text.compare(name_ends, 3, ") S") == 0;
    }

    std::atomic<bool> ended_{false};
    struct sigaction before_{};
    std::thread sender_;
};

struct network {
    asio::io_context context;
    local_socket near{context}, far{context};
    std::array<char, 4> bytes{};

    int peer = -1;  // far's

    network() {
        handrail::connect_pair(near, far);
        peer = far.native_handle();
    }

    // On another thread, where nothing is tested: what does not arrive is missed here.
    void send_to_near() const { static_cast<void>(::send(peer, "abcd", 4, MSG_NOSIGNAL)); }

    // As asynchronous operations leave a socket: Asio waits with poll() then.
    static void go_through_poll(auto& socket) { socket.native_non_blocking(true); }
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
    void take_one() const { ::close(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(interrupted_sockets, network)

BOOST_AUTO_TEST_CASE(a_read_that_signals_interrupt_goes_on) {
    for (bool const through_poll : {false, true}) {
        if (through_poll) {
            go_through_poll(near);
        }
        interruptions signals([this] { send_to_near(); });
        error_code ec;
        BOOST_TEST(near.read_some(asio::buffer(bytes), ec) == 4U);
        BOOST_TEST(ec == error_code());
        BOOST_TEST(signals.finish() == 3);
    }
}

BOOST_AUTO_TEST_CASE(a_write_that_signals_interrupt_goes_on) {
    std::vector<char> const block(1 << 16);
    for (bool const through_poll : {false, true}) {
        error_code ec;
        near.non_blocking(true);
        while (near.write_some(asio::buffer(block), ec) != 0) {
        }
        near.non_blocking(false);
        if (through_poll) {
            go_through_poll(near);
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

BOOST_AUTO_TEST_CASE(a_wait_that_signals_interrupt_goes_on) {
    interruptions signals([this] { send_to_near(); });
    error_code ec;
    near.wait(asio::socket_base::wait_read, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(signals.finish() == 3);
}

BOOST_AUTO_TEST_CASE(an_accept_that_signals_interrupt_goes_on) {
    tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    for (bool const through_poll : {false, true}) {
        if (through_poll) {
            go_through_poll(acceptor);
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

BOOST_AUTO_TEST_CASE(a_wait_of_an_acceptor_that_signals_interrupt_goes_on) {
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

// Linux drops the attempt of a local socket that a signal interrupts.
BOOST_AUTO_TEST_CASE(a_connect_to_a_local_socket_that_signals_interrupt_connects) {
    full_listener full;
    local_socket client(context);
    interruptions signals([&full] { full.take_one(); });
    error_code ec;
    client.connect(full.endpoint, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(signals.finish() == 3);
    BOOST_TEST(client.remote_endpoint().path() == full.endpoint.path());
}

BOOST_AUTO_TEST_CASE(a_connect_to_a_range_that_signals_interrupt_connects) {
    full_listener full;
    local_socket client(context);
    interruptions signals([&full] { full.take_one(); });
    error_code ec;
    handrail::connect(client, std::array{full.endpoint}, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(signals.finish() == 3);
    BOOST_TEST(client.remote_endpoint().path() == full.endpoint.path());
}

// The system goes on with this one: it is waited for. It takes a second, until the SYN is sent
// again.
BOOST_AUTO_TEST_CASE(a_connect_over_tcp_that_signals_interrupt_is_waited_for) {
    for (bool const through_poll : {false, true}) {
        tcp_acceptor acceptor(context, tcp::v4());
        acceptor.bind({asio::ip::address_v4::loopback(), 0});
        acceptor.listen(0);
        tcp_socket queued(context);
        queued.connect(acceptor.local_endpoint());
        tcp_socket client(context, tcp::v4());
        if (through_poll) {
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

BOOST_AUTO_TEST_CASE(a_refused_connect_is_refused_also_when_interrupted) {
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
