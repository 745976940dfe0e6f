// error: no matching function for call to|no matching member function for call to
// A token must fit the operation's completion signature, here void(error_code, std::size_t).
#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <string>

void misuse(handrail::tcp_socket& socket, char (&bytes)[4]) {
#ifdef HANDRAIL_CONTROL
    socket.async_read_some(boost::asio::buffer(bytes),
                           [](boost::system::error_code, std::size_t) {});
#else
    socket.async_read_some(boost::asio::buffer(bytes),
                           [](boost::system::error_code, std::string) {});
#endif
}
