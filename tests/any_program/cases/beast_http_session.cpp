// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A session of Beast answers requests by a member function object that owns the session.
//
// EXPECT: HR050 certain count=2
// RESOURCE: tcp
// LEFT: 2 objects, 2 descriptors
// NAMES: web::session::answer_ ; lambda at @LEAK ; web::session
// NAMES: web::session::stream_
// NAMES-WITHOUT-DEBUG-INFO: web::session

#include "../case.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;

namespace web {

using response = http::response<http::empty_body>;

class session : public std::enable_shared_from_this<session>, any_program::counted {
public:
    explicit session(tcp::socket socket) : stream_(std::move(socket)) {}

    void run() {
        answer_ = [self = shared_from_this()](response r) {  // LEAK
            r.prepare_payload();
            http::write(self->stream_, r);
        };
        read();
    }

private:
    void read() {
        request_ = {};
        http::async_read(stream_, buffer_, request_,
                         [self = shared_from_this()](beast::error_code ec, std::size_t) {
                             if (!ec) {
                                 self->answer_({http::status::no_content, 11});
                                 self->read();
                             }
                         });
    }

    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    http::request<http::empty_body> request_;
    std::function<void(response)> answer_;
};

[[gnu::noinline]] void serve(int clients) {
    boost::asio::io_context io;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    for (int i = 0; i != clients; ++i) {
        beast::tcp_stream client(io);
        client.connect(acceptor.local_endpoint());
        http::write(client, http::request<http::empty_body>(http::verb::get, "/", 11));
        std::make_shared<session>(acceptor.accept())->run();
        client.socket().shutdown(tcp::socket::shutdown_send);
        io.run();
        io.restart();
    }
}

}  // namespace web

int main(int argc, char** argv) {
    web::serve(2);
    any_program::stay(argc, argv);
}
