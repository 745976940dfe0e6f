// error: no matching function for call|no matching constructor for|no viable conversion
// A general socket may be of any protocol, so it does not become a tcp_socket.
#include <handrail/socket.hpp>

#include <boost/asio/generic/stream_protocol.hpp>

#include <utility>

using general_socket = handrail::stream_socket<boost::asio::generic::stream_protocol>;

void misuse(handrail::tcp_socket& special, [[maybe_unused]] general_socket& general) {
#ifdef HANDRAIL_CONTROL
    general = std::move(special);
#else
    handrail::tcp_socket other(std::move(general));
    special = std::move(other);
#endif
}
