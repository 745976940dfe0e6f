// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The memory in a core file. The system leaves out what it can find in files (coredump_filter,
// core(5)); such pages are read from these files if they still are the same: their build id must be
// the one that the core file has.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/memory.hpp"
#include "lib/inspect/target/core_notes.hpp"
#include "lib/inspect/target/elf_file.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace handrail::inspect {

class core_memory final : public memory {
public:
    // `program` replaces the file of the executable, if it is not empty.
    core_memory(elf_file const& core, core_notes const& notes, std::string const& program);

    // Returns: the build id that the module with this file had in memory; empty: not known.
    std::vector<std::byte> build_id_of(mapped_file const& first) const;
    // Returns: the first mapping of the file, where its ELF header is; null if there is none.
    mapped_file const* first_mapping(std::string const& file) const noexcept;

    // Returns: whether the file has what was mapped.
    bool is_same_file(std::string const& file) const;

    // Files that were needed and are missing or others now, a sentence each.
    std::vector<std::string> const& problems() const noexcept { return problems_; }

private:
    struct source {
        elf_file file;
        bool is_same = false;
    };

    bool copy(address from, std::span<std::byte> to) const override;
    std::size_t copy_from_core(address from, std::span<std::byte> to) const;
    bool copy_from_file(address from, std::span<std::byte> to) const;
    source const& source_of(std::string const& file) const;
    std::string const& actual(std::string const& file) const noexcept;

    elf_file const& core_;
    core_notes const& notes_;
    std::string executable_{};  // as it was called then
    std::string program_;
    std::vector<segment> loaded_{};  // by address
    mutable std::map<std::string, std::unique_ptr<source>> sources_{};
    mutable std::vector<std::string> problems_{};
};

}  // namespace handrail::inspect
