// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A core file as a target.
//
//     std::unique_ptr<target> const program = open_core("core.4711", "/usr/bin/server");
//
// A core file can be cut off, damaged or forged: what is left of it is read, or the error says what
// is wrong.

#pragma once

#include "lib/inspect/target/target.hpp"

#include <memory>
#include <string>
#include <vector>

namespace handrail::inspect {

// `program` is the executable's file, if it is not where it was when the program died.
//
// Throws: target_error if the file is no core file of x86-64, has no memory, or was made by another
//   program.
std::unique_ptr<target> open_core(std::string const& file, std::string const& program = {});

}  // namespace handrail::inspect
