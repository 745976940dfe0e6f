// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/module_image.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <elf.h>

namespace handrail::inspect {

namespace {

constexpr unsigned max_headers = 200;
constexpr std::uint64_t max_notes = 4096;
constexpr std::uint64_t max_module = std::uint64_t{1} << 36;
constexpr std::uint64_t page = 4096;

std::vector<Elf64_Phdr> program_headers(memory const& in, address begin, Elf64_Ehdr const& header) {
    std::vector<Elf64_Phdr> found;
    for (unsigned i = 0; i != std::min<unsigned>(header.e_phnum, max_headers); ++i) {
        auto const each = in.read<Elf64_Phdr>(begin + header.e_phoff + i * sizeof(Elf64_Phdr));
        if (!each) {
            break;
        }
        found.push_back(*each);
    }
    return found;
}

std::optional<Elf64_Ehdr> file_header(memory const& in, address begin) {
    auto const header = in.read<Elf64_Ehdr>(begin);
    bool const usable = header && std::equal(ELFMAG, ELFMAG + SELFMAG, header->e_ident) &&
                        header->e_ident[EI_CLASS] == ELFCLASS64 &&
                        header->e_ident[EI_DATA] == ELFDATA2LSB &&
                        header->e_phentsize == sizeof(Elf64_Phdr) &&
                        (header->e_type == ET_DYN || header->e_type == ET_EXEC);
    return usable ? header : std::nullopt;
}

constexpr std::uint64_t aligned_note(std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; }

std::string build_id_in(memory const& in, address at, std::uint64_t size) {
    address const end = at + std::min(size, max_notes);
    while (at + sizeof(Elf64_Nhdr) < end) {
        auto const note = in.read<Elf64_Nhdr>(at);
        if (!note || note->n_namesz > max_notes || note->n_descsz > max_notes) {
            break;
        }
        address const name = at + sizeof(Elf64_Nhdr);
        address const bytes = name + aligned_note(note->n_namesz);
        if (note->n_type == NT_GNU_BUILD_ID && in.text(name, note->n_namesz) == "GNU") {
            std::string id;
            for (std::uint32_t i = 0; i != note->n_descsz; ++i) {
                id += in.read<char>(bytes + i).value_or('\0');
            }
            return id;
        }
        at = bytes + aligned_note(note->n_descsz);
    }
    return {};
}

template <class T>
std::string_view bytes_of(T const& value, std::size_t count = 1) {
    return {reinterpret_cast<char const*>(&value), sizeof(T) * count};
}

// Returns: what is added to the addresses of a file whose first byte is at begin; nothing if no
//   segment of it is loaded.
std::optional<std::uint64_t> bias_of(address begin, std::vector<Elf64_Phdr> const& headers) {
    auto const first = std::find_if(headers.begin(), headers.end(),
                                    [](auto const& each) { return each.p_type == PT_LOAD; });
    return first != headers.end() ? std::optional(begin - (first->p_vaddr & ~(page - 1)))
                                  : std::nullopt;
}

// Notes may stand before the segment that loads them.
std::string build_id_in(memory const& in, std::uint64_t bias,
                        std::vector<Elf64_Phdr> const& headers) {
    std::string found;
    for (Elf64_Phdr const& each : headers) {
        if (each.p_type == PT_NOTE && found.empty()) {
            found = build_id_in(in, bias + each.p_vaddr, each.p_memsz);
        }
    }
    return found;
}

// Returns: nothing if its segments are not where they would be if it had been loaded there.
std::optional<module_image> image_at(memory const& in, region const& first) {
    auto const header = file_header(in, first.begin);
    if (!header) {
        return std::nullopt;
    }
    auto const headers = program_headers(in, first.begin, *header);
    auto const bias = bias_of(first.begin, headers);
    if (!bias) {
        return std::nullopt;
    }
    module_image image{.file = first.file,
                       .begin = first.begin,
                       .mapping_end = first.end,
                       .bias = *bias,
                       .build_id = build_id_in(in, *bias, headers)};
    image.headers = bytes_of(*header);
    bool loaded = false;
    for (Elf64_Phdr const& each : headers) {
        image.headers += bytes_of(each);
        if (each.p_type == PT_LOAD) {
            address const begin = *bias + each.p_vaddr, end = begin + each.p_memsz;
            image.segments.push_back({begin, end, (each.p_flags & PF_W) != 0});
            image.end = std::max(image.end, end);
            region const* const mapped = in.region_around(begin);
            loaded |= (each.p_flags & PF_X) != 0 && mapped != nullptr && mapped->executable &&
                      mapped->file == first.file;
        }
    }
    bool const sane = image.end > image.begin && image.end - image.begin <= max_module;
    return loaded && sane ? std::optional(std::move(image)) : std::nullopt;
}

}  // namespace

std::vector<module_image> modules_in(memory const& of) {
    std::vector<module_image> modules;
    for (region const& each : of.regions()) {
        bool const inside = !modules.empty() && each.begin < modules.back().end;
        if (each.is_module() && each.readable && !inside) {
            if (auto image = image_at(of, each)) {
                modules.push_back(std::move(*image));
            }
        }
    }
    return modules;
}

}  // namespace handrail::inspect
