// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "inspect.hpp"

#include "lib/inspect/look.hpp"
#include "lib/inspect/target/core_file.hpp"
#include "lib/inspect/target/stopped_process.hpp"

#include <memory>
#include <string>

namespace handrail_check {

namespace {

std::unique_ptr<handrail::inspect::target> target_of(options const& wanted) {
    if (wanted.process) {
        return handrail::inspect::stop_process(*wanted.process);
    }
    return handrail::inspect::open_core(wanted.core, wanted.program);
}

std::string name_of(options const& wanted) {
    return wanted.process ? "process " + std::to_string(*wanted.process) : wanted.core;
}

}  // namespace

checked inspect(options const& wanted) {
    auto const program = target_of(wanted);
    checked result;
    result.sources.push_back(
        {name_of(wanted), handrail::inspect::look_at(
                              *program, {.all = wanted.all, .debug_files = wanted.debug_info})});
    return result;
}

}  // namespace handrail_check
