// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A module that takes a report, and reads it after the module that it is about was unloaded.

#include <handrail/leak_check.hpp>

#include <string>
#include <vector>

#define READER extern "C" [[gnu::visibility("default")]] int

namespace leak_check = handrail::leak_check;

namespace {

leak_check::report taken;
std::vector<leak_check::live_handle> live;

bool is_in_plugin(std::source_location where) {
    return std::string(where.file_name()).ends_with("plugin.cpp") &&
           !std::string(where.function_name()).empty() && where.line() != 0;
}

}  // namespace

READER take() {
    taken = leak_check::check_now({.open_handles = true});
    live = leak_check::live_handles();
    return taken.findings.empty() || live.empty() ? 1 : 0;
}

READER use_taken() {
    bool all = to_text(taken).find("plugin.cpp") != std::string::npos &&
               to_json(taken).find("plugin.cpp") != std::string::npos;
    for (leak_check::live_handle const& each : live) {
        all = all && is_in_plugin(each.where);
    }
    for (leak_check::finding const& each : taken.findings) {
        all = all && (each.opened.line() == 0 || is_in_plugin(each.opened));
        for (leak_check::step const& way : each.path) {
            all = all && (way.where.line() == 0 || is_in_plugin(way.where));
        }
    }
    return all ? 0 : 1;
}
