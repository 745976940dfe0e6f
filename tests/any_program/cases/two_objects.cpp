// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A job and its result own each other.
//
// EXPECT: HR050 certain count=4
// RESOURCE: unix
// LEFT: 4 objects, 4 descriptors
// NAMES: farm::job::result_ ; farm::result::job_ ; farm::job
// NAMES: farm::job::worker_
// NAMES-WITHOUT-DEBUG-INFO: farm::job ; farm::result

#include "../case.hpp"
#include "../sockets.hpp"

#include <memory>
#include <string>
#include <utility>

namespace farm {

class result;

class job : any_program::counted {
public:
    explicit job(any_program::local_socket worker) : worker_(std::move(worker)) {}
    void complete(std::shared_ptr<result> with) { result_ = std::move(with); }

private:
    std::string command_ = "render frame 17 of the film, with shadows";
    std::shared_ptr<result> result_;
    any_program::local_socket worker_;
};

class result {
public:
    explicit result(std::shared_ptr<job> of) : job_(std::move(of)) {}  // LEAK

private:
    int status_ = 0;
    std::shared_ptr<job> job_;
};

[[gnu::noinline]] void render(int frames) {
    boost::asio::io_context io;
    for (int i = 0; i != frames; ++i) {
        auto const work = std::make_shared<job>(any_program::abandoned_socket(io));
        work->complete(std::make_shared<result>(work));
    }
    io.run();
}

}  // namespace farm

int main(int argc, char** argv) {
    farm::render(4);
    any_program::stay(argc, argv);
}
