// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Accepting, also when the acceptor is closed, moved or destroyed before a connection arrives.

#include "tests/unit/asio/network.hpp"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include <sys/resource.h>

using namespace asio_test;

namespace {

// An asynchronous accept and its result.
struct accepting {
    std::optional<error_code> result;
    std::optional<tcp_socket> peer;

    auto handler() {
        return [this](error_code ec, tcp_socket got) {
            result = ec;
            peer.emplace(std::move(got));
        };
    }
    bool succeeded() const { return result == error_code() && peer->is_open(); }
};

// Four pending accepts, whose handlers other threads run. For the thread sanitizer, too.
struct accepts_on_threads {
    asio::thread_pool pool{2};
    tcp_acceptor subject{pool.get_executor(), loopback()};
    std::atomic<int> completed = 0;

    accepts_on_threads() {
        for (int i = 0; i != 4; ++i) {
            subject.async_accept([this](error_code, tcp_socket) { ++completed; });
        }
    }
};

// While it exists, the process cannot open a descriptor.
class no_descriptors {
public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit const none{3, before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    no_descriptors(no_descriptors const&) = delete;
    no_descriptors& operator=(no_descriptors const&) = delete;
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

template <class T>
struct counting_allocator {
    using value_type = T;
    int* count;

    explicit counting_allocator(int* c) : count(c) {}
    template <class U>
    counting_allocator(counting_allocator<U> const& other) : count(other.count) {}
    T* allocate(std::size_t n) {
        ++*count;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* p, std::size_t n) { std::allocator<T>().deallocate(p, n); }
    bool operator==(counting_allocator const&) const = default;
};

// An accept waits for a connection. act runs between the end of that wait and the accept: another
// wait, which was started first and ends by the same event, calls it.
struct after_the_wait : network {
    std::optional<tcp_acceptor> subject{std::in_place, context, loopback()};
    accepting pending;

    tcp_socket waiting_client() {
        tcp_socket connecting(context);
        connecting.connect(subject->local_endpoint());
        return connecting;
    }
    template <class Act>
    void run_with(Act act) {
        subject->async_wait(tcp_acceptor::wait_read, [act](error_code) { act(); });
        subject->async_accept(pending.handler());
        tcp_socket const near = waiting_client();
        run();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(accepting_connections, network)

BOOST_AUTO_TEST_CASE(every_form_of_accept_gives_a_connection) {
    tcp_socket const near[] = {client(), client(), client(), client(), client(), client()};
    error_code ec;
    tcp::endpoint from;
    tcp_socket a(context), b(context);
    acceptor.accept(a);
    acceptor.accept(b, from);
    BOOST_TEST(from == near[1].local_endpoint());
    tcp_socket const c = acceptor.accept(ec);
    tcp_socket const d = acceptor.accept(from, ec);
    BOOST_TEST(from == near[3].local_endpoint());
    auto const e = acceptor.accept(context);
    auto const f = acceptor.accept(context.get_executor(), from);
    BOOST_TEST(from == near[5].local_endpoint());
    BOOST_TEST(a.remote_endpoint() == near[0].local_endpoint());
    BOOST_TEST(e.remote_endpoint() == near[4].local_endpoint());
}

BOOST_AUTO_TEST_CASE(async_accept_gives_a_connected_socket) {
    tcp_socket near(context);
    near.async_connect(acceptor.local_endpoint(), [](error_code) {});
    accepting a;
    acceptor.async_accept(a.handler());
    run();
    BOOST_TEST_REQUIRE(a.succeeded());
    BOOST_TEST(a.peer->remote_endpoint() == near.local_endpoint());
}

BOOST_AUTO_TEST_CASE(async_accept_fills_a_given_socket_and_reports_the_peer_s_address) {
    tcp_socket server(context);
    tcp::endpoint from;
    std::optional<error_code> result;
    acceptor.async_accept(server, from, [&](error_code ec) { result = ec; });
    tcp_socket const near = client();
    run();
    BOOST_TEST((result == error_code()));
    BOOST_TEST(from == near.local_endpoint());
}

BOOST_AUTO_TEST_CASE(async_accept_never_completes_inside_the_call_that_starts_it) {
    tcp_socket const near = client();
    accepting a;
    acceptor.async_accept(a.handler());
    BOOST_TEST(!a.result.has_value());
    run();
    BOOST_TEST(a.succeeded());
}

BOOST_AUTO_TEST_CASE(several_accepts_share_the_connections) {
    accepting all[3];
    for (accepting& a : all) {
        acceptor.async_accept(a.handler());
    }
    poll();
    tcp_socket const near[] = {client(), client(), client()};
    run();
    for (accepting const& a : all) {
        BOOST_TEST(a.succeeded());
    }
}

BOOST_AUTO_TEST_CASE(a_synchronous_accept_blocks_also_after_an_asynchronous_one) {
    accepting a;
    acceptor.async_accept(a.handler());
    tcp_socket const first = client();
    run();
    tcp_socket second(context);
    std::thread later([&] { second.connect(acceptor.local_endpoint()); });
    BOOST_TEST(acceptor.accept().is_open());
    later.join();
}

BOOST_AUTO_TEST_CASE(a_non_blocking_accept_without_a_client_would_block) {
    acceptor.non_blocking(true);
    error_code ec;
    auto const none = acceptor.accept(ec);
    BOOST_TEST(ec == asio::error::would_block);
}

BOOST_AUTO_TEST_CASE(accepting_into_an_open_socket_is_refused_and_takes_no_connection) {
    auto [near, server] = connected();
    tcp_socket const waiting = client();
    error_code ec;
    acceptor.accept(server, ec);
    BOOST_TEST(ec == asio::error::already_open);
    ec.clear();
    acceptor.async_accept(server, [&](error_code e) { ec = e; });
    run();
    BOOST_TEST(ec == asio::error::already_open);
    BOOST_TEST(acceptor.accept().remote_endpoint() == waiting.local_endpoint());
}

BOOST_AUTO_TEST_CASE(a_closed_acceptor_cannot_accept) {
    acceptor.close();
    accepting a;
    acceptor.async_accept(a.handler());
    run();
    BOOST_TEST((a.result == asio::error::bad_descriptor));
}

BOOST_AUTO_TEST_CASE(without_free_descriptors_the_connection_stays_in_the_queue) {
    tcp_socket const near = client();
    error_code ec;
    accepting a;
    acceptor.async_accept(a.handler());
    {
        no_descriptors const now;
        auto const none = acceptor.accept(ec);
        run();
    }
    BOOST_TEST((ec == boost::system::errc::too_many_files_open));
    BOOST_TEST((a.result == boost::system::errc::too_many_files_open));
    BOOST_TEST(acceptor.accept().remote_endpoint() == near.local_endpoint());
}

BOOST_AUTO_TEST_CASE(the_executor_and_allocator_of_the_handler_are_used) {
    asio::io_context other;
    int allocations = 0;
    accepting a;
    acceptor.async_accept(asio::bind_allocator(counting_allocator<void>(&allocations),
                                               asio::bind_executor(other, a.handler())));
    tcp_socket const near = client();
    poll();
    BOOST_TEST(!a.result.has_value());
    while (!a.result) {
        other.restart();
        other.poll();
        poll();
    }
    BOOST_TEST(a.succeeded());
    BOOST_TEST(allocations > 0);
}

BOOST_AUTO_TEST_CASE(every_kind_of_cancellation_ends_an_accept) {
    for (auto const kind : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
        asio::cancellation_signal cancel;
        accepting a;
        acceptor.async_accept(asio::bind_cancellation_slot(cancel.slot(), a.handler()));
        poll();
        cancel.emit(kind);
        run();
        BOOST_TEST((a.result == asio::error::operation_aborted));
    }
}

BOOST_AUTO_TEST_CASE(destroying_an_acceptor_that_waits_aborts_the_operation) {
    accepting a;
    {
        tcp_acceptor short_lived(context, loopback());
        short_lived.async_accept(a.handler());
        poll();  // the wait was started
    }
    run();
    BOOST_TEST((a.result == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(an_acceptor_may_be_moved_while_it_waits) {
    accepting a;
    acceptor.async_accept(a.handler());
    poll();
    tcp_acceptor moved(context);
    moved = tcp_acceptor(std::move(acceptor));
    tcp_socket near(context);
    near.connect(moved.local_endpoint());
    run();
    BOOST_TEST(a.succeeded());
}

BOOST_AUTO_TEST_CASE(an_acceptor_may_be_closed_on_a_thread_that_runs_no_handlers) {
    for (int round = 0; round != 50; ++round) {
        accepts_on_threads running;
        tcp_socket near(context);
        near.connect(running.subject.local_endpoint());
        tcp_acceptor moved = std::move(running.subject);
        moved.close();
        running.pool.join();
        BOOST_TEST(running.completed == 4);
    }
}

// Several accepts wake for one connection, and all but one wait again.
BOOST_AUTO_TEST_CASE(modes_and_options_may_change_while_an_accept_waits_again_on_another_thread) {
    for (int round = 0; round != 50; ++round) {
        accepts_on_threads running;
        tcp_socket near(context);
        near.connect(running.subject.local_endpoint());
        while (running.completed == 0) {
            running.subject.non_blocking(true);
            running.subject.set_option(asio::socket_base::linger(false, 0));
            running.subject.non_blocking(false);
        }
        running.subject.close();
        running.pool.join();
        BOOST_TEST(running.completed == 4);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(between_wait_and_accept, after_the_wait)

BOOST_AUTO_TEST_CASE(destroying_the_acceptor_aborts_the_operation) {
    run_with([this] { subject.reset(); });
    BOOST_TEST((pending.result == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(releasing_the_acceptor_aborts_the_operation) {
    int fd = -1;
    run_with([this, &fd] { fd = subject->release(); });
    BOOST_TEST((pending.result == asio::error::operation_aborted));
    subject.emplace(context, tcp::v4(), fd);
    BOOST_TEST(subject->accept().is_open());
}

BOOST_AUTO_TEST_CASE(a_moved_acceptor_still_accepts) {
    std::optional<tcp_acceptor> moved;
    run_with([this, &moved] {
        moved.emplace(std::move(*subject));
        subject.reset();
    });
    BOOST_TEST(pending.succeeded());
}

BOOST_AUTO_TEST_CASE(cancel_aborts_the_operation_and_loses_no_connection) {
    run_with([this] { subject->cancel(); });
    BOOST_TEST((pending.result == asio::error::operation_aborted));
    BOOST_TEST(subject->accept().is_open());
    accepting next;
    subject->async_accept(next.handler());
    tcp_socket const near = waiting_client();
    run();
    BOOST_TEST(next.succeeded());
}

BOOST_AUTO_TEST_CASE(when_another_accept_takes_the_connection_the_operation_waits_for_the_next) {
    tcp_socket second(context);
    run_with([this, &second] {
        static_cast<void>(subject->accept());
        second.async_connect(subject->local_endpoint(), [](error_code) {});
    });
    BOOST_TEST_REQUIRE(pending.succeeded());
    BOOST_TEST(pending.peer->remote_endpoint() == second.local_endpoint());
}

BOOST_AUTO_TEST_SUITE_END()
