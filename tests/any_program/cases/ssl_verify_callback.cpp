// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The verify callback of a TLS stream owns the session around the stream. OpenSSL's memory is
// between them.
//
// EXPECT: HR050 certain count=2
// RESOURCE: unix
// LEFT: 2 objects, 2 descriptors
// LIBRARIES: ssl crypto
// NAMES: vault::session::stream_ ; lambda at @LEAK ; vault::session
// NAMES-WITHOUT-DEBUG-INFO: vault::session

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <utility>

namespace ssl = boost::asio::ssl;

namespace vault {

class session : public std::enable_shared_from_this<session>, any_program::counted {
public:
    session(any_program::local_socket socket, ssl::context& tls)
        : stream_(std::move(socket), tls) {}

    void start() {
        stream_.set_verify_callback(
            [self = shared_from_this()](bool good, ssl::verify_context&) {  // LEAK
                self->verified_ = good;
                return good;
            });
    }

private:
    bool verified_ = false;
    ssl::stream<any_program::local_socket> stream_;
};

[[gnu::noinline]] void open(int sessions) {
    boost::asio::io_context io;
    ssl::context tls(ssl::context::tls_server);
    for (int i = 0; i != sessions; ++i) {
        std::make_shared<session>(any_program::abandoned_socket(io), tls)->start();
    }
    io.run();
}

}  // namespace vault

int main(int argc, char** argv) {
    vault::open(2);
    any_program::stay(argc, argv);
}
