// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Modules as the loader leaves them in memory, however the linker has arranged their headers.

#include "lib/inspect/types/module_image.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <elf.h>

using namespace handrail::inspect;

namespace {

constexpr address begin = 0x40'0000;

// A page of a program: its headers, in the given order, and a note with the build id "id".
class page_of_program final : public memory {
public:
    explicit page_of_program(std::vector<Elf64_Phdr> const& headers)
        : memory({{.begin = begin,
                   .end = begin + 4096,
                   .readable = true,
                   .executable = true,
                   .file = "/usr/bin/program"}}) {
        Elf64_Ehdr header{};
        std::copy_n(ELFMAG, SELFMAG, header.e_ident);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_type = ET_DYN;
        header.e_phoff = sizeof header;
        header.e_phentsize = sizeof(Elf64_Phdr);
        header.e_phnum = static_cast<Elf64_Half>(headers.size());
        put(0, &header, sizeof header);
        put(sizeof header, headers.data(), headers.size() * sizeof(Elf64_Phdr));
        Elf64_Nhdr const note{.n_namesz = 4, .n_descsz = 2, .n_type = NT_GNU_BUILD_ID};
        put(note_at, &note, sizeof note);
        put(note_at + sizeof note, "GNU\0id", 6);
    }

    static constexpr std::size_t note_at = 0x800;

private:
    void put(std::size_t at, void const* from, std::size_t size) {
        std::memcpy(bytes_.data() + at, from, size);
    }
    bool copy(address from, std::span<std::byte> to) const override {
        std::size_t const at = from - begin;
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at),
                    std::min(to.size(), bytes_.size() - at), to.begin());
        return true;
    }

    std::array<std::byte, 4096> bytes_{};
};

constexpr Elf64_Phdr loaded{.p_type = PT_LOAD,
                            .p_flags = PF_R | PF_X,
                            .p_offset = 0,
                            .p_vaddr = 0,
                            .p_paddr = 0,
                            .p_filesz = 4096,
                            .p_memsz = 4096,
                            .p_align = 4096};
constexpr Elf64_Phdr notes{.p_type = PT_NOTE,
                           .p_flags = PF_R,
                           .p_offset = page_of_program::note_at,
                           .p_vaddr = page_of_program::note_at,
                           .p_paddr = 0,
                           .p_filesz = 18,
                           .p_memsz = 18,
                           .p_align = 4};

std::string build_id_with(std::vector<Elf64_Phdr> const& headers) {
    auto const modules = modules_in(page_of_program(headers));
    BOOST_TEST_REQUIRE(modules.size() == 1U);
    return modules.front().build_id;
}

}  // namespace

// GNU ld puts notes last, mold puts them first.
BOOST_AUTO_TEST_CASE(a_build_id_is_found_before_and_after_the_segment_that_loads_it) {
    BOOST_TEST(build_id_with({loaded, notes}) == "id");
    BOOST_TEST(build_id_with({notes, loaded}) == "id");
}

BOOST_AUTO_TEST_CASE(a_file_without_a_loaded_segment_is_no_module) {
    BOOST_TEST(modules_in(page_of_program({notes})).empty());
}
