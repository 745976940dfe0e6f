// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What /proc says about a process: files, links, numbers (proc(5)).
//
//     std::optional<std::string> const maps = read_process_file(4711, "maps");
//
// Their text is partly the inspected program's choice: names of threads and files can contain
// anything, and a program can have millions of mappings. So sizes are bounded.
//
// Thread safety: all functions.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

// Returns: the file's content, at most max_size bytes; nothing if it cannot be read, with errno
//   set.
std::optional<std::string> read_file(std::string const& name, std::size_t max_size = 256 << 20);

// Returns: "/proc/PID/name".
std::string process_path(pid_t process, std::string_view name);
std::optional<std::string> read_process_file(pid_t process, std::string_view name);

// Returns: what the symbolic link points to; empty if it cannot be read.
std::string link_target(std::string const& name);

// Returns: the numbers that are names of entries of the directory, sorted; nothing if it cannot be
//   read.
std::optional<std::vector<int>> numbered_entries(std::string const& directory);

// Returns: the value of a line "field: value" without spaces around it; empty if there is none.
std::string_view status_field(std::string_view status, std::string_view field);

// Effects: removes the first line from text. Returns: that line, without its end.
std::string_view take_line(std::string_view& text);
// Effects: removes the first word, and spaces before it, from line. Returns: that word.
std::string_view take_word(std::string_view& line);

// Returns: nothing unless the whole text is a number.
std::optional<std::uint64_t> number_in(std::string_view text, int base = 10);

}  // namespace handrail::inspect
