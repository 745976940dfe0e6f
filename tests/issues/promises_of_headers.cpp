// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: no test checked these promises of handle.hpp, runner.hpp and cleanup.hpp, and some messages
// did not name their object.
// Correct: each promise has a test here.

#include "tests/support/owners.hpp"
#include "tests/support/sleeping_thread.hpp"

#include <handrail/file.hpp>
#include <handrail/shared.hpp>

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

using namespace handrail_test;
using boost::system::error_code;
using handrail::add_cleanup;
using handrail::file;
using lines = std::vector<std::string>;

namespace {

// A handle type as handle.hpp recommends: traits, and operations in a class derived from the guard.
class library : public handle {
public:
    using handle::handle;
    int answer() const { return native_handle() * 2; }
};
int number_of(handrail::borrowed_handle<noting_traits> borrowed) {
    return borrowed.native_handle();
}

// Returns: what() of the Exception that the operation must throw.
template <class Exception, class Operation>
std::string message_of(Operation operation) {
    try {
        operation();
    } catch (Exception const& e) {
        return e.what();
    }
    BOOST_ERROR("nothing was thrown");
    return {};
}

std::string here(std::source_location where = std::source_location::current()) {
    return std::string(where.file_name()) + ":" + std::to_string(where.line());
}

std::unique_ptr<handle> destroyed_by_its_cleanup;
void destroy_guard() { destroyed_by_its_cleanup.reset(); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(promises_of_headers, clean_log)

BOOST_AUTO_TEST_CASE(a_guard_of_any_invalid_value_is_empty_and_returns_invalid) {
    handle const owner(-5);
    BOOST_TEST(!owner.is_open());
    BOOST_TEST(owner.native_handle() == noting_traits::invalid());
}

BOOST_AUTO_TEST_CASE(self_assignment_keeps_the_handle_and_its_cleanups) {
    handle owner(1);
    add_cleanup(owner, [] { note("cleanup"); });
    handle& same = owner;
    owner = std::move(same);
    BOOST_TEST(take_events().empty());
    BOOST_TEST(owner.native_handle() == 1);
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "cleanup"}));
}

BOOST_AUTO_TEST_CASE(a_class_derived_from_a_guard_is_an_owner_and_can_be_borrowed) {
    library l(21);
    BOOST_TEST(l.answer() == 42);
    BOOST_TEST(number_of(l) == 21);
    add_cleanup(l, [] { note("cleanup"); });
    library moved = std::move(l);
    BOOST_TEST((moved != library() && l == library()));
    *handrail::out_handle(moved) = 22;
    BOOST_TEST(moved.native_handle() == 22);
    BOOST_TEST(take_events() == (lines{"close 21", "cleanup"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_may_destroy_the_guard_that_close_was_called_on) {
    destroyed_by_its_cleanup = std::make_unique<handle>(noting_traits::failing);
    add_cleanup(*destroyed_by_its_cleanup, &destroy_guard);
    BOOST_TEST(message_of<boost::system::system_error>([] {
                   destroyed_by_its_cleanup->close();
               }).starts_with("close \"test handle 13\": "));
    BOOST_TEST(!destroyed_by_its_cleanup);
    destroyed_by_its_cleanup = std::make_unique<handle>(noting_traits::failing);
    add_cleanup(*destroyed_by_its_cleanup, &destroy_guard);
    error_code ec;
    BOOST_TEST((destroyed_by_its_cleanup->close(ec) == boost::system::errc::io_error));
    BOOST_TEST(ec.failed());
    BOOST_TEST(!destroyed_by_its_cleanup);
}

BOOST_AUTO_TEST_CASE(the_errors_of_assign_name_the_handle_and_the_call) {
    file owner = file::open("/dev/null", file::read_only);
    handle other(7);
    std::string location;
    std::string text = message_of<std::invalid_argument>(
        [&] { location = here(), owner.assign(owner.native_handle()); });
    BOOST_TEST(text ==
               "handrail: assign at " + location + ": /dev/null is owned by this guard already");
    text = message_of<std::invalid_argument>([&] { location = here(), owner.assign(-1); });
    BOOST_TEST(text ==
               "handrail: assign at " + location + ": the native handle is not a valid file");
    text = message_of<std::invalid_argument>([&] { location = here(), other.assign(7); });
    BOOST_TEST(text == "handrail: assign at " + location +
                           ": test handle 7 is owned by this guard already");
}

BOOST_AUTO_TEST_CASE(set_runner_and_defer_close_refuse_an_empty_owner_and_name_the_call) {
    handle empty;
    std::string location;
    BOOST_TEST(message_of<std::invalid_argument>(
                   [&] { location = here(), handrail::set_runner(empty, {}); })
                   .starts_with("handrail: set_runner at " + location +
                                ": the owner is empty (a test handle"));
    BOOST_TEST(
        message_of<std::invalid_argument>([&] { location = here(), handrail::defer_close(empty); })
            .starts_with("handrail: defer_close at " + location +
                         ": the owner is empty (a test handle"));
    auto const object = handrail::make<int>(1);
    BOOST_TEST(
        message_of<std::invalid_argument>([&] {
            location = here(), handrail::defer_close(object);
        }).starts_with("handrail: defer_close at " + location + ": a managed object has no close"));
}

BOOST_AUTO_TEST_CASE(setting_a_default_constructed_runner_restores_the_ending_thread) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    BOOST_TEST((runner != handrail::runner() && runner == handrail::runner(runner)));
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, [] { note("inline"); });
    handrail::set_runner(owner, {});
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "inline"}));
    BOOST_TEST(queue->size() == 0U);
}

BOOST_AUTO_TEST_CASE(stop_does_not_wait_for_a_cleanup_that_is_running) {
    static event started, may_end;
    static handrail::cleanup token;
    quiet_handle owner(1);
    token = add_cleanup(owner, [] {
        started.set();
        may_end.wait();
    });
    std::thread ending([&] { owner.reset(); });
    started.wait();
    BOOST_TEST(!token.stop());
    BOOST_TEST(!token.run());
    BOOST_TEST(!token.pending());
    may_end.set();
    ending.join();
}

BOOST_AUTO_TEST_CASE(drain_waits_for_batches_that_are_sent_while_it_waits) {
    static auto const [runner, queue] = make_test_runner<manual_runner>();
    static handle later;
    static std::atomic<bool> last_has_run;
    later.reset(2);
    handrail::set_runner(later, runner);
    add_cleanup(later, [] { last_has_run = true; });
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, [] { later.reset(); });
    owner.reset();
    std::atomic<pid_t> thread = 0;
    std::atomic<bool> returned = false;
    auto drained = std::async(std::launch::async, [&] {
        thread = ::gettid();
        bool const complete = handrail::drain(std::chrono::hours(1)) && last_has_run;
        returned = true;
        return complete;
    });
    auto const wait_for_drain = [&] {
        while (!returned && !handrail_test::is_sleeping(thread)) {
            std::this_thread::yield();
        }
    };
    wait_for_drain();
    queue->run_one();
    wait_for_drain();
    queue->run_one();
    BOOST_TEST(drained.get());
}

BOOST_AUTO_TEST_CASE(the_failure_of_a_refused_batch_has_the_line_of_the_newest_registration) {
    static unsigned line;
    line = 0;
    auto const before = handrail::set_failure_handler(
        +[](handrail::failure const& f) noexcept { line = f.where.line(); });
    handle owner(1);
    handrail::set_runner(owner, handrail::runner(std::make_unique<refusing_runner>()));
    add_cleanup(owner, [] {});
    auto const newest = std::source_location::current().line() + 1;
    add_cleanup(owner, [] {});
    owner.reset();
    handrail::set_failure_handler(before);
    BOOST_TEST(line == newest);
}

BOOST_AUTO_TEST_SUITE_END()
