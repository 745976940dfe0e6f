// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The failure handler: what it is called with, how it is replaced, and what the default one prints.

#include "tests/support/owners.hpp"
#include "tests/support/printed.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::failure;
using handrail::set_failure_handler;
using lines = std::vector<std::string>;

namespace {

void first(failure const&) noexcept { note("first"); }
void second(failure const&) noexcept { note("second"); }

template <class Fn>
void end_with_cleanup(Fn fn) {
    quiet_handle owner(1);
    add_cleanup(owner, fn);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(failures, clean_log)

BOOST_AUTO_TEST_CASE(the_handler_can_be_replaced_and_the_one_before_is_returned) {
    auto const original = set_failure_handler(&first);
    end_with_cleanup([] { throw 1; });
    BOOST_TEST((set_failure_handler(&second) == &first));
    end_with_cleanup([] { throw 1; });
    BOOST_TEST((set_failure_handler(nullptr) == &second));
    BOOST_TEST((set_failure_handler(original) == original));
    BOOST_TEST(take_events() == (lines{"first", "second"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_throws_is_reported_with_its_exception_and_location) {
    failure_recorder failures;
    quiet_handle owner(1);
    auto const line = std::source_location::current().line() + 1;
    add_cleanup(owner, [] { throw std::runtime_error("thrown"); });
    owner.reset();
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    failure const& f = failure_recorder::recorded()[0];
    BOOST_TEST((f.what == failure::kind::cleanup_threw));
    BOOST_TEST(!f.error);
    BOOST_TEST(f.where.line() == line);
    BOOST_TEST(std::string(f.where.file_name()).ends_with("failures.cpp"));
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(f.exception), std::runtime_error,
                          [](auto const& e) { return std::string(e.what()) == "thrown"; });
}

BOOST_AUTO_TEST_CASE(a_cleanup_run_by_its_token_reports_too_and_run_does_not_throw) {
    failure_recorder failures;
    quiet_handle owner(1);
    auto token = add_cleanup(owner, [] { throw 1; });
    BOOST_TEST(token.run());
    BOOST_TEST(failure_recorder::recorded().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_handler_may_use_the_library) {
    static quiet_handle other(2);
    auto const original = set_failure_handler(+[](failure const&) noexcept {
        auto const token = add_cleanup(other, [] { note("registered by the handler"); });
        static_cast<void>(handrail::cleanup_stats());
        other.reset();
    });
    end_with_cleanup([] { throw 1; });
    set_failure_handler(original);
    BOOST_TEST(take_events() == lines{"registered by the handler"});
}

BOOST_AUTO_TEST_CASE(a_handler_does_not_change_errno) {
    auto const original = set_failure_handler(+[](failure const&) noexcept { errno = ERANGE; });
    errno = EDOM;
    end_with_cleanup([] { throw 1; });
    {
        handle owner(noting_traits::failing);
    }
    int const after = errno;
    set_failure_handler(original);
    BOOST_TEST(after == EDOM);
}

BOOST_AUTO_TEST_CASE(the_default_handler_prints_one_line_with_kind_reason_and_location) {
    auto const text =
        printed_by([] { end_with_cleanup([] { throw std::runtime_error("the reason"); }); });
    BOOST_TEST(text.starts_with("handrail: a cleanup threw: the reason ("));
    BOOST_TEST(text.find("failures.cpp:") != text.npos);
    BOOST_TEST(text.find('\n') == text.size() - 1);
}

BOOST_AUTO_TEST_CASE(the_default_handler_prints_a_line_for_an_exception_of_any_type) {
    auto const text = printed_by([] { end_with_cleanup([] { throw 1; }); });
    BOOST_TEST(text.find("a cleanup threw: an exception of unknown type") != text.npos);
}

BOOST_AUTO_TEST_CASE(the_default_handler_prints_the_message_of_a_failed_close) {
    auto const text = printed_by([] { handle owner(noting_traits::failing); });
    BOOST_TEST(text == "handrail: closing test handle 13 failed: Input/output error\n");
}

BOOST_AUTO_TEST_CASE(the_default_handler_prints_that_a_runner_refused) {
    auto const text = printed_by([] {
        quiet_handle owner(1);
        handrail::set_runner(owner, handrail::runner(std::make_unique<refusing_runner>()));
        add_cleanup(owner, [] {});
    });
    BOOST_TEST(
        text.starts_with("handrail: a runner refused a batch, which runs here unless the runner "
                         "keeps it: refused ("));
}

BOOST_AUTO_TEST_CASE(errors_of_deferred_closes_name_the_line_of_defer_close) {
    failure_recorder failures;
    handle owner(noting_traits::failing);
    auto const line = std::source_location::current().line() + 1;
    handrail::defer_close(owner);
    owner.reset();
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    BOOST_TEST(failure_recorder::recorded()[0].where.line() == line);
}

BOOST_AUTO_TEST_SUITE_END()
