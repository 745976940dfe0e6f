// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/module_file.hpp"

#include <elfutils/libdwelf.h>
#include <gelf.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace handrail::inspect {

namespace {

constexpr std::string_view deleted = " (deleted)";  // proc(5)

struct end_elf {
    void operator()(Elf* file) const noexcept { ::elf_end(file); }
};

std::string file_headers(Elf* file) {
    std::size_t const count = [&] {
        std::size_t n = 0;
        return ::elf_getphdrnum(file, &n) == 0 ? n : 0;
    }();
    std::string bytes;
    if (Elf64_Ehdr const* const header = ::elf64_getehdr(file)) {
        bytes.append(reinterpret_cast<char const*>(header), sizeof *header);
    }
    if (Elf64_Phdr const* const headers = ::elf64_getphdr(file)) {
        bytes.append(reinterpret_cast<char const*>(headers), count * sizeof *headers);
    }
    return bytes;
}

// Whether the file is the one that has been loaded: by its build id, or without one by its headers.
bool is_same(int file, module_image const& image) {
    ::elf_version(EV_CURRENT);
    std::unique_ptr<Elf, end_elf> const elf(::elf_begin(file, ELF_C_READ_MMAP_PRIVATE, nullptr));
    if (elf == nullptr || ::elf_kind(elf.get()) != ELF_K_ELF) {
        return false;
    }
    void const* bytes = nullptr;
    ssize_t const size = ::dwelf_elf_gnu_build_id(elf.get(), &bytes);
    std::string const build_id(static_cast<char const*>(bytes),
                               size > 0 ? static_cast<std::size_t>(size) : 0);
    return build_id == image.build_id &&
           (!build_id.empty() || file_headers(elf.get()) == image.headers);
}

bool is_trusted(int file) {
    struct stat about{};
    return ::fstat(file, &about) == 0 && (about.st_uid == 0 || about.st_uid == ::geteuid()) &&
           (about.st_mode & S_IWOTH) == 0;
}

std::string name_in_file_system(module_image const& image) {
    std::string_view const name = image.file;
    return std::string(
        name.substr(0, name.size() - (name.ends_with(deleted) ? deleted.size() : 0)));
}

// The mapping itself, which only root may open; the program, also if it has been deleted; the name,
// in this file system and in that of a container.
std::vector<file_descriptor> candidates(module_image const& image, pid_t process,
                                        std::string const& program) {
    std::string const name = name_in_file_system(image);
    std::vector<file_descriptor> found;
    if (process != 0) {
        std::string const about = "/proc/" + std::to_string(process);
        std::ostringstream mapping;
        mapping << about << "/map_files/" << std::hex << image.begin << '-' << image.mapping_end;
        found.push_back(open_regular(mapping.str()));
        if (image.file == program || name == program) {
            found.push_back(open_regular(about + "/exe"));
        }
        found.push_back(open_regular_of(process, name));
    }
    found.push_back(open_regular(name));  // errno is about this one
    return found;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (char const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        text += {digits[byte >> 4], digits[byte & 15]};
    }
    return text;
}

}  // namespace

module_file open_module(module_image const& image, pid_t process, std::string const& program) {
    auto found = candidates(image, process, program);
    int const error = errno;
    std::erase_if(found, [](file_descriptor const& each) { return !each; });
    if (found.empty()) {
        return {.problem = error == ENOTSUP ? "it is not a regular file"
                                            : std::generic_category().message(error)};
    }
    for (file_descriptor& file : found) {
        if (is_same(file.number(), image)) {
            bool const trusted = is_trusted(file.number());
            return {.file = std::move(file), .trusted = trusted};
        }
    }
    return {.problem = "it has been replaced since the program was started"};
}

file_descriptor open_debug_file(std::string_view build_id) {
    std::string const digits = hexadecimal(build_id);
    if (digits.size() < 4) {
        return {};
    }
    return open_regular("/usr/lib/debug/.build-id/" + digits.substr(0, 2) + "/" + digits.substr(2) +
                        ".debug");
}

}  // namespace handrail::inspect
