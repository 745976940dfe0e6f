// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A library that writes what it holds back when it ends, as a logger does: in an object's
// destructor, in a function of its end, in one for exit().

#include <cstdlib>

#include <unistd.h>

namespace {

void say(char const* text, std::size_t size) { static_cast<void>(!::write(1, text, size)); }

struct buffer {
    buffer() {
        std::atexit([] { say("atexit\n", 7); });
    }
    ~buffer() { say("object\n", 7); }
};
buffer const the_buffer;

[[gnu::destructor]] void end() { say("destructor\n", 11); }

}  // namespace

extern "C" [[gnu::visibility("default")]] void use_late_library() {}
