// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Accepts with every completion token: see completion_tokens.cpp.

#include "tests/issues/completion_tokens.hpp"

using namespace asio_test;

BOOST_AUTO_TEST_SUITE(completion_tokens)

BOOST_AUTO_TEST_CASE(every_token_works_with_async_accept_into_a_socket) {
    auto const operation = [](stage& s, auto&& token) {
        return s.acceptor.async_accept(s.peer, std::forward<decltype(token)>(token));
    };
    complete_with_every_token(operation);
    complete_with_a_promise(operation);
    make_a_coro(operation);
}

BOOST_AUTO_TEST_CASE(every_token_works_with_async_accept_of_a_new_socket) {
    auto const operation = [](stage& s, auto&& token) {
        return s.acceptor.async_accept(std::forward<decltype(token)>(token));
    };
    complete_with_every_token(operation);
}

BOOST_AUTO_TEST_SUITE_END()
