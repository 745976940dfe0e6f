// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A plugin that uses handrail, for hosts that do not.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/shared.hpp>

#define PLUGIN extern "C" [[gnu::visibility("default")]] int

namespace {

struct with_destructor {
    explicit with_destructor(int& to) : told(&to) {}
    ~with_destructor() { ++*told; }
    int* told;
};

}  // namespace

// Every kind of thread-local state: registering, ending, destroying objects.
PLUGIN use() {
    int runs = 0;
    {
        auto const object = handrail::make<with_destructor>(runs);
        auto file = handrail::file::open("/dev/null", handrail::file::read_only);
        handrail::add_cleanup(file, [](int* told) { ++*told; }, &runs);
        handrail::add_cleanup(object, [](int* told) { ++*told; }, &runs);
    }
    return runs == 3 ? 0 : 1;
}
