// error: no matching function for call to
// A runner does not keep its context alive.
#include <handrail/asio/runner.hpp>

#include <boost/asio/io_context.hpp>

handrail::runner misuse([[maybe_unused]] boost::asio::io_context& lives) {
#ifdef HANDRAIL_CONTROL
    return handrail::make_runner(lives);
#else
    return handrail::make_runner(boost::asio::io_context());
#endif
}
