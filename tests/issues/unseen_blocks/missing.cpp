// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Prints what a check at level full has missed.

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <cstdio>

// The program allocates, so that an operator new that is linked statically becomes part of it.
int* volatile allocated = nullptr;

int main() {
    allocated = new int(1);
    namespace leak_check = handrail::leak_check;
    leak_check::set_level(leak_check::level::full);
    auto const object = handrail::make<int>(1);
    auto const report = leak_check::check_now();
    std::printf("%s: %s\n", report.complete ? "complete" : "not complete", report.missing.c_str());
    delete allocated;
}
