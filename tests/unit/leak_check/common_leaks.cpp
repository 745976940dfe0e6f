// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The leaks that real programs have, written as those programs wrote them: with std::shared_ptr and
// std::function, and with cleanups. Level full finds each. Each test breaks its cycle at the end,
// and the finding disappears.

#include "sessions.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;
using handrail::shared;
using handrail::leak_check::grade;

// 1. A handler stored as a member, bound to shared_from_this() of the object that holds it.
namespace {
struct download : std::enable_shared_from_this<download> {
    file target = open_null();
    std::function<void()> on_done;

    void start() { on_done = std::bind(&download::finish, shared_from_this()); }
    void finish() { on_done = nullptr; }
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_handler_member_bound_to_the_object_that_holds_it, at_full) {
    auto const d = std::make_shared<download>();
    d->start();
    expect(complete_check(), "HR005", grade::possible, "download with file");
    d->on_done = nullptr;
    BOOST_TEST(complete_check().findings.empty());
}

// 2. A callback slot of a socket that captures the session which owns the socket. Needs the block
// map: AddressSanitizer cannot list heap blocks, so that only those are found to which a cleanup or
// an object leads.
BOOST_FIXTURE_TEST_CASE(a_callback_slot_of_a_socket_that_captures_its_session, at_full,
                        *boost::unit_test::enable_if<has_block_map>()) {
    auto const s = std::make_shared<session>();
    s->start();
    auto const report = complete_check();
    expect(report, "HR005", grade::possible, "session with file");
    BOOST_TEST(path_has(only(report), "std::shared_ptr<"));
    s->link->on_line = nullptr;
    BOOST_TEST(complete_check().findings.empty());
}
BOOST_FIXTURE_TEST_CASE(a_cleanup_of_a_socket_that_captures_its_session, at_full) {
    auto const s = std::make_shared<session>();
    auto token = add_cleanup(s->link->socket, capturing([s] { (void)s->peer; }));
    auto const report = complete_check();
    expect(report, "HR001", grade::possible, "file");
    BOOST_TEST(path_has(only(report), "common_leaks.cpp:"));
    BOOST_TEST(path_has(only(report), "std::shared_ptr<"));
    BOOST_TEST(path_has(only(report), "lies in"));
    BOOST_TEST(!only(report).leaked_now);
    token.stop();
    BOOST_TEST(complete_check().findings.empty());
}

BOOST_FIXTURE_TEST_CASE(the_same_where_another_guard_had_the_address_of_the_socket, at_full) {
    auto const s = std::make_shared<session>();
    std::destroy_at(&s->link->socket);
    std::construct_at(&s->link->socket, file::open("/dev/null", file::read_only));
    auto token = add_cleanup(s->link->socket, capturing([s] { (void)s->peer; }));
    expect(complete_check(), "HR001", grade::possible, "file");
    token.stop();
}

// 3. Two slots, only one of which is reset.
BOOST_FIXTURE_TEST_CASE(two_slots_of_which_one_is_reset, at_full) {
    auto const s = std::make_shared<subscription>();
    s->start();
    s->stop();
    auto const report = complete_check();
    expect(report, "HR005", grade::possible, "subscription with file");
    BOOST_TEST(only(report).references == 2U);
    BOOST_TEST(only(report).references_inside == 1U);
    s->on_error = nullptr;
    BOOST_TEST(complete_check().findings.empty());
}

// 4. A shared function that captures itself to re-arm.
BOOST_FIXTURE_TEST_CASE(a_shared_function_that_captures_itself, at_full,
                        *boost::unit_test::enable_if<has_block_map>()) {
    auto const log = std::make_shared<download>();
    auto again = std::make_shared<std::function<void()>>();
    *again = [again, log] { (void)log; };
    expect(complete_check(), "HR005", grade::possible, "download with file");
    *again = nullptr;
    BOOST_TEST(complete_check().findings.empty());
}

// 5. An object with a self_ member that only one path clears.
namespace {
struct request : std::enable_shared_from_this<request> {
    file body = open_null();
    std::shared_ptr<request> self_;

    void start() { self_ = shared_from_this(); }
    void finished() { self_.reset(); }
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_self_member_that_is_not_cleared, at_full) {
    std::weak_ptr<request> watch;
    {
        auto const r = std::make_shared<request>();
        watch = r;
        r->start();
    }
    BOOST_TEST_REQUIRE(!watch.expired());
    auto const r = watch.lock();
    watch.reset();
    expect(complete_check(), "HR005", grade::possible, "request with file");
    r->finished();
    BOOST_TEST(complete_check().findings.empty());
}

// 6. A queue of pending writes whose entries hold the session that owns the queue.
namespace {
struct writer : std::enable_shared_from_this<writer> {
    struct pending {
        std::string bytes;
        std::shared_ptr<writer> keep;
    };
    file socket = open_null();
    std::deque<pending> queue;

    void write(std::string bytes) { queue.push_back({std::move(bytes), shared_from_this()}); }
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_queue_of_writes_that_hold_the_session_of_the_queue, at_full) {
    auto const w = std::make_shared<writer>();
    for (int i = 0; i != 40; ++i) {
        w->write("hello");
    }
    expect(complete_check(), "HR005", grade::possible, "writer with file");
    w->queue.clear();
    BOOST_TEST(
        complete_check().findings.empty());  // the removed entries are still in the deque's memory
}

// 7. A timer that holds a connection that holds the timer.
namespace {
struct peer;
struct timer {
    std::function<void()> on_expiry;
};
struct peer {
    file socket = open_null();
    std::shared_ptr<timer> idle = std::make_shared<timer>();
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_timer_that_holds_the_connection_that_holds_it, at_full) {
    auto const p = std::make_shared<peer>();
    p->idle->on_expiry = [p] { p->socket.close(); };
    auto const report = complete_check();
    expect(report, "HR005", grade::possible, "peer with file");
    BOOST_TEST(only(report).path.size() == 2U);
    p->idle->on_expiry = nullptr;
    BOOST_TEST(complete_check().findings.empty());
}

// 8. Request and response, client and session, strong both ways.
namespace {
struct response;
struct question {
    std::shared_ptr<response> answer;
};
struct response {
    file content = open_null();
    std::shared_ptr<question> asked;
};
struct client;
struct served {
    file socket = open_null();
    shared<client> by;
};
struct client {
    int number = 1;
    std::vector<shared<served>> sessions;
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(request_and_response_strong_both_ways, at_full) {
    auto const q = std::make_shared<question>();
    q->answer = std::make_shared<response>();
    q->answer->asked = q;
    expect(complete_check(), "HR005", grade::possible, "response with file");
    q->answer->asked.reset();
    BOOST_TEST(complete_check().findings.empty());
}
BOOST_FIXTURE_TEST_CASE(managed_client_and_session_strong_both_ways_without_edges, at_full) {
    auto const c = make<client>();
    for (int i = 0; i != 3; ++i) {
        c->sessions.push_back(make<served>());
        c->sessions.back()->by = c;
    }
    auto const report = complete_check();
    expect(report, "HR005", grade::possible, "file");
    BOOST_TEST(only(report).references == 7U);
    BOOST_TEST(only(report).references_inside == 6U);
    c->sessions.clear();
    BOOST_TEST(complete_check().findings.empty());
}
