// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The control callback of a WebSocket stream of Beast is bound to the session around the stream.
// Its socket was closed long ago: the ring has no descriptor.
//
// EXPECT: HR050 certain count=3
// LEFT: 3 objects, 0 descriptors
// NAMES: feed::session::stream_ ; feed::session
// NAMES-WITHOUT-DEBUG-INFO: feed::session

#include "../case.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <functional>
#include <memory>

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace feed {

class session : public std::enable_shared_from_this<session>, any_program::counted {
public:
    explicit session(boost::asio::io_context& io) : stream_(io) {}

    void start() {
        using namespace std::placeholders;
        stream_.next_layer().socket().open(boost::asio::ip::tcp::v4());
        stream_.control_callback(
            std::bind(&session::on_control, shared_from_this(), _1, _2));  // LEAK
    }
    void close() { stream_.next_layer().close(); }

private:
    void on_control(websocket::frame_type, beast::string_view) { ++frames_; }

    int frames_ = 0;
    websocket::stream<beast::tcp_stream> stream_;
};

[[gnu::noinline]] void serve(int sessions) {
    boost::asio::io_context io;
    for (int i = 0; i != sessions; ++i) {
        auto const one = std::make_shared<session>(io);
        one->start();
        one->close();
    }
    io.run();
}

}  // namespace feed

int main(int argc, char** argv) {
    feed::serve(3);
    any_program::stay(argc, argv);
}
