// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace file_server {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_header = 8 * 1024;
constexpr std::size_t max_input = 2 * max_header;
constexpr std::size_t max_discarded = 256 * 1024;
constexpr std::chrono::seconds max_farewell{2};

using request_parser = http::request_parser<http::empty_body>;

// Returns: the status for a request that could not be parsed; nothing if the client has left.
std::optional<http::status> refusal_of(error_code const& ec, request const& so_far) {
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
        return so_far.target().empty() ? http::status::uri_too_long
                                       : http::status::request_header_fields_too_large;
    }
    if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
        ec.category() != make_error_code(http::error::bad_method).category()) {
        return std::nullopt;
    }
    return ec == http::error::bad_version ? http::status::http_version_not_supported
                                          : http::status::bad_request;
}

}  // namespace

session::session(handrail::tcp_socket socket, handrail::shared<site const> from)
    : socket_(std::move(socket)),
      site_(std::move(from)),
      input_(max_input),
      timer_(socket_.get_executor()) {
    extend_deadline();
}

asio::awaitable<void> session::run(handrail::shared<session> self) {
    using namespace asio::experimental::awaitable_operators;
    co_await (self->serve() || self->watch());
}

void session::stop() {
    asio::post(get_executor(), [self = shared_from_this()] { self->stop_here(); });
}

void session::stop_here() { limit_deadline(idle_ ? clock::duration::zero() : site_->timeout); }

void session::extend_deadline() {
    deadline_ = std::min(clock::now() + site_->timeout, last_deadline_);
}

void session::limit_deadline(clock::duration from_now) {
    last_deadline_ = std::min(last_deadline_, clock::now() + from_now);
    extend_deadline();
    timer_.cancel();  // watch() reads the deadline again
}

// Shutting the socket down ends the operations of serve(), those that start later included.
asio::awaitable<void> session::watch() {
    while (clock::now() < deadline_) {
        timer_.expires_at(deadline_);
        co_await timer_.async_wait(awaited);
    }
    error_code ignored;  // the connection ends in any case
    socket_.shutdown(handrail::tcp_socket::shutdown_both, ignored);
}

asio::awaitable<void> session::serve() {
    // g++ 12 miscompiles a co_await in the condition of a loop.
    next then = next::another;
    while (then == next::another && !stopping()) {
        then = co_await serve_one();
    }
    if (then != next::gone) {
        co_await discard_input();
    }
}

asio::awaitable<session::next> session::serve_one() {
    idle_ = true;
    extend_deadline();
    request_parser parser;
    parser.header_limit(max_header);
    auto const [ec, size] = co_await http::async_read_header(socket_, input_, parser, awaited);
    idle_ = false;
    extend_deadline();
    if (ec.failed()) {
        auto const why = refusal_of(ec, parser.get());
        if (!why) {
            co_return next::gone;
        }
        co_return co_await send(refuse(*why));
    }
    reply made = answer(parser.get(), *site_);
    if (!parser.is_done()) {  // the request has a body, which is not read
        made.message.keep_alive(false);
    }
    co_return co_await send(std::move(made));
}

asio::awaitable<session::next> session::send(reply what) {
    http::response_serializer<http::span_body<char const>> serializer(what.message);
    while (!serializer.is_done()) {
        auto const [ec, size] = co_await http::async_write_some(socket_, serializer, awaited);
        if (ec.failed()) {
            co_return next::gone;
        }
        extend_deadline();
    }
    co_return what.message.keep_alive() ? next::another : next::close;
}

// A close with unread input would reset the connection, and the client might lose the reply.
asio::awaitable<void> session::discard_input() {
    limit_deadline(max_farewell);
    error_code failed;
    socket_.shutdown(handrail::tcp_socket::shutdown_send, failed);
    std::array<char, 4096> unread;
    for (std::size_t total = 0; !failed.failed() && total < max_discarded;) {
        auto const [ec, size] = co_await socket_.async_read_some(asio::buffer(unread), awaited);
        failed = ec;
        total += size;
    }
}

}  // namespace file_server
