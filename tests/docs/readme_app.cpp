// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The program whose leak report the README shows: a cleanup holds its own file. pages.py compares
// what it prints.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/shared.hpp>

#include <cstdlib>

using handrail::file;

// The lines are those of the README's app.cc.
int main() {
    constexpr auto flags = file::read_write | file::create;
#line 38 "app.cc"
    auto const config = handrail::make<file>(file::open("cfg.toml", flags));
#line 41 "app.cc"
    handrail::add_cleanup(config, handrail::capturing([config] { config->sync_all(); }));
    std::exit(0);  // config is still there
}
