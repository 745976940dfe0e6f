// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "inspect.hpp"

#include "background_look.hpp"
#include "lib/inspect/look.hpp"
#include "lib/inspect/target/core_file.hpp"
#include "lib/inspect/target/stopped_process.hpp"

#include <string>

namespace handrail_check {

namespace {

namespace inspecting = handrail::inspect;

std::string name_of(options const& wanted) {
    return wanted.process ? "process " + std::to_string(*wanted.process) : wanted.core;
}

written::report look(options const& wanted) {
    auto const program = wanted.process ? inspecting::stop_process(*wanted.process)
                                        : inspecting::open_core(wanted.core, wanted.program);
    return inspecting::look_at(*program, {.all = wanted.all, .debug_files = wanted.debug_info});
}

}  // namespace

check_result inspect(options const& wanted) {
    std::string const name = name_of(wanted);
    check_result result;
    result.sources.push_back(
        {.name = name,
         .report = look_in_background(wanted.quiet ? "" : name, [&] { return look(wanted); })});
    return result;
}

}  // namespace handrail_check
