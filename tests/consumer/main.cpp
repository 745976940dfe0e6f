// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A user's first program, built against an installed handrail.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/runner.hpp>

#include <string>

int main() {
    static int ran = 0;
    {
        auto file = handrail::file::open("/dev/null", handrail::file::read_only);
        handrail::add_cleanup(file, [](std::string) { ++ran; }, std::string("/dev/null"));
    }
    auto const report = handrail::leak_check::check_now();
    return ran == 1 && handrail::cleanup_stats().executed == 1 && report.findings.empty() ? 0 : 1;
}
