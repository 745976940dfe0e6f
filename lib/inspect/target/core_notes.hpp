// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The notes of a core file (core(5)): threads with their registers, mapped files.
//
// Thread safety: all functions.

#pragma once

#include "lib/inspect/target/target.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

struct mapped_file {
    address begin = 0;
    address end = 0;
    std::uint64_t offset = 0;  // in the file
    std::string name{};

    bool contains(address at) const noexcept { return begin <= at && at < end; }
};

struct core_notes {
    pid_t process = 0;
    std::string name{};             // of the program, at most 15 bytes
    address entry = 0;              // where the program began
    std::vector<thread> threads{};  // in the order of the file: the one that died first
    std::vector<mapped_file> files{};

    // Effects: takes what a note says; nothing if it is damaged or of no interest.
    void add(std::string const& name, std::uint32_t type, std::span<std::byte const> content);

    // Returns: null if no file is mapped there.
    mapped_file const* file_at(address at) const noexcept;
};

}  // namespace handrail::inspect
