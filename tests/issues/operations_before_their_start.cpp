// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: async_accept read the acceptor's state when it was called, and not when its completion token
// started the operation. With asio::deferred, a cancel() in between aborted the operation, and an
// acceptor that was opened in between reported a bad descriptor. The leak check did not notice
// asynchronous operations on closed sockets.
// Correct: every operation reads the state of its sockets when it starts, and uses the executor,
// allocator and cancellation slot that are associated with its handler.

#include "tests/issues/asynchronous_operations.hpp"

#include <handrail/leak_check.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/test/unit_test.hpp>
#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace asio_test;
namespace leak_check = handrail::leak_check;

namespace {

// The result of an operation. Its handler refers to it.
struct outcome {
    std::optional<error_code> result;

    auto handler() {
        return [this](error_code ec, auto&&...) { result = ec; };
    }
    bool succeeded() const { return result == error_code(); }
    bool failed() const { return result.has_value() && result->failed(); }
    bool aborted() const { return result == asio::error::operation_aborted; }
};

// Effects: runs handlers until the operation has completed. Returns: whether it has.
bool complete(stage& at, outcome const& o) {
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    at.context.restart();
    while (!o.result.has_value() && std::chrono::steady_clock::now() < deadline) {
        at.context.restart();
        at.context.run_one_for(std::chrono::seconds(1));
    }
    return o.result.has_value();
}

template <class T>
struct counting_allocator {
    using value_type = T;
    std::ptrdiff_t* made;
    std::ptrdiff_t* live;

    counting_allocator(std::ptrdiff_t* m, std::ptrdiff_t* l) : made(m), live(l) {}
    template <class U>
    counting_allocator(counting_allocator<U> const& other) : made(other.made), live(other.live) {}
    T* allocate(std::size_t n) {
        ++*made;
        ++*live;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* p, std::size_t n) {
        --*live;
        std::allocator<T>().deallocate(p, n);
    }
    bool operator==(counting_allocator const&) const = default;
};

// A fixture: the leak check is on.
struct leak_check_on {
    leak_check_on() { leak_check::set_level(leak_check::level::handles); }
    leak_check_on(leak_check_on const&) = delete;
    leak_check_on& operator=(leak_check_on const&) = delete;
    ~leak_check_on() { leak_check::set_level(leak_check::level::off); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(operations_before_their_start)

BOOST_AUTO_TEST_CASE(an_operation_reads_its_sockets_when_it_starts) {
    auto const check = [](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::closed);
            auto made = operation(at, asio::deferred);
            at.set(situation::ready);
            outcome o;
            std::move(made)(o.handler());
            BOOST_TEST(complete(at, o));
            BOOST_TEST(o.succeeded());
        }
    };
    for_each_transfer(check);
    for_each_accept(check);
}

BOOST_AUTO_TEST_CASE(a_connect_opens_a_socket_that_was_closed_before_the_start) {
    for_each_connect([](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::ready);
            at.client.open(tcp::v6());
            auto made = operation(at, asio::deferred);
            at.client.close();
            outcome o;
            std::move(made)(o.handler());
            BOOST_TEST(complete(at, o));
            BOOST_TEST(o.succeeded());
        }
    });
}

BOOST_AUTO_TEST_CASE(a_cancel_before_its_start_does_not_abort_an_operation) {
    for_each_operation([](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::ready);
            auto made = operation(at, asio::deferred);
            at.cancel();
            outcome o;
            std::move(made)(o.handler());
            BOOST_TEST(complete(at, o));
            BOOST_TEST(o.succeeded());
        }
    });
}

BOOST_AUTO_TEST_CASE(a_deferred_operation_can_be_started_again_after_a_cancel) {
    for_each_operation([](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::waiting);
            auto const stored = operation(at, asio::deferred);
            for (int round = 0; round != 3; ++round) {
                at.set(situation::waiting);
                outcome o;
                stored(o.handler());
                at.poll();
                BOOST_TEST(!o.result.has_value());
                at.cancel();
                BOOST_TEST(complete(at, o));
                BOOST_TEST(o.aborted());
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(
    a_peer_that_was_opened_before_the_start_is_refused_one_that_was_closed_is_not) {
    stage at(situation::ready);
    auto made = at.acceptor.async_accept(at.peer, asio::deferred);
    at.peer.open(tcp::v4());
    outcome refused;
    made(refused.handler());
    BOOST_TEST(complete(at, refused));
    BOOST_TEST((refused.result == asio::error::already_open));
    at.peer.close();
    outcome accepted;
    made(accepted.handler());
    BOOST_TEST(complete(at, accepted));
    BOOST_TEST(accepted.succeeded());
}

BOOST_AUTO_TEST_CASE(an_operation_that_fails_to_start_completes_after_the_call_has_returned) {
    for_each_operation([](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::closed);
            outcome o;
            operation(at, o.handler());
            BOOST_TEST(!o.result.has_value());
            BOOST_TEST(complete(at, o));
            BOOST_TEST(o.failed());
        }
    });
}

BOOST_FIXTURE_TEST_CASE(the_leak_check_reports_a_closed_socket_when_the_operation_starts,
                        leak_check_on) {
    auto const check = [](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::ready);
            at.set(situation::closed);
            leak_check::scoped_check noticed;
            auto made = operation(at, asio::deferred);
            BOOST_TEST(noticed.finish().findings.empty());
            outcome o;
            std::move(made)(o.handler());
            auto const report = noticed.finish();
            BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
            BOOST_TEST(report.findings[0].id == "HR011");
            BOOST_TEST((report.findings[0].grade == leak_check::grade::note));
            BOOST_TEST(leak_check::to_text(report).find(name) != std::string::npos,
                       leak_check::to_text(report));
            BOOST_TEST(complete(at, o));
        }
    };
    for_each_transfer(check);
    for_each_accept(check);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(associated_objects)

BOOST_AUTO_TEST_CASE(a_cancellation_slot_aborts_an_operation) {
    for_each_operation([](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::waiting);
            asio::cancellation_signal cancel;
            outcome o;
            operation(at, asio::bind_cancellation_slot(cancel.slot(), o.handler()));
            at.poll();
            BOOST_TEST(!o.result.has_value());
            cancel.emit(asio::cancellation_type::partial);
            BOOST_TEST(complete(at, o));
            BOOST_TEST(o.aborted());
        }
    });
}

BOOST_AUTO_TEST_CASE(a_handler_runs_on_its_associated_executor_also_when_the_start_fails) {
    for (situation const s : {situation::ready, situation::closed}) {
        for_each_operation([s](char const* name, auto operation) {
            BOOST_TEST_CONTEXT(name) {
                stage at(s);
                asio::io_context other;
                outcome o;
                bool there = false;
                operation(at, asio::bind_executor(other, [&](error_code ec, auto&&...) {
                              there = other.get_executor().running_in_this_thread();
                              o.result = ec;
                          }));
                for (int i = 0; i != 3000 && !o.result; ++i) {
                    at.context.restart();
                    at.context.run_for(std::chrono::milliseconds(1));
                    BOOST_TEST_REQUIRE(!o.result.has_value());
                    other.restart();
                    other.run_for(std::chrono::milliseconds(10));
                }
                BOOST_TEST(o.result.has_value());
                BOOST_TEST(there);
            }
        });
    }
}

// async_teardown is left out: it may complete through a type-erased executor, which allocates in
// its own way.
BOOST_AUTO_TEST_CASE(the_associated_allocator_of_the_handler_is_used) {
    for (situation const s : {situation::ready, situation::closed}) {
        auto const check = [s](char const* name, auto operation) {
            BOOST_TEST_CONTEXT(name) {
                stage at(s);
                std::ptrdiff_t made = 0, live = 0;
                outcome o;
                operation(
                    at, asio::bind_allocator(counting_allocator<void>(&made, &live), o.handler()));
                BOOST_TEST(complete(at, o));
                BOOST_TEST(made > 0);
                BOOST_TEST(live == 0);
            }
        };
        for_each_transfer(check);
        for_each_accept(check);
        for_each_connect(check);
    }
}

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
BOOST_AUTO_TEST_CASE(an_operation_that_fails_to_start_completes_through_the_immediate_executor) {
    auto const check = [](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::closed);
            outcome o;
            operation(at, asio::bind_immediate_executor(asio::system_executor(), o.handler()));
            BOOST_TEST(o.failed());
        }
    };
    for_each_transfer(check);
    for_each_accept(check);
    check("async_connect", [](stage& s, auto&& token) {
        std::vector<tcp::endpoint> const nowhere;
        handrail::async_connect(s.client, nowhere, std::forward<decltype(token)>(token));
    });
    check("async_teardown", [](stage& s, auto&& token) {
        async_teardown(boost::beast::role_type::client, s.near,
                       std::forward<decltype(token)>(token));
    });
}
#endif

BOOST_AUTO_TEST_SUITE_END()
