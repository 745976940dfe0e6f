// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Programs that resemble leaking ones and do not leak: level full reports nothing about them.

#include "sessions.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;

namespace {
namespace asio = boost::asio;
struct waiting : std::enable_shared_from_this<waiting> {
    explicit waiting(asio::io_context& context) : idle(context) {}
    file socket = open_null();
    asio::steady_timer idle;

    void start() {
        idle.expires_after(std::chrono::hours(1));
        idle.async_wait([self = shared_from_this()](auto) { self->socket.close(); });
    }
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_session_that_a_pending_operation_holds, at_full) {
    asio::io_context context;
    std::make_shared<waiting>(context)->start();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
}

namespace {
asio::awaitable<void> serve(std::shared_ptr<waiting> s) {
    s->idle.expires_after(std::chrono::hours(1));
    co_await s->idle.async_wait(asio::use_awaitable);
    s->socket.close();
}
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_session_in_the_frame_of_a_coroutine_that_waits_at_shutdown, at_full) {
    asio::io_context context;
    asio::co_spawn(context, serve(std::make_shared<waiting>(context)), asio::detached);
    context.poll();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
}

namespace {
struct cache {
    std::deque<std::shared_ptr<session>> entries;
    int evicted = 0;

    void put(std::shared_ptr<session> fresh) {
        add_cleanup(fresh->link->socket, [](cache* c) { ++c->evicted; }, this);
        entries.push_back(std::move(fresh));
        if (entries.size() > 4) {
            entries.pop_front();
        }
    }
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_bounded_cache, at_full) {
    auto const all = std::make_unique<cache>();
    for (int i = 0; i != 20; ++i) {
        all->put(std::make_shared<session>());
    }
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    BOOST_TEST(all->evicted == 16);
}

BOOST_FIXTURE_TEST_CASE(a_handler_moved_out_before_it_is_invoked, at_full) {
    auto const s = std::make_shared<subscription>();
    s->start();
    std::exchange(s->on_error, nullptr);
    auto const handler = std::move(s->on_data);
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
}

BOOST_FIXTURE_TEST_CASE(weak_references_of_handlers_to_their_own_session, at_full) {
    auto const s = std::make_shared<subscription>();
    s->on_data = [weak = s->weak_from_this()] {
        if (auto self = weak.lock()) {
            self->stop();
        }
    };
    s->on_error = std::bind([](std::weak_ptr<subscription> const&) {}, s->weak_from_this());
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
}

BOOST_FIXTURE_TEST_CASE(cleanups_that_hold_a_number_a_path_or_another_resource, at_full) {
    auto const s = std::make_shared<session>();
    auto const other = std::make_shared<session>();
    add_cleanup(s->link->socket, [](int, std::string) {}, 1, std::string("/tmp/a path"));
    add_cleanup(s->link->socket, capturing([other] { (void)other; }));
    add_cleanup(s->link->socket, [](std::weak_ptr<session>) {}, std::weak_ptr<session>(other));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
}

namespace {
struct with_slots : std::enable_shared_from_this<with_slots> {
    file socket = open_null();
    std::vector<handrail::cleanup> slots;
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_stopped_cleanup_whose_token_is_kept, at_full) {
    auto const s = std::make_shared<with_slots>();
    s->slots.push_back(add_cleanup(s->socket, capturing([s] { (void)s; })));
    BOOST_TEST(only(complete_check()).id == "HR001");
    s->slots[0].stop();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
}

namespace {
struct ring_node {
    std::shared_ptr<ring_node> next;
    long number = 1;
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_cycle_of_shared_ptr_that_keeps_no_handle_open, at_full) {
    auto const a = std::make_shared<ring_node>();
    a->next = std::make_shared<ring_node>();
    a->next->next = a;
    auto const socket = open_null();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    a->next.reset();
}

BOOST_FIXTURE_TEST_CASE(a_shared_that_was_reset_in_place, at_full) {
    struct node {
        file content = open_null();
        std::optional<handrail::shared<node>> next;
    };
    auto const a = handrail::make<node>();
    a->next.emplace(a);
    BOOST_TEST(only(complete_check()).id == "HR005");
    a->next.reset();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
}

BOOST_FIXTURE_TEST_CASE(an_edge_that_was_reset_in_place, at_full) {
    struct node {
        std::optional<handrail::edge<file>> content;
    };
    auto const a = handrail::make<node>();
    auto const content = handrail::make<file>(open_null());
    a->content.emplace(content);
    auto const* const words = reinterpret_cast<std::uintptr_t const volatile*>(&*a->content);
    BOOST_TEST(words[0] != 0U);
    a->content.reset();
    BOOST_TEST(words[0] == 0U);
    BOOST_TEST(words[1] == 0U);
}

namespace {
struct room {
    file socket = open_null();
    int visitors = 0;
};
// Holds its room only while it is copied.
struct visitor {
    handrail::weak<room> of;
    explicit visitor(handrail::weak<room> where) : of(std::move(where)) {}
    visitor(visitor const& other) : of(other.of) {
        if (auto const here = of.lock()) {
            ++here->visitors;
        }
    }
    visitor(visitor&&) = default;
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_reference_that_exists_only_while_an_argument_is_copied, at_full) {
    auto const here = handrail::make<room>();
    auto token = add_cleanup(here->socket, [](visitor const&) {}, visitor(here));
    auto const report = complete_check();
    token.stop();
    BOOST_TEST(std::none_of(report.findings.begin(), report.findings.end(),
                            [](auto const& f) { return f.id == "HR001"; }),
               text_of(report));
}
