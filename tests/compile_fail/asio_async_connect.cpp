// error: takes Asio's own sockets only: call handrail::async_connect
// Asio's async_connect would reopen the socket behind its guard, without close-on-exec.
#include <handrail/socket.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <vector>

void misuse(handrail::tcp_socket& socket,
            std::vector<boost::asio::ip::tcp::endpoint> const& endpoints) {
#ifdef HANDRAIL_CONTROL
    handrail::async_connect(socket, endpoints, boost::asio::detached);
    async_connect(socket, endpoints, boost::asio::detached);  // finds handrail's and Asio's
#else
    boost::asio::async_connect(socket, endpoints.begin(), endpoints.end(), boost::asio::detached);
#endif
}
