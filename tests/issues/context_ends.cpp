// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Contexts that end before what refers to them. The usual session is owned by its pending operation
// alone: destroying the io_context ends it, and its deferred close goes to a pool that outlives the
// context, or has gone already. The address sanitizer watches.

#include "tests/support/descriptors.hpp"
#include "tests/support/owners.hpp"

#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <new>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using boost::system::error_code;
using handrail::local_socket;
using handrail_test::event;
using local = asio::local::stream_protocol;

namespace {

std::atomic<int> cleaned = 0;
void clean(int) { ++cleaned; }

// Gives an owner a runner, a deferred close, and a cleanup.
template <class Owner>
void leave_to(Owner& owner, handrail::runner const& where) {
    handrail::set_runner(owner, where);
    handrail::defer_close(owner);
    handrail::add_cleanup(owner, &clean, 1);
}

struct session : std::enable_shared_from_this<session> {
    local_socket socket;
    std::array<char, 64> bytes{};

    explicit session(local_socket s) : socket(std::move(s)) {}
    void read() {
        socket.async_read_some(asio::buffer(bytes),
                               [self = shared_from_this()](error_code ec, std::size_t) {
                                   if (!ec.failed()) {
                                       self->read();
                                   }
                               });
    }
};

// Effects: starts a session that its operation alone owns. Returns: the other end.
local_socket start_session(asio::io_context& context, handrail::runner const& where,
                           asio::io_context& far_context) {
    local_socket near(context), far(far_context);
    handrail::connect_pair(near, far);
    auto const started = std::make_shared<session>(std::move(near));
    leave_to(started->socket, where);
    started->read();
    return far;
}

bool sees_the_end(local_socket& far) {
    std::array<char, 1> byte;
    error_code ec;
    far.read_some(asio::buffer(byte), ec);
    return ec == asio::error::eof;
}

struct quiet : handrail_test::descriptors_stay_the_same {
    asio::io_context far_context;  // of the other ends
    quiet() {
        local_socket(far_context, local());  // the reactor's own descriptors
        setup();
        cleaned = 0;
    }
    ~quiet() { teardown(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(context_ends)

BOOST_FIXTURE_TEST_CASE(a_pool_closes_what_a_context_left_that_is_gone, quiet) {
    asio::thread_pool pool(1);
    event context_is_gone;
    asio::post(pool, [&] { context_is_gone.wait(); });
    std::optional<asio::io_context> context(std::in_place);
    local_socket far =
        start_session(*context, handrail::make_runner(pool.get_executor()), far_context);
    context->poll();
    context.reset();
    context_is_gone.set();
    pool.join();
    BOOST_TEST(sees_the_end(far));
    BOOST_TEST(cleaned == 1);
    far.close();
}

BOOST_FIXTURE_TEST_CASE(an_acceptor_whose_context_is_gone_is_closed_by_the_pool, quiet) {
    asio::thread_pool pool(1);
    event context_is_gone;
    asio::post(pool, [&] { context_is_gone.wait(); });
    {
        asio::io_context context;
        auto const acceptor = std::make_shared<handrail::tcp_acceptor>(
            context, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        leave_to(*acceptor, handrail::make_runner(pool.get_executor()));
        acceptor->async_accept([acceptor](error_code, handrail::tcp_socket const&) {});
        context.poll();
    }
    context_is_gone.set();
    pool.join();
    BOOST_TEST(cleaned == 1);
}

BOOST_FIXTURE_TEST_CASE(a_context_ends_sessions_whose_pool_is_gone, quiet) {
    std::optional<asio::io_context> context(std::in_place);
    std::vector<local_socket> far;
    {
        asio::thread_pool pool(1);
        far.push_back(
            start_session(*context, handrail::make_runner(pool.get_executor()), far_context));
        auto const strand = asio::make_strand(pool.get_executor());
        far.push_back(start_session(*context, handrail::make_runner(strand), far_context));
        asio::any_io_executor const any = strand;
        far.push_back(start_session(*context, handrail::make_runner(any), far_context));
        auto const working =
            asio::require(pool.get_executor(), asio::execution::outstanding_work.tracked);
        far.push_back(start_session(*context, handrail::make_runner(working), far_context));
    }
    context.reset();
    BOOST_TEST(cleaned == 4);
    far.clear();
}

BOOST_FIXTURE_TEST_CASE(a_context_that_is_the_runner_itself_ends_its_sessions, quiet) {
    std::optional<local_socket> far;
    {
        asio::io_context context;
        far.emplace(
            start_session(context, handrail::make_runner(context.get_executor()), far_context));
        context.poll();
    }
    BOOST_TEST(sees_the_end(*far));
    BOOST_TEST(cleaned == 1);
    far.reset();
}

BOOST_FIXTURE_TEST_CASE(a_runner_of_a_context_that_is_gone_runs_batches_where_owners_end, quiet) {
    handrail::runner where;
    {
        asio::io_context context;
        where = handrail::make_runner(asio::make_strand(context));
    }
    handrail_test::quiet_handle owner(1);
    handrail::set_runner(owner, where);
    handrail::add_cleanup(owner, &clean, 1);
    owner.reset();
    BOOST_TEST(cleaned == 1);
}

// Calls back when it is destroyed, as what a handler owns may.
template <class Call>
struct at_end {
    Call call;
    bool armed = true;
    explicit at_end(Call c) : call(std::move(c)) {}
    at_end(at_end&& other) noexcept
        : call(std::move(other.call)), armed(std::exchange(other.armed, false)) {}
    ~at_end() {
        if (armed) {
            call();
        }
    }
};

BOOST_FIXTURE_TEST_CASE(a_runner_made_while_its_context_ends_outlives_it_too, quiet) {
    for (bool const first_of_the_context : {true, false}) {
        handrail::runner where;
        std::optional<asio::io_context> context(std::in_place);
        if (!first_of_the_context) {
            static_cast<void>(handrail::make_runner(context->get_executor()));
        }
        asio::post(*context, [last = at_end([&where, &context = *context] {
                                  where = handrail::make_runner(context.get_executor());
                              })] {});
        context.reset();
        handrail_test::quiet_handle owner(1);
        handrail::set_runner(owner, where);
        handrail::add_cleanup(owner, &clean, 1);
    }
    BOOST_TEST(cleaned == 2);
}

// An executor of a context that has something done as the last copy of it is destroyed, as strands
// do, and may refuse what it is given.
struct watched_executor {
    asio::io_context::executor_type inner;
    std::shared_ptr<void> last;
    bool refuses = false;

    asio::io_context& query(asio::execution::context_t) const noexcept { return inner.context(); }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
        return asio::execution::blocking.never;
    }
    template <class Function>
    void execute(Function function) const {
        Function const taken(std::move(function));
        if (refuses) {
            throw std::bad_alloc();
        }
    }
    bool operator==(watched_executor const& other) const noexcept { return inner == other.inner; }
};

BOOST_FIXTURE_TEST_CASE(a_context_waits_for_the_executor_of_a_runner_that_is_being_destroyed,
                        quiet) {
    std::optional<asio::io_context> context(std::in_place);
    event destroying;
    std::atomic<bool> context_is_gone = false, gone_meanwhile = false;
    std::shared_ptr<void> last(nullptr, [&](void*) {
        destroying.set();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        gone_meanwhile = context_is_gone.load();
    });
    std::thread ending([where = handrail::make_runner(watched_executor{
                            context->get_executor(), std::move(last)})]() mutable { where = {}; });
    destroying.wait();
    context.reset();
    context_is_gone = true;
    ending.join();
    BOOST_TEST(!gone_meanwhile);
}

BOOST_FIXTURE_TEST_CASE(an_executor_may_own_its_context, quiet) {
    auto context = std::make_shared<asio::io_context>();
    std::weak_ptr<asio::io_context> const watched = context;
    auto const executor = context->get_executor();
    handrail::runner where = handrail::make_runner(watched_executor{executor, std::move(context)});
    BOOST_TEST(!watched.expired());
    where = {};
    BOOST_TEST(watched.expired());
}

BOOST_FIXTURE_TEST_CASE(a_cleanup_of_a_refused_batch_may_destroy_the_context, quiet) {
    auto context = std::make_unique<asio::io_context>();
    handrail_test::quiet_handle owner(1);
    handrail::set_runner(
        owner, handrail::make_runner(watched_executor{context->get_executor(), nullptr, true}));
    handrail::add_cleanup(
        owner, [](std::unique_ptr<asio::io_context> last) { last.reset(), ++cleaned; },
        std::move(context));
    owner.reset();
    BOOST_TEST(cleaned == 1);
}

// The thread sanitizer watches: owners end on two threads while the pool that they leave their
// closes to, and the context that their sockets came from, are destroyed.
BOOST_FIXTURE_TEST_CASE(owners_may_end_while_the_context_of_their_runner_is_destroyed, quiet) {
    for (int round = 0; round != 50; ++round) {
        auto pool = std::make_unique<asio::thread_pool>(1);
        auto const where = handrail::make_runner(pool->get_executor());
        asio::io_context context;
        std::vector<local_socket> owners, others;
        for (int i = 0; i != 20; ++i) {
            local_socket a(context), b(far_context);
            handrail::connect_pair(a, b);
            leave_to(a, where);
            owners.push_back(std::move(a));
            others.push_back(std::move(b));
        }
        std::latch together(2);
        std::thread ending([&] {
            together.arrive_and_wait();
            owners.clear();
        });
        together.arrive_and_wait();
        pool.reset();
        ending.join();
    }
    BOOST_TEST(handrail::drain(std::chrono::minutes(1)));
    BOOST_TEST(cleaned == 50 * 20);
}

BOOST_AUTO_TEST_SUITE_END()
