// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: sockets, runners and batches used an io_context or thread_pool that had been destroyed. The
// usual session is owned by its pending operation alone: destroying the io_context ends it, and its
// deferred close is posted to a pool that outlives the context or has been destroyed before.
// Correct: whatever is destroyed first, sockets are closed and cleanups run, once. The address
// sanitizer reports a use of a destroyed context.

#include "tests/support/descriptors.hpp"
#include "tests/support/owners.hpp"
#include "tests/support/sleeping_thread.hpp"

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

#include <unistd.h>

namespace asio = boost::asio;
using boost::system::error_code;
using handrail::local_socket;
using handrail_test::event;
using local = asio::local::stream_protocol;

namespace {

std::atomic<int> cleaned = 0;
void clean(int) { ++cleaned; }

// Effects: the end of the owner is left to the runner: its close is deferred, and it has a cleanup.
template <class Owner>
void defer_end(Owner& owner, handrail::runner const& where) {
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

// Effects: starts a session that only its pending operation owns. Returns: the other end of its
//   connection.
local_socket start_session(asio::io_context& context, handrail::runner const& where,
                           asio::io_context& far_context) {
    local_socket near(context), far(far_context);
    handrail::connect_pair(near, far);
    auto const started = std::make_shared<session>(std::move(near));
    defer_end(started->socket, where);
    started->read();
    return far;
}

bool reads_end_of_file(local_socket& far) {
    std::array<char, 1> byte;
    error_code ec;
    far.read_some(asio::buffer(byte), ec);
    return ec == asio::error::eof;
}

// A fixture: every test closes what it opens.
struct no_descriptor_stays_open : handrail_test::descriptors_stay_the_same {
    asio::io_context far_context;  // of the other ends
    no_descriptor_stays_open() {
        local_socket(far_context, local());  // opens the reactor's own descriptors
        setup();
        cleaned = 0;
    }
    ~no_descriptor_stays_open() { teardown(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(context_ends)

BOOST_FIXTURE_TEST_CASE(a_pool_closes_a_socket_whose_context_was_destroyed,
                        no_descriptor_stays_open) {
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
    BOOST_TEST(reads_end_of_file(far));
    BOOST_TEST(cleaned == 1);
    far.close();
}

BOOST_FIXTURE_TEST_CASE(a_pool_closes_an_acceptor_whose_context_was_destroyed,
                        no_descriptor_stays_open) {
    asio::thread_pool pool(1);
    event context_is_gone;
    asio::post(pool, [&] { context_is_gone.wait(); });
    {
        asio::io_context context;
        auto const acceptor = std::make_shared<handrail::tcp_acceptor>(
            context, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        defer_end(*acceptor, handrail::make_runner(pool.get_executor()));
        acceptor->async_accept([acceptor](error_code, handrail::tcp_socket const&) {});
        context.poll();
    }
    context_is_gone.set();
    pool.join();
    BOOST_TEST(cleaned == 1);
}

BOOST_FIXTURE_TEST_CASE(destroying_a_context_ends_sessions_whose_pool_was_destroyed,
                        no_descriptor_stays_open) {
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

BOOST_FIXTURE_TEST_CASE(destroying_a_context_ends_sessions_whose_runner_posts_to_it,
                        no_descriptor_stays_open) {
    std::optional<local_socket> far;
    {
        asio::io_context context;
        far.emplace(
            start_session(context, handrail::make_runner(context.get_executor()), far_context));
        context.poll();
    }
    BOOST_TEST(reads_end_of_file(*far));
    BOOST_TEST(cleaned == 1);
    far.reset();
}

BOOST_FIXTURE_TEST_CASE(a_runner_whose_context_was_destroyed_runs_cleanups_on_the_ending_thread,
                        no_descriptor_stays_open) {
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

// Calls a function when it is destroyed.
template <class Call>
struct calls_when_destroyed {
    Call call;
    bool armed = true;
    explicit calls_when_destroyed(Call c) : call(std::move(c)) {}
    calls_when_destroyed(calls_when_destroyed&& other) noexcept
        : call(std::move(other.call)), armed(std::exchange(other.armed, false)) {}
    ~calls_when_destroyed() {
        if (armed) {
            call();
        }
    }
};

BOOST_FIXTURE_TEST_CASE(a_runner_made_during_the_destruction_of_its_context_may_outlive_it,
                        no_descriptor_stays_open) {
    for (bool const first_of_the_context : {true, false}) {
        handrail::runner where;
        std::optional<asio::io_context> context(std::in_place);
        if (!first_of_the_context) {
            static_cast<void>(handrail::make_runner(context->get_executor()));
        }
        asio::post(*context, [last = calls_when_destroyed([&where, &context = *context] {
                                  where = handrail::make_runner(context.get_executor());
                              })] {});
        context.reset();
        handrail_test::quiet_handle owner(1);
        handrail::set_runner(owner, where);
        handrail::add_cleanup(owner, &clean, 1);
    }
    BOOST_TEST(cleaned == 2);
}

// An executor whose last copy, when destroyed, destroys an object, as a strand does. It drops the
// functions that it is asked to execute, or refuses them.
struct owning_executor {
    asio::io_context::executor_type inner;
    std::shared_ptr<void> owned;
    bool refuses = false;

    asio::io_context& query(asio::execution::context_t) const noexcept { return inner.context(); }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
        return asio::execution::blocking.never;
    }
    template <class Function>
    void execute(Function function) const {
        Function const dropped(std::move(function));
        if (refuses) {
            throw std::bad_alloc();
        }
    }
    bool operator==(owning_executor const& other) const noexcept { return inner == other.inner; }
};

// Sets an event when its context shuts its services down, before those that were added earlier.
struct shutdown_observer : asio::execution_context::service {
    static inline asio::execution_context::id id;
    event& begun;

    shutdown_observer(asio::execution_context& context, event& e) : service(context), begun(e) {}
    void shutdown() override { begun.set(); }
};

// While the executor is being destroyed, the context's thread must come to sleep in the destructor
// of the context. A destructor that does not wait would return instead.
BOOST_FIXTURE_TEST_CASE(a_context_is_not_destroyed_while_a_runner_destroys_its_executor,
                        no_descriptor_stays_open) {
    std::optional<asio::io_context> context(std::in_place);
    event executor_destruction, context_shutdown;
    std::atomic<bool> context_is_gone = false, gone_meanwhile = false;
    std::shared_ptr<void> owned(nullptr, [&, thread = ::gettid()](void*) {
        executor_destruction.set();
        context_shutdown.wait();
        while (!context_is_gone && !handrail_test::is_sleeping(thread)) {
            std::this_thread::yield();
        }
        gone_meanwhile = context_is_gone.load();
    });
    handrail::runner where =
        handrail::make_runner(owning_executor{context->get_executor(), std::move(owned)});
    asio::make_service<shutdown_observer>(*context, context_shutdown);
    std::thread ending([last = std::move(where)]() mutable { last = {}; });
    executor_destruction.wait();
    context.reset();
    context_is_gone = true;
    ending.join();
    BOOST_TEST(!gone_meanwhile);
}

BOOST_FIXTURE_TEST_CASE(an_executor_may_own_its_context, no_descriptor_stays_open) {
    auto context = std::make_shared<asio::io_context>();
    std::weak_ptr<asio::io_context> const watched = context;
    auto const executor = context->get_executor();
    handrail::runner where = handrail::make_runner(owning_executor{executor, std::move(context)});
    BOOST_TEST(!watched.expired());
    where = {};
    BOOST_TEST(watched.expired());
}

BOOST_FIXTURE_TEST_CASE(a_cleanup_of_a_refused_batch_may_destroy_the_context,
                        no_descriptor_stays_open) {
    auto context = std::make_unique<asio::io_context>();
    handrail_test::quiet_handle owner(1);
    handrail::set_runner(
        owner, handrail::make_runner(owning_executor{context->get_executor(), nullptr, true}));
    handrail::add_cleanup(
        owner, [](std::unique_ptr<asio::io_context> last) { last.reset(), ++cleaned; },
        std::move(context));
    owner.reset();
    BOOST_TEST(cleaned == 1);
}

// For the thread sanitizer: owners end on one thread while another destroys the pool that their
// closes are posted to.
BOOST_FIXTURE_TEST_CASE(owners_may_end_while_the_context_of_their_runner_is_destroyed,
                        no_descriptor_stays_open) {
    for (int round = 0; round != 50; ++round) {
        auto pool = std::make_unique<asio::thread_pool>(1);
        auto const where = handrail::make_runner(pool->get_executor());
        asio::io_context context;
        std::vector<local_socket> owners, others;
        for (int i = 0; i != 20; ++i) {
            local_socket a(context), b(far_context);
            handrail::connect_pair(a, b);
            defer_end(a, where);
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
