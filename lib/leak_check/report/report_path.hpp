// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The name of the report's file, out=FILE in HANDRAIL_DEBUG.
//
// Thread safety: a pure function.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace handrail::leak_check {

// What the name depends on. start: a number that processes of one process id do not share; there
// are such in containers, which number their processes anew.
struct report_origin {
    std::uint64_t process;
    std::uint64_t start;
    std::string directory;  // absolute, or empty: not known
};

// Returns: the pattern with "%p" replaced by the process id, "%u" by the start, "%%" by "%";
//   absolute, so that the program may change its directory. Errors: throws std::bad_alloc.
std::string report_path(std::string_view pattern, report_origin const& origin);

}  // namespace handrail::leak_check
