// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "session.hpp"

#include <boost/asio/write.hpp>

#include <sstream>
#include <utility>

namespace leak_hunt {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

std::string text_of(asio::ip::tcp::endpoint const& endpoint) {
    std::ostringstream text;
    text << endpoint;
    return text.str();
}

}  // namespace

session::session(handrail::tcp_socket socket)
    : socket_(std::move(socket)), peer_(text_of(socket_.remote_endpoint())) {
    ++alive_;
}

void session::start() {
    log_the_end();
    read();
}

void session::read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](error_code ec, std::size_t size) {
                                if (!ec) {
                                    self->write(size);
                                }
                            });
}

void session::write(std::size_t size) {
    asio::async_write(socket_, asio::buffer(buffer_, size),
                      [self = shared_from_this()](error_code ec, std::size_t written) {
                          if (!ec) {
                              *self->echoed_ += written;
                              self->read();
                          }
                      });
}

}  // namespace leak_hunt
