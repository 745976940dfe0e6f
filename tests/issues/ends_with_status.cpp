// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program with a leak, linked with libraries that have something to do at its end.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/shared.hpp>

#include <cstdio>
#include <iostream>

extern "C" void use_late_library();

int main() {
    use_late_library();
    auto const shared = handrail::make<handrail::file>(
        handrail::file::open("/dev/null", handrail::file::read_only));
    handrail::add_cleanup(shared, handrail::capturing([shared] {}));
    std::ios::sync_with_stdio(false);
    std::cout << "of std::cout\n";
    std::fputs("of stdio\n", stdout);
    return 0;
}
