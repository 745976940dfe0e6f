// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/core_memory.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>

namespace handrail::inspect {
namespace {

std::vector<segment> loaded_segments(elf_file const& core) {
    std::vector<segment> loaded = core.segments();
    std::erase_if(loaded, [](segment const& each) {
        return each.type != PT_LOAD || each.memory_size == 0 ||
               each.memory_size > ~std::uint64_t{0} - each.address;
    });
    std::stable_sort(loaded.begin(), loaded.end(),
                     [](segment const& a, segment const& b) { return a.address < b.address; });
    return loaded;
}

region region_of(segment const& each, core_notes const& notes) {
    mapped_file const* const file = notes.file_at(each.address);
    return {.begin = each.address,
            .end = each.address + each.memory_size,
            .readable = (each.flags & PF_R) != 0,
            .writable = (each.flags & PF_W) != 0,
            .executable = (each.flags & PF_X) != 0,
            .file = file == nullptr ? std::string() : file->name};
}

// Debuggers leave out mappings of files altogether, so that their rights are not known.
void add_left_out(std::vector<region>& regions, core_notes const& notes) {
    std::vector<region> const known = regions;
    for (mapped_file const& each : notes.files) {
        auto const after =
            std::upper_bound(known.begin(), known.end(), each.begin,
                             [](address at, region const& region) { return at < region.end; });
        if (after == known.end() || after->begin >= each.end) {
            regions.push_back({.begin = each.begin,
                               .end = each.end,
                               .readable = true,
                               .executable = true,
                               .file = each.name});
        }
    }
}

std::vector<region> regions_of(elf_file const& core, core_notes const& notes) {
    std::vector<region> regions;
    for (segment const& each : loaded_segments(core)) {
        regions.push_back(region_of(each, notes));
    }
    add_left_out(regions, notes);
    auto const main = std::find_if(notes.threads.begin(), notes.threads.end(),
                                   [](thread const& each) { return each.is_main; });
    for (region& each : regions) {
        if (main != notes.threads.end() && each.file.empty() &&
            each.contains(main->stack_pointer)) {
            each.file = "[stack]";
        }
    }
    return regions;
}

}  // namespace

core_memory::core_memory(elf_file const& core, core_notes const& notes, std::string const& program)
    : memory(regions_of(core, notes)),
      core_(core),
      notes_(notes),
      program_(program),
      loaded_(loaded_segments(core)) {
    if (mapped_file const* const file = notes.file_at(notes.entry)) {
        executable_ = file->name;
    }
}

std::string const& core_memory::actual(std::string const& file) const noexcept {
    return file == executable_ && !program_.empty() ? program_ : file;
}

mapped_file const* core_memory::first_mapping(std::string const& file) const noexcept {
    auto const found = std::find_if(
        notes_.files.begin(), notes_.files.end(),
        [&](mapped_file const& each) { return each.name == file && each.offset == 0; });
    return found == notes_.files.end() ? nullptr : &*found;
}

// Reads what the core file itself has of the module: its ELF header, and its notes.
std::vector<std::byte> core_memory::build_id_of(mapped_file const& first) const {
    Elf64_Ehdr header{};
    std::span<std::byte> const whole(reinterpret_cast<std::byte*>(&header), sizeof header);
    if (copy_from_core(first.begin, whole) != sizeof header ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_phentsize != sizeof(Elf64_Phdr)) {
        return {};
    }
    for (unsigned i = 0; i != header.e_phnum; ++i) {
        Elf64_Phdr each{};
        std::span<std::byte> const bytes(reinterpret_cast<std::byte*>(&each), sizeof each);
        copy_from_core(first.begin + header.e_phoff + i * sizeof each, bytes);
        if (each.p_type == PT_NOTE && each.p_filesz <= 1 << 16) {
            std::vector<std::byte> notes(each.p_filesz);
            notes.resize(copy_from_core(first.begin + each.p_offset, notes));
            if (auto id = build_id_in(notes); !id.empty()) {
                return id;
            }
        }
    }
    return {};
}

core_memory::source const& core_memory::source_of(std::string const& file) const {
    std::unique_ptr<source>& found = sources_[file];
    if (found == nullptr) {
        found.reset(new source{elf_file(actual(file))});
        mapped_file const* const first = first_mapping(file);
        auto const id = first == nullptr ? std::vector<std::byte>() : build_id_of(*first);
        found->is_same = found->file.is_open() && !id.empty() && id == found->file.build_id();
        if (!found->is_same && file.starts_with("/")) {
            problems_.push_back(actual(file) + (found->file.is_open()
                                                    ? " is not the file that the program had loaded"
                                                    : " cannot be read"));
        }
    }
    return *found;
}

bool core_memory::is_same_file(std::string const& file) const { return source_of(file).is_same; }

bool core_memory::copy(address from, std::span<std::byte> to) const {
    std::size_t const done = copy_from_core(from, to);
    bool const any = done != 0;
    return (done != to.size() && copy_from_file(from + done, to.subspan(done))) || any;
}

// Returns: the number of bytes that the core file has from there on.
std::size_t core_memory::copy_from_core(address from, std::span<std::byte> to) const {
    auto const after =
        std::upper_bound(loaded_.begin(), loaded_.end(), from,
                         [](address at, segment const& each) { return at < each.address; });
    if (after == loaded_.begin()) {
        return 0;
    }
    segment const& in = *std::prev(after);
    std::uint64_t const skipped = from - in.address;
    if (skipped >= in.file_size || skipped >= in.memory_size ||
        in.offset > ~std::uint64_t{0} - skipped) {
        return 0;
    }
    std::uint64_t const there = std::min(in.file_size, in.memory_size) - skipped;
    return core_.read(in.offset + skipped, to.first(std::min<std::uint64_t>(to.size(), there)));
}

bool core_memory::copy_from_file(address from, std::span<std::byte> to) const {
    mapped_file const* const file = notes_.file_at(from);
    if (file == nullptr || !source_of(file->name).is_same) {
        return false;
    }
    std::uint64_t const size = std::min<std::uint64_t>(to.size(), file->end - from);
    return source_of(file->name).file.read(file->offset + (from - file->begin), to.first(size)) !=
           0;
}

}  // namespace handrail::inspect
