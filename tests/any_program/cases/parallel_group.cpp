// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An object waits for the first of its two timers, which never expire, and the handler of the group
// owns the object. The io_context lives.
//
// EXPECT: HR051 certain count=2
// RESOURCE: unix
// LEFT: 2 objects, 5 descriptors
// NAMES: lambda at @LEAK ; guard::post
// NAMES: guard::post::line_
// NAMES-WITHOUT-DEBUG-INFO: guard::post

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>

using boost::asio::deferred;
using boost::asio::steady_timer;
using boost::system::error_code;

namespace guard {

class post : public std::enable_shared_from_this<post>, any_program::counted {
public:
    explicit post(any_program::local_socket line)
        : line_(std::move(line)),
          alarm_(line_.get_executor(), steady_timer::time_point::max()),
          relief_(line_.get_executor(), steady_timer::time_point::max()) {}

    void watch() {
        namespace experimental = boost::asio::experimental;
        experimental::make_parallel_group(alarm_.async_wait(deferred), relief_.async_wait(deferred))
            .async_wait(experimental::wait_for_one(),
                        [self = shared_from_this()](  // LEAK
                            std::array<std::size_t, 2> order, error_code, error_code) {
                            self->alarmed_ = order[0] == 0;
                        });
    }

private:
    bool alarmed_ = false;
    any_program::local_socket line_;
    steady_timer alarm_;
    steady_timer relief_;
};

}  // namespace guard

int main(int argc, char** argv) {
    boost::asio::io_context io;
    for (int i = 0; i != 2; ++i) {
        std::make_shared<guard::post>(any_program::abandoned_socket(io))->watch();
    }
    io.poll();
    any_program::stay(argc, argv);
    std::exit(0);
}
