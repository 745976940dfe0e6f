// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An ELF file (elf(5)), read with libelf. Names of such files come from core files, which anybody
// may have written: only regular files are opened, and opening them never waits.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/file_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

struct Elf;

namespace handrail::inspect {

// A program header.
struct segment {
    std::uint32_t type = 0;   // PT_LOAD …
    std::uint32_t flags = 0;  // PF_R …
    std::uint64_t offset = 0;
    std::uint64_t address = 0;
    std::uint64_t file_size = 0;
    std::uint64_t memory_size = 0;
};

class elf_file {
public:
    // Effects: opens the file; if that is impossible, or it is no ELF file of 64 bits, is_open() is
    //   false.
    explicit elf_file(std::string const& name);
    elf_file(elf_file const&) = delete;
    elf_file& operator=(elf_file const&) = delete;
    ~elf_file();

    bool is_open() const noexcept { return elf_ != nullptr; }
    std::uint64_t size() const noexcept { return size_; }
    bool is_core() const;    // Requires: is_open().
    bool is_x86_64() const;  // Requires: is_open().

    // Returns: its program headers, at most 2^20.
    std::vector<segment> segments() const;

    // Effects: calls fn(name, type, content) for each note of the segment.
    template <class Function>
    void for_each_note(segment const& of, Function fn) const;

    // Returns: empty if it has none.
    std::vector<std::byte> build_id() const;

    // Effects: reads at the offset as much as there is. Returns: the number of bytes.
    std::size_t read(std::uint64_t offset, std::span<std::byte> to) const noexcept;

private:
    struct note {
        std::string name{};
        std::uint32_t type = 0;
        std::span<std::byte const> content{};
    };
    std::vector<note> notes_of(segment const& of) const;

    file_descriptor file_;
    std::uint64_t size_ = 0;
    Elf* elf_ = nullptr;
};

template <class Function>
void elf_file::for_each_note(segment const& of, Function fn) const {
    for (note const& each : notes_of(of)) {
        fn(each.name, each.type, each.content);
    }
}

// Returns: the build id in these notes, which are the bytes of a segment; empty if there is none.
std::vector<std::byte> build_id_in(std::span<std::byte const> notes);

}  // namespace handrail::inspect
