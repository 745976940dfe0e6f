// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: nothing compiled the sockets' operations with asio::yield_context, the completion token of
// stackful coroutines, which needs the library Boost.Context.
// Correct: every operation suspends the coroutine until it completes, and reports its error.

#include "tests/issues/asynchronous_operations.hpp"

#include <boost/asio/spawn.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <optional>

using namespace asio_test;

namespace {

// Effects: runs body(yield_context) in a stackful coroutine until it ends.
// Returns: the exception that the body threw; no value if the coroutine has not ended in time.
template <class Body>
std::optional<std::exception_ptr> run_coroutine(stage& at, Body body) {
    std::optional<std::exception_ptr> result;
    asio::spawn(at.context, body, [&](std::exception_ptr thrown) { result = thrown; });
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!result.has_value() && std::chrono::steady_clock::now() < deadline) {
        at.context.restart();
        at.context.run_one_for(std::chrono::seconds(1));
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operations_in_stackful_coroutines)

BOOST_AUTO_TEST_CASE(every_operation_resumes_the_coroutine_when_it_completes) {
    for_each_operation([](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::ready);
            auto const result = run_coroutine(
                at, [&](asio::yield_context yield) { static_cast<void>(operation(at, yield)); });
            BOOST_TEST_REQUIRE(result.has_value());
            BOOST_TEST((*result == nullptr));
        }
    });
}

BOOST_AUTO_TEST_CASE(every_operation_reports_its_error_to_the_coroutine) {
    for_each_operation([](char const* name, auto operation) {
        BOOST_TEST_CONTEXT(name) {
            stage at(situation::closed);
            error_code ec;
            auto const result = run_coroutine(at, [&](asio::yield_context yield) {
                static_cast<void>(operation(at, yield[ec]));
            });
            BOOST_TEST_REQUIRE(result.has_value());
            BOOST_TEST((*result == nullptr));
            BOOST_TEST(ec.failed());
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
