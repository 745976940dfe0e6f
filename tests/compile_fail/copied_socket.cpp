// error: use of deleted function|call to implicitly-deleted copy constructor
#include <handrail/socket.hpp>

#include <utility>

handrail::tcp_socket misuse(handrail::tcp_socket& owner) {
#ifdef HANDRAIL_CONTROL
    return std::move(owner);
#else
    return owner;
#endif
}
