// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A stream and its decoder own each other by boost::intrusive_ptr: their counts are their own, and
// only their classes know where.
//
// EXPECT: HR050 certain|possible count=2
// RESOURCE: unix
// LEFT: 4 objects, 2 descriptors
// NAMES: video::stream::decoder_ ; video::decoder::stream_ ; video::stream
// NAMES: video::stream::socket_
// NAMES-WITHOUT-DEBUG-INFO: video::stream ; video::decoder

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <utility>

namespace video {

class part : public boost::intrusive_ref_counter<part>, any_program::counted {
public:
    virtual ~part() = default;
    virtual void stop() = 0;
};

class stream : public part {
public:
    explicit stream(any_program::local_socket socket) : socket_(std::move(socket)) {}
    void decode_with(boost::intrusive_ptr<part> decoder) { decoder_ = std::move(decoder); }
    void stop() override { socket_.close(); }

private:
    any_program::local_socket socket_;
    boost::intrusive_ptr<part> decoder_;
};

class decoder : public part {
public:
    explicit decoder(boost::intrusive_ptr<stream> of) : stream_(std::move(of)) {}  // LEAK
    void stop() override { stream_->stop(); }

private:
    boost::intrusive_ptr<stream> stream_;
};

[[gnu::noinline]] void show(int streams) {
    boost::asio::io_context io;
    for (int i = 0; i != streams; ++i) {
        boost::intrusive_ptr<stream> const one(new stream(any_program::abandoned_socket(io)));
        one->decode_with(new decoder(one));
    }
}

}  // namespace video

int main(int argc, char** argv) {
    video::show(2);
    any_program::stay(argc, argv);
}
