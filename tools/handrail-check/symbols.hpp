// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Names for the frames of reports: functions, files and lines, also of inlined calls, from the
// symbol tables and the debug information of the modules that a report names.
//
// A program knows its frames as addresses in modules, and of their functions those that the modules
// export. The rest is in the modules' files. symbols.cpp reads them with libdwfl of elfutils;
// no_symbols.cpp takes its place in a build without elfutils and leaves reports unchanged.
//
//  1. A module's file is read only if it is a regular file with the build id that the report says,
//     so that no name comes from another build. A module without build id cannot be compared.
//  2. Separate debug information is found where libdwfl looks for it: beside the file, below
//     /usr/lib/debug, and at the debuginfod servers that DEBUGINFOD_URLS names.
//  3. The library's own frames at the beginning are removed, once they have names.

#pragma once

#include "checked.hpp"

#include <string_view>

namespace handrail_check {

// How to get names that are still missing: an advice for the reader of a report.
extern std::string_view const names_hint;

// Effects: completes the frames of all reports. Adds a sentence to what.missing for each module
//   whose file cannot be used, and says why. Errors: throws std::bad_alloc.
void name_frames(check_result& what);

}  // namespace handrail_check
