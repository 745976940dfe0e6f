// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Connects with every completion token: see completion_tokens.cpp.

#include "tests/issues/completion_tokens.hpp"

using namespace asio_test;

BOOST_AUTO_TEST_SUITE(completion_tokens)

BOOST_AUTO_TEST_CASE(every_token_works_with_async_connect) {
    auto const operation = [](stage& s, auto&& token) {
        return s.client.async_connect(s.target, std::forward<decltype(token)>(token));
    };
    complete_with_every_token(operation);
    complete_with_a_promise(operation);
    make_a_coro(operation);
}

BOOST_AUTO_TEST_CASE(every_token_works_with_async_connect_to_a_range) {
    auto const operation = [](stage& s, auto&& token) {
        return handrail::async_connect(s.client, s.targets(), std::forward<decltype(token)>(token));
    };
    complete_with_every_token(operation);
    complete_with_a_promise(operation);
}

BOOST_AUTO_TEST_SUITE_END()
