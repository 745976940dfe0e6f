// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bodies are written straight from the mapping. If the file has been cut meanwhile, the kernel cannot read the missing pages
// and the write fails with EFAULT: the connection ends, and the process does not touch those pages itself.

#include "session.hpp"

#include "response.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace file_server {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr std::uint32_t header_limit = 8 * 1024;

// Waits for the operation or the timer; the other one is cancelled. Returns: the operation's error, timed_out by the timer.
asio::awaitable<error_code> in_time(asio::awaitable<error_code> operation, std::chrono::milliseconds limit) {
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    error_code ignored;  // the timer is cancelled when the operation is first
    auto const first = co_await (std::move(operation) || timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored)));
    co_return first.index() == 0 ? std::get<0>(first) : error_code(asio::error::timed_out);
}

using parser = http::request_parser<http::empty_body>;

asio::awaitable<error_code> read_request(handrail::tcp_socket& from, boost::beast::flat_buffer& buffer, parser& into) {
    error_code ec;
    co_await http::async_read(from, buffer, into, asio::redirect_error(asio::use_awaitable, ec));
    co_return ec;
}

template <class Buffers>
asio::awaitable<error_code> write_all(handrail::tcp_socket& to, Buffers buffers) {
    error_code ec;
    co_await asio::async_write(to, buffers, asio::redirect_error(asio::use_awaitable, ec));
    co_return ec;
}

http::status refusal_of(error_code const& ec) {
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
        return http::status::request_header_fields_too_large;
    }
    return ec == http::error::body_limit ? http::status::payload_too_large : http::status::bad_request;
}

bool is_protocol_error(error_code const& ec) {
    return ec.category() == http::make_error_code(http::error::end_of_stream).category() &&
           ec != http::error::end_of_stream && ec != http::error::partial_message;
}

}  // namespace

session::session(handrail::tcp_socket socket, session_settings const& settings, file_cache& files)
    : socket_(std::move(socket)), settings_(settings), files_(files) {}

asio::awaitable<void> session::run() {
    while (co_await serve_one()) {
    }
    error_code ignored;  // the peer may have been faster
    socket_.shutdown(handrail::tcp_socket::shutdown_both, ignored);
    socket_.close(ignored);
}

// Returns: whether the connection stays open for another request.
asio::awaitable<bool> session::serve_one() {
    parser asked;
    asked.header_limit(header_limit);
    asked.body_limit(0);
    error_code const ec = co_await in_time(read_request(socket_, buffer_, asked), settings_.idle);
    if (is_protocol_error(ec)) {
        co_await send(refuse(refusal_of(ec)));
        co_return false;
    }
    if (ec) {
        co_return false;
    }
    response const r = answer(asked.get(), settings_.root, files_);
    co_return co_await send(r) && r.header.keep_alive();
}

// The header from Beast, the body from the mapping. Long bodies get the idle time for each piece.
asio::awaitable<bool> session::send(response const& r) {
    constexpr std::size_t piece = 1 << 20;
    std::ostringstream header;
    header << r.header.base();
    std::string const text = header.str();
    auto body = r.body();
    std::array<asio::const_buffer, 2> const first{asio::buffer(text),
                                                  asio::buffer(body.data(), std::min(piece, body.size()))};
    error_code ec = co_await in_time(write_all(socket_, first), settings_.idle);
    body = body.subspan(std::min(piece, body.size()));
    while (!ec && !body.empty()) {
        auto const next = asio::buffer(body.data(), std::min(piece, body.size()));
        ec = co_await in_time(write_all(socket_, next), settings_.idle);
        body = body.subspan(next.size());
    }
    co_return !ec;
}

void session::stop() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        error_code ignored;
        self->socket_.close(ignored);
    });
}

}  // namespace file_server
