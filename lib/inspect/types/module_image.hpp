// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The programs and libraries in the memory of an inspected program, as their ELF headers there
// describe them (elf(5)). Needs no file.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace handrail::inspect {

struct module_image {
    struct segment {
        address begin = 0, end = 0;
        bool writable = false;
    };

    std::string file{};       // as the mapping names it
    address begin = 0;        // where the file's first byte is
    address end = 0;          // behind its last segment
    address mapping_end = 0;  // behind the mapping at begin
    std::uint64_t bias = 0;   // what has been added to the addresses of the file
    std::vector<segment> segments{};
    // The bytes of the note NT_GNU_BUILD_ID; empty: it has none.
    std::string build_id{};
    // The file and program headers, which a file that is the same must have.
    std::string headers{};

    bool contains(address at) const noexcept { return begin <= at && at < end; }
};

// Returns: those of 64 bits that have been loaded, by address. Other mappings of ELF files, as a
//   debugger has, are not in it.
std::vector<module_image> modules_in(memory const& of);

}  // namespace handrail::inspect
