// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A singleton in a static member keeps workers after their work.
//
// EXPECT: HR053 note count=3
// RESOURCE: unix
// LEFT: 3 objects, 6 descriptors
// NAMES: plant::manager::instance ; workers_ ; plant::worker
// NAMES: plant::worker::line
// NAMES-WITHOUT-DEBUG-INFO: plant::manager::instance
// NAMES-STRIPPED:

#include "../case.hpp"
#include "../sockets.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace plant {

struct worker : any_program::counted {
    explicit worker(any_program::local_socket l) : line(std::move(l)) {}
    any_program::local_socket line;
};

class manager {
public:
    static std::unique_ptr<manager> instance;

    void employ() {
        workers_.push_back(std::make_unique<worker>(any_program::abandoned_socket(io_)));
    }

private:
    boost::asio::io_context io_;
    std::vector<std::unique_ptr<worker>> workers_;
};

std::unique_ptr<manager> manager::instance = std::make_unique<manager>();

}  // namespace plant

int main(int argc, char** argv) {
    for (int i = 0; i != 3; ++i) {
        plant::manager::instance->employ();
    }
    any_program::stay(argc, argv);
}
