// error: no matching function for call to|no matching member function for call to
// The completion signature of async_accept is void(error_code, stream_socket): a guarded socket.
#include <handrail/socket.hpp>

void misuse(handrail::tcp_acceptor& acceptor) {
#ifdef HANDRAIL_CONTROL
    acceptor.async_accept([](boost::system::error_code, handrail::tcp_socket) {});
#else
    acceptor.async_accept([](boost::system::error_code, int) {});
#endif
}
