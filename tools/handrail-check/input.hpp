// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reads files whose names come from a command line, a report or a directory. It reads regular files
// up to a size and nothing else: a FIFO or a device could make the tool wait forever.
//
// Errors: functions return nullopt and set errno: ENOTSUP if the file is not a regular one, EFBIG
//   if it is too large.

#pragma once

#include <handrail/handle.hpp>

#include <cstddef>
#include <optional>
#include <string>

#include <fcntl.h>

namespace handrail_check {

inline constexpr int working_directory = AT_FDCWD;  // names begin there

struct input_file {
    handrail::descriptor file;
    std::size_t size;
};

// more_flags: for openat(2), O_NOFOLLOW for instance.
std::optional<input_file> open_input(int directory, std::string const& name, int more_flags = 0);

// Returns: the contents of the file. Some files of /proc claim to be empty and are not.
std::optional<std::string> read_input(input_file const& from, std::size_t max_size);

// Returns: everything up to the end of standard input.
std::optional<std::string> read_standard_input(std::size_t max_size);

// Returns: a clause for messages: "it is too large".
std::string reason_of_errno();

}  // namespace handrail_check
