// error: takes Asio's own sockets only: call handrail::connect
// Asio's connect would reopen the socket behind its guard, without close-on-exec.
#include <handrail/socket.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <vector>

template <class Socket, class Endpoints>
concept asio_connects = requires(Socket& socket, Endpoints const& endpoints) {
    boost::asio::connect(socket, endpoints);
};

void misuse(handrail::tcp_socket& socket,
            std::vector<boost::asio::ip::tcp::endpoint> const& endpoints) {
#ifdef HANDRAIL_CONTROL
    handrail::connect(socket, endpoints);
    connect(socket, endpoints);  // finds handrail's and Asio's
    using endpoints_type = std::vector<boost::asio::ip::tcp::endpoint>;
    static_assert(!asio_connects<handrail::tcp_socket, endpoints_type>);
    static_assert(asio_connects<boost::asio::ip::tcp::socket, endpoints_type>);
#else
    boost::asio::connect(socket, endpoints);
#endif
}
