// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The path of the report's file, from out=FILE in HANDRAIL_DEBUG.
//
// Thread safety: a pure function.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace handrail::leak_check {

// What the path depends on. start: a number that differs between processes of equal process ids;
// containers begin their process ids again at 1.
struct report_origin {
    std::uint64_t process;
    std::uint64_t start;
    std::string directory;  // absolute; empty: not known
};

// Returns: the pattern with "%p" replaced by the process id, "%u" by the start, "%%" by "%". The
//   path is absolute, so that the program may change its directory. Errors: throws std::bad_alloc.
std::string report_file_name(std::string_view pattern, report_origin const& origin);

}  // namespace handrail::leak_check
