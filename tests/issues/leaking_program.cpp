// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program with a leak, linked with flushed_at_exit.cpp. It leaves output in the buffers of
// std::cout and stdio. output_lost_by_exitcode.py runs it.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/shared.hpp>

#include <cstdio>
#include <iostream>

extern "C" void link_flushed_at_exit();

int main() {
    link_flushed_at_exit();
    auto const shared = handrail::make<handrail::file>(
        handrail::file::open("/dev/null", handrail::file::read_only));
    handrail::add_cleanup(shared, handrail::capturing([shared] {}));
    std::ios::sync_with_stdio(false);
    std::cout << "of std::cout\n";
    std::fputs("of stdio\n", stdout);
    return 0;
}
