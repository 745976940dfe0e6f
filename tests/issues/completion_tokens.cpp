// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: cancel_after of Boost 1.88 did not compile with async_connect, whose initiation had no
// executor.
// Correct: each kind of operation compiles and completes with every completion token, and its
// constraints refuse a type that is not a token.
//
// The other operations have files of their own, because each takes a compiler long.

#include "tests/issues/completion_tokens.hpp"

#include <string>
#include <vector>

using namespace asio_test;

namespace {

struct no_token {};
struct accepts_a_string {
    void operator()(std::string const&) const {}
};

// Each concept is satisfied if one overload of the operation accepts the token.
template <class Token>
concept reads =
    requires(tcp_socket& s, asio::mutable_buffer b, Token token) { s.async_read_some(b, token); } ||
    requires(tcp_socket& s, asio::mutable_buffer b, Token token) { s.async_receive(b, token); } ||
    requires(tcp_socket& s, asio::mutable_buffer b, Token token) { s.async_receive(b, 0, token); };
template <class Token>
concept writes =
    requires(tcp_socket& s, asio::const_buffer b, Token token) { s.async_write_some(b, token); } ||
    requires(tcp_socket& s, asio::const_buffer b, Token token) { s.async_send(b, token); } ||
    requires(tcp_socket& s, asio::const_buffer b, Token token) { s.async_send(b, 0, token); };
template <class Token>
concept waits = requires(tcp_socket& s, Token token) {
    s.async_wait(tcp_socket::wait_read, token);
} || requires(tcp_acceptor& a, Token token) { a.async_wait(tcp_acceptor::wait_read, token); };
template <class Token>
concept accepts =
    requires(tcp_acceptor& a, Token token) { a.async_accept(token); } ||
    requires(tcp_acceptor& a, tcp_socket& peer, Token token) { a.async_accept(peer, token); } ||
    requires(tcp_acceptor& a, tcp_socket& peer, tcp::endpoint& from, Token token) {
        a.async_accept(peer, from, token);
    } ||
    requires(tcp_acceptor& a, tcp::endpoint& from, Token token) { a.async_accept(from, token); } ||
    requires(tcp_acceptor& a, asio::io_context& context, Token token) {
        a.async_accept(context, token);
    } || requires(tcp_acceptor& a, asio::io_context& context, tcp::endpoint& from, Token token) {
        a.async_accept(context, from, token);
    };
template <class Token>
concept connects = requires(tcp_socket& s, tcp::endpoint peer, Token token) {
    s.async_connect(peer, token);
} || requires(tcp_socket& s, std::vector<tcp::endpoint> peers, Token token) {
    handrail::async_connect(s, peers, token);
} || requires(tcp_socket& s, std::vector<tcp::endpoint> peers, Token token) {
    handrail::async_connect(
        s, peers, [](error_code const&, tcp::endpoint const&) { return true; }, token);
};
template <class Token>
concept tears_down = requires(tcp_socket& s, Token token) {
    async_teardown(boost::beast::role_type::client, s, token);
};
template <class Token>
concept no_operation_accepts = !reads<Token> && !writes<Token> && !waits<Token> &&
                               !accepts<Token> && !connects<Token> && !tears_down<Token>;

static_assert(no_operation_accepts<no_token>);
static_assert(no_operation_accepts<accepts_a_string>);
static_assert(no_operation_accepts<void (*)()>);

struct accepts_all_results {
    void operator()(auto&&...) const {}
};
static_assert(reads<accepts_all_results> && writes<accepts_all_results> &&
              waits<accepts_all_results> && accepts<accepts_all_results> &&
              connects<accepts_all_results> && tears_down<accepts_all_results>);
static_assert(!reads<void (*)(error_code)> && waits<void (*)(error_code)>);

}  // namespace

BOOST_AUTO_TEST_SUITE(completion_tokens)

BOOST_AUTO_TEST_CASE(every_token_works_with_async_wait) {
    auto const operation = [](stage& s, auto&& token) {
        return s.near.async_wait(tcp_socket::wait_read, std::forward<decltype(token)>(token));
    };
    complete_with_every_token(operation);
    complete_with_a_promise(operation);
    make_a_coro(operation);
}

// Reads and writes share their initiation.
BOOST_AUTO_TEST_CASE(every_token_works_with_async_read_some) {
    auto const operation = [](stage& s, auto&& token) {
        return s.near.async_read_some(s.buffer(), std::forward<decltype(token)>(token));
    };
    complete_with_every_token(operation);
    complete_with_a_promise(operation);
}

BOOST_AUTO_TEST_SUITE_END()
