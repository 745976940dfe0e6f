// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Files whose names come from a command line, a report or a directory: regular ones only, opened
// and read without waiting for anybody, up to a size. A FIFO or a device would keep the tool for
// ever.
//
// Errors: what is returned is empty, and errno says why: ENOTSUP for what is no regular file, EFBIG
//   for one that is too large.

#pragma once

#include <handrail/handle.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace handrail_check {

inline constexpr int any_directory = -1;  // names begin at the working directory

struct input_file {
    handrail::descriptor file;
    std::size_t size;
};

// more_flags: for openat(2), O_NOFOLLOW for instance.
std::optional<input_file> open_input(int directory, std::string const& name, int more_flags = 0);

// Returns: what the file holds. Some files of /proc claim to be empty and are not.
std::optional<std::string> read_input(input_file const& from, std::size_t most);

// Returns: everything up to the end of standard input.
std::optional<std::string> read_standard_input(std::size_t most);

// Returns: why, as errno says, with what the user can do about it.
std::string reason_of_errno();

}  // namespace handrail_check
