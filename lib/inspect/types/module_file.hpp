// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Opens the files of an inspected program's modules. The program may belong to another user, and
// its files may be anything: only regular files are opened, for reading, and what is found must be
// what the program has in memory.
//
// Thread safety: pure functions.

#pragma once

#include "lib/inspect/memory/file_descriptor.hpp"
#include "lib/inspect/types/module_image.hpp"

#include <string>
#include <string_view>

#include <sys/types.h>

namespace handrail::inspect {

struct module_file {
    file_descriptor file{};
    // Whether only root and the user of the tool can have written it. What other files name (split
    // units, files with debug information) is opened only then.
    bool trusted = false;
    std::string problem{};  // why it is not open: "it has been replaced since the program started"
};

// process: 0 if it does not run.
module_file open_module(module_image const& image, pid_t process, std::string const& program);

// Returns: the file with the debug information for a build id, from the system's directory.
file_descriptor open_debug_file(std::string_view build_id);

}  // namespace handrail::inspect
