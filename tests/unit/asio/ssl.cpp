// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A guarded socket below boost::asio::ssl::stream, with a certificate made on the spot.

#include <handrail/asio/beast.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>
#include <string>
#include <thread>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using boost::system::error_code;

namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

void use_self_signed_certificate(ssl::context& context) {
    key_ptr const key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    certificate_ptr const certificate(X509_new(), &X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    BOOST_REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
    BOOST_REQUIRE(SSL_CTX_use_certificate(context.native_handle(), certificate.get()) == 1);
    BOOST_REQUIRE(SSL_CTX_use_PrivateKey(context.native_handle(), key.get()) == 1);
}

int closed = 0;

}  // namespace

BOOST_AUTO_TEST_CASE(a_websocket_over_an_encrypted_tcp_connection_closes_cleanly) {
    namespace websocket = boost::beast::websocket;
    asio::io_context context;
    ssl::context server_context(ssl::context::tls_server), client_context(ssl::context::tls_client);
    use_self_signed_certificate(server_context);
    handrail::tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    websocket::stream<ssl::stream<handrail::tcp_socket>> client(context, client_context);
    client.next_layer().next_layer().connect(acceptor.local_endpoint());
    websocket::stream<ssl::stream<handrail::tcp_socket>> server(acceptor.accept(), server_context);
    error_code at_server, at_client;
    std::thread peer([&] {
        server.next_layer().handshake(ssl::stream_base::server);
        server.accept();
        boost::beast::flat_buffer received;
        server.read(received, at_server);
    });
    client.next_layer().handshake(ssl::stream_base::client);
    client.handshake("localhost", "/");
    client.close(websocket::close_code::normal, at_client);
    peer.join();
    BOOST_TEST((at_server == websocket::error::closed));
    BOOST_TEST(at_client.message() == error_code().message());
    BOOST_TEST(!server.next_layer().next_layer().is_open());
    BOOST_TEST(!client.next_layer().next_layer().is_open());
}

BOOST_AUTO_TEST_CASE(an_encrypted_connection_carries_bytes_and_ends_with_its_cleanup) {
    asio::io_context context;
    ssl::context server_context(ssl::context::tls_server), client_context(ssl::context::tls_client);
    use_self_signed_certificate(server_context);
    closed = 0;
    {
        handrail::local_socket a(context), b(context);
        handrail::connect_pair(a, b);
        handrail::add_cleanup(a, [] { ++closed; });
        ssl::stream<handrail::local_socket> client(std::move(a), client_context);
        ssl::stream<handrail::local_socket&> server(b, server_context);
        std::array<char, 4> bytes{};
        error_code failed;
        auto const note = [&](error_code ec) { failed = ec ? ec : failed; };
        server.async_handshake(ssl::stream_base::server, [&](error_code ec) {
            note(ec);
            asio::async_read(server, asio::buffer(bytes),
                             [&](error_code e, std::size_t) { note(e); });
        });
        client.async_handshake(ssl::stream_base::client, [&](error_code ec) {
            note(ec);
            asio::async_write(client, asio::buffer("ping", 4),
                              [&](error_code e, std::size_t) { note(e); });
        });
        context.run();
        BOOST_TEST(failed.message() == error_code().message());
        BOOST_TEST(std::string(bytes.data(), bytes.size()) == "ping");
        BOOST_TEST(&client.lowest_layer() == &client.next_layer());
    }
    BOOST_TEST(closed == 1);
}
