// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A file that is opened by an inlined function and stays open, for tests of the names of frames.
// No function is exported, so that a program without debug information cannot name its frames.

#pragma once

#include <handrail/file.hpp>

namespace {

[[gnu::always_inline]] inline handrail::file* open_log(char const* path) {
    return new handrail::file(handrail::file::open(path, handrail::file::read_only));  // opened
}

[[gnu::noinline]] void serve(char const* path) {
    handrail::file* const leaked = open_log(path);  // inlined
    leaked->is_open();
}

}  // namespace
