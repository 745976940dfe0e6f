// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a deferred close that found its descriptor closed already was a failure, but no finding. The
// failure's text called the line of defer_close that of a registration.
// Correct: it is a finding (HR010) as any other close, once; "deferred at".

#include "tests/support/owners.hpp"
#include "tests/support/printed.hpp"

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <source_location>
#include <string>

using handrail::file;
using handrail_test::make_test_runner;
using handrail_test::manual_runner;
namespace leak_check = handrail::leak_check;

namespace {

struct check_on {
    check_on() {
        leak_check::set_level(leak_check::level::handles);
        handrail::set_failure_handler([](handrail::failure const&) noexcept {});
    }
    check_on(check_on const&) = delete;
    check_on& operator=(check_on const&) = delete;
    ~check_on() {
        handrail::set_failure_handler(nullptr);
        leak_check::set_level(leak_check::level::off);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_deferred_close_of_a_closed_file_is_a_double_close, check_on) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    int number = -1;
    {
        auto log = file::open("/dev/null", file::read_only);
        number = log.native_handle();
        handrail::set_runner(log, runner);
        handrail::defer_close(log);
    }
    ::close(number);
    queue->run_one();
    auto const report = leak_check::check_now();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
    BOOST_TEST(report.findings[0].id == "HR010");
    BOOST_TEST(report.findings[0].resource == "file " + std::to_string(number) + " \"/dev/null\"");
    BOOST_TEST(report.findings[0].opened.line() != 0U);
}

BOOST_FIXTURE_TEST_CASE(the_failure_says_where_the_close_was_deferred, check_on) {
    handrail::set_failure_handler(nullptr);
    auto const [runner, queue] = make_test_runner<manual_runner>();
    std::string deferred_at;
    int number = -1;
    {
        auto log = file::open("/dev/null", file::read_only);
        handrail::set_runner(log, runner);
        handrail::defer_close(log);
        deferred_at = std::to_string(std::source_location::current().line() - 1);
        number = log.native_handle();
    }
    auto const text = handrail_test::printed_by([&] {
        ::close(number);
        queue->run_one();
    });
    BOOST_TEST(text.find(", deferred at ") != std::string::npos, text);
    BOOST_TEST(text.ends_with("deferred_closes_of_closed_handles.cpp:" + deferred_at + ")\n"),
               text);
}

BOOST_FIXTURE_TEST_CASE(one_whose_loss_was_reported_is_not_reported_again, check_on) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    {
        auto log = file::open("/dev/null", file::read_only);
        handrail::set_runner(log, runner);
        handrail::defer_close(log);
        file second(log.native_handle());  // two guards of one descriptor
        second.close();
    }
    queue->run_one();
    BOOST_TEST(leak_check::check_now().findings.size() == 1U);
}
