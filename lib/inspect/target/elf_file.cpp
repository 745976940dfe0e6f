// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/elf_file.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handrail::inspect {
namespace {

constexpr std::size_t most_segments = 1 << 20;

bool has_name(char const* name, std::size_t size, char const* wanted) noexcept {
    return size == std::strlen(wanted) + 1 && std::memcmp(name, wanted, size) == 0;
}

}  // namespace

elf_file::elf_file(std::string const& name) : file_(open_regular(name)) {
    struct stat info{};
    if (!file_ || ::fstat(file_.number(), &info) != 0) {
        return;
    }
    size_ = static_cast<std::uint64_t>(info.st_size);
    ::elf_version(EV_CURRENT);
    elf_ = ::elf_begin(file_.number(), ELF_C_READ, nullptr);
    if (elf_ != nullptr && ::gelf_getclass(elf_) != ELFCLASS64) {
        ::elf_end(elf_);
        elf_ = nullptr;
    }
}

elf_file::~elf_file() { ::elf_end(elf_); }

bool elf_file::is_core() const {
    Elf64_Ehdr const* const header = ::elf64_getehdr(elf_);
    return header != nullptr && header->e_type == ET_CORE;
}

bool elf_file::is_x86_64() const {
    Elf64_Ehdr const* const header = ::elf64_getehdr(elf_);
    return header != nullptr && header->e_machine == EM_X86_64;
}

std::vector<segment> elf_file::segments() const {
    std::vector<segment> found;
    std::size_t count = 0;
    if (::elf_getphdrnum(elf_, &count) != 0) {
        return found;
    }
    for (std::size_t i = 0; i != std::min(count, most_segments); ++i) {
        GElf_Phdr header{};
        if (::gelf_getphdr(elf_, static_cast<int>(i), &header) == nullptr) {
            break;
        }
        found.push_back({header.p_type, header.p_flags, header.p_offset, header.p_vaddr,
                         header.p_filesz, header.p_memsz});
    }
    return found;
}

std::vector<elf_file::note> elf_file::notes_of(segment const& of) const {
    std::vector<note> notes;
    if (of.offset >= size_) {
        return notes;
    }
    std::uint64_t const size = std::min(of.file_size, size_ - of.offset);
    Elf_Data* const data = ::elf_getdata_rawchunk(elf_, static_cast<std::int64_t>(of.offset),
                                                  static_cast<std::size_t>(size), ELF_T_NHDR);
    GElf_Nhdr header{};
    std::size_t name = 0, content = 0;
    for (std::size_t at = 0;
         data != nullptr && (at = ::gelf_getnote(data, at, &header, &name, &content)) != 0;) {
        auto const* const bytes = static_cast<std::byte const*>(data->d_buf);
        auto const* const text = reinterpret_cast<char const*>(bytes + name);
        notes.push_back({std::string(text, std::find(text, text + header.n_namesz, '\0')),
                         header.n_type,
                         {bytes + content, header.n_descsz}});
    }
    return notes;
}

std::vector<std::byte> elf_file::build_id() const {
    std::vector<std::byte> id;
    for (segment const& each : segments()) {
        if (each.type == PT_NOTE) {
            for_each_note(each, [&](std::string const& name, std::uint32_t type, auto content) {
                if (name == ELF_NOTE_GNU && type == NT_GNU_BUILD_ID) {
                    id.assign(content.begin(), content.end());
                }
            });
        }
    }
    return id;
}

std::size_t elf_file::read(std::uint64_t offset, std::span<std::byte> to) const noexcept {
    std::size_t done = 0;
    while (done != to.size() && offset + done <= std::numeric_limits<off_t>::max()) {
        ssize_t const got = ::pread(file_.number(), to.data() + done, to.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got <= 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

std::vector<std::byte> build_id_in(std::span<std::byte const> notes) {
    Elf64_Nhdr header{};
    while (notes.size() >= sizeof header) {
        std::memcpy(&header, notes.data(), sizeof header);
        std::uint64_t const name = (std::uint64_t{header.n_namesz} + 3) / 4 * 4;
        std::uint64_t const content = (std::uint64_t{header.n_descsz} + 3) / 4 * 4;
        notes = notes.subspan(sizeof header);
        if (name + header.n_descsz > notes.size()) {
            break;
        }
        auto const* const text = reinterpret_cast<char const*>(notes.data());
        if (header.n_type == NT_GNU_BUILD_ID && has_name(text, header.n_namesz, ELF_NOTE_GNU)) {
            auto const id = notes.subspan(name, header.n_descsz);
            return {id.begin(), id.end()};
        }
        notes = notes.subspan(std::min<std::uint64_t>(name + content, notes.size()));
    }
    return {};
}

}  // namespace handrail::inspect
