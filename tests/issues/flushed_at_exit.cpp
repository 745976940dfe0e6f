// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A library that writes when the process exits, as a logger flushes its buffer: from the destructor
// of a static object, from a destructor function, and from a function registered with atexit.

#include <cstdlib>

#include <unistd.h>

namespace {

void write_text(char const* text, std::size_t size) { static_cast<void>(!::write(1, text, size)); }

struct buffer {
    buffer() {
        std::atexit([] { write_text("atexit\n", 7); });
    }
    ~buffer() { write_text("object\n", 7); }
};
buffer const the_buffer;

[[gnu::destructor]] void end() { write_text("destructor\n", 11); }

}  // namespace

extern "C" [[gnu::visibility("default")]] void link_flushed_at_exit() {}
