// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the thread that ran the last cleanup used the context of an async_drain, which another
// thread might be destroying, or which a thread of the parent process might have locked before a
// fork.
// Correct: the destruction of the context waits for that thread; in a forked child no operation of
// the parent is completed.

#include "tests/support/owners.hpp"

#include <handrail/asio/runner.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using boost::system::error_code;
using handrail::add_cleanup;
namespace asio = boost::asio;

namespace {

// Ends an owner, whose cleanup runs here.
void run_a_cleanup() {
    quiet_handle owner(1);
    add_cleanup(owner, [] {});
}

// Keeps a cleanup waiting until its end.
struct waiting_cleanup {
    std::optional<handrail::deferral> hold{std::in_place};
    waiting_cleanup() { run_a_cleanup(); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_context_is_destroyed_while_another_thread_runs_the_last_cleanup) {
    for (int i = 0; i != 2000; ++i) {
        event begun;
        std::optional<asio::io_context> context(std::in_place);
        std::thread other([&] {
            waiting_cleanup last;
            handrail::async_drain(*context, [](error_code) {});
            begun.set();
            last.hold.reset();
        });
        begun.wait();
        context.reset();
        other.join();
    }
    BOOST_TEST(handrail::drain(std::chrono::minutes(1)));
}

BOOST_AUTO_TEST_CASE(the_operation_of_the_parent_does_not_complete_in_a_child) {
    asio::io_context context;
    bool completed = false;
    waiting_cleanup last;
    handrail::async_drain(context, [&](error_code) { completed = true; });
    pid_t const child = ::fork();
    if (child == 0) {
        context.notify_fork(asio::execution_context::fork_child);
        last.hold.reset();
        context.poll();
        ::_exit(completed ? 1 : 0);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    last.hold.reset();
    context.run();
    BOOST_TEST(completed);
}
