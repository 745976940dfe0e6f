// error: no matching function for call to
// The completion signature of async_drain is void(error_code).
#include <handrail/asio/runner.hpp>

#include <boost/asio/io_context.hpp>

#include <string>

void misuse(boost::asio::io_context& context) {
#ifdef HANDRAIL_CONTROL
    handrail::async_drain(context, [](boost::system::error_code) {});
#else
    handrail::async_drain(context, [](std::string const&) {});
#endif
}
