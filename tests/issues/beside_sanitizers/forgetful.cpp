// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that forgets memory and handles, for what LeakSanitizer and the leak check say
// together.
//
// usage: forgetful WHAT
//   handle   a handle is open at exit
//   memory   the same, and memory is lost
//   nothing  neither; a handle ends with the static objects
//   status   as memory, and asks for status 7
//   error    uses freed memory while a handle is open (AddressSanitizer)

#include <handrail/file.hpp>

#include <cstdlib>
#include <string_view>

namespace {

using handrail::file;

file open_null() { return file::open("/dev/null", file::read_only); }

// Opened before main, closed after it.
file of_static_object = open_null();

// Reachable for LeakSanitizer, also when optimised; never closed.
file* volatile never_closed = nullptr;

void* volatile newest = nullptr;

// A hundred times, so that no register remembers all of it.
[[gnu::noinline]] void lose_memory() {
    for (int i = 0; i != 100; ++i) {
        newest = std::malloc(100);
    }
}

int use_freed_memory() {
    int volatile* const place = new int volatile[10];
    delete[] place;
    return place[3];
}

}  // namespace

int main(int, char** argv) {
    std::string_view const what = argv[1];
    if (what != "nothing") {
        never_closed = new file(open_null());
    }
    if (what == "memory" || what == "status") {
        lose_memory();
    }
    return what == "error" ? use_freed_memory() : 0;
}
