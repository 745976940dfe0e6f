// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// dl_iterate_phdr(3): the loader's list of modules, under the loader's lock.

#include "platform/port.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

// Weak: a statically linked program has no modules and need not contain the loader.
#pragma weak dlopen

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

struct listing {
    segment* out;
    std::size_t max;
    std::size_t count;
};

int add_module(dl_phdr_info* module, std::size_t, void* to) {
    auto& all = *static_cast<listing*>(to);
    for (int i = 0; i != module->dlpi_phnum; ++i) {
        auto const& part = module->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_R) == 0) {
            continue;
        }
        if (all.count < all.max) {
            all.out[all.count] = {reinterpret_cast<void const*>(module->dlpi_addr + part.p_vaddr),
                                  part.p_memsz, (part.p_flags & PF_W) != 0,
                                  (part.p_flags & PF_X) != 0};
        }
        ++all.count;
    }
    return 0;
}

// Parts of a note are padded to four bytes, elf(5); the note is readable, since it lies in memory
// that the loader has mapped.
constexpr std::size_t padded(std::size_t size) noexcept { return (size + 3) & ~std::size_t{3}; }

std::string hexadecimal(unsigned char const* bytes, std::size_t size) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i != size; ++i) {
        text += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
    }
    return text;
}

// notes: of one segment. Returns: the description of NT_GNU_BUILD_ID; empty if it is not there.
std::string build_id_in(unsigned char const* notes, std::size_t size) {
    constexpr std::string_view owner("GNU", 4);
    while (size >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) header;
        std::memcpy(&header, notes, sizeof header);
        std::size_t const name = sizeof header, description = name + padded(header.n_namesz);
        std::size_t const whole = description + padded(header.n_descsz);
        if (whole > size) {
            break;
        }
        std::string_view const named(reinterpret_cast<char const*>(notes + name), header.n_namesz);
        if (header.n_type == NT_GNU_BUILD_ID && named == owner) {
            return hexadecimal(notes + description, header.n_descsz);
        }
        notes += whole;
        size -= whole;
    }
    return {};
}

std::string build_id_of(dl_phdr_info const& module) {
    for (int i = 0; i != module.dlpi_phnum; ++i) {
        auto const& part = module.dlpi_phdr[i];
        if (part.p_type == PT_NOTE) {
            auto const* const notes =
                reinterpret_cast<unsigned char const*>(module.dlpi_addr + part.p_vaddr);
            if (auto id = build_id_in(notes, part.p_memsz); !id.empty()) {
                return id;
            }
        }
    }
    return {};
}

struct search {
    std::uintptr_t address;
    module_place found;
    bool is_program;  // whose name is empty in the list
};

int find_module(dl_phdr_info* module, std::size_t, void* to) {
    auto& wanted = *static_cast<search*>(to);
    for (int i = 0; i != module->dlpi_phnum; ++i) {
        auto const& part = module->dlpi_phdr[i];
        auto const offset = wanted.address - module->dlpi_addr;
        if (part.p_type == PT_LOAD && offset - part.p_vaddr < part.p_memsz) {
            wanted.found = {module->dlpi_name, offset, build_id_of(*module)};
            wanted.is_program = wanted.found.file.empty();
            return 1;
        }
    }
    return 0;
}

// proc(5). Empty where there is no /proc.
std::string program_file() {
    std::array<char, 4096> path;
    auto const size = ::readlink("/proc/self/exe", path.data(), path.size());
    return {path.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

}  // namespace

std::size_t module_segments(segment* out, std::size_t max) noexcept {
    listing all{out, max, 0};
    ::dl_iterate_phdr(&add_module, &all);
    return all.count;
}

module_place module_of(void const* address) {
    search wanted{detail::as_integer(address), {}, false};
    ::dl_iterate_phdr(&find_module, &wanted);
    if (wanted.is_program) {
        wanted.found.file = program_file();
    }
    return wanted.found;
}

// dlopen(3): RTLD_NOLOAD finds a module that is loaded, and RTLD_NODELETE keeps it so. The
// reference is never closed. The program itself is not found by its name, and need not be.
void keep_loaded(void const* address) noexcept {
    Dl_info module{};
    if (&::dlopen != nullptr && ::dladdr(address, &module) != 0) {
        static_cast<void>(::dlopen(module.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE));
    }
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
