// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Core files: what the system would write for a program is written here from a copy of one, so that
// it can also be cut off and damaged.

#include "lib/inspect/target/core_file.hpp"

#include "lib/inspect/heap/glibc_heap.hpp"
#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/target/stopped_process.hpp"
#include "lib/inspect/target/target_error.hpp"
#include "tests/support/repetitions.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/inspect/target_program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <elf.h>
#include <sys/procfs.h>
#include <sys/user.h>

using handrail_test::target_program;
using handrail_test::temporary_directory;
namespace inspect = handrail::inspect;

namespace {

template <class T>
void append(std::string& to, T const& value) {
    to.append(reinterpret_cast<char const*>(&value), sizeof value);
}

void append_note(std::string& to, std::uint32_t type, std::string content) {
    append(to, Elf64_Nhdr{5, static_cast<std::uint32_t>(content.size()), type});
    to.append("CORE\0\0\0\0", 8);
    content.resize((content.size() + 3) / 4 * 4);
    to += content;
}

std::string status_of(inspect::thread const& each) {
    prstatus_t status{};
    status.pr_pid = each.id;
    user_regs_struct registers{};
    registers.rsp = each.stack_pointer;
    registers.fs_base = each.thread_pointer;
    std::memcpy(&status.pr_reg, &registers, sizeof registers);
    std::string content;
    append(content, status);
    return content;
}

// The offset in its file of each mapping: as in /proc/PID/maps.
std::string files_of(std::string_view maps) {
    std::string words, names;
    std::uint64_t count = 0;
    while (!maps.empty()) {
        std::string_view line = inspect::take_line(maps);
        std::string_view const range = inspect::take_word(line);
        inspect::take_word(line);
        auto const offset = inspect::number_in(inspect::take_word(line), 16);
        std::size_t const slash = line.find('/');
        if (slash != line.npos) {
            std::size_t const dash = range.find('-');
            append(words, *inspect::number_in(range.substr(0, dash), 16));
            append(words, *inspect::number_in(range.substr(dash + 1), 16));
            append(words, *offset / 4096);
            names.append(line.substr(slash)).push_back('\0');
            ++count;
        }
    }
    std::string content;
    append(content, count);
    append(content, std::uint64_t{4096});
    return content + words + names;
}

std::string notes_of(inspect::target const& program, std::string_view maps) {
    std::string notes;
    prpsinfo_t info{};
    info.pr_pid = program.process();
    std::strcpy(info.pr_fname, "waits");
    std::string content;
    append(content, info);
    for (inspect::thread const& each : program.threads()) {
        append_note(notes, NT_PRSTATUS, status_of(each));
    }
    append_note(notes, NT_PRPSINFO, content);
    append_note(notes, NT_AUXV, *inspect::read_process_file(program.process(), "auxv"));
    append_note(notes, NT_FILE, files_of(maps));
    return notes;
}

// Returns: how much of a region the system writes by default: of modules that nobody can write to,
//   the page with the ELF header.
std::uint64_t dumped(inspect::memory const& memory, inspect::region const& each) {
    if (!each.readable || memory.bytes(each).empty()) {
        return 0;
    }
    if (each.writable || !each.is_module()) {
        return each.size();
    }
    return memory.text(each.begin, 4) == ELFMAG ? 4096 : 0;
}

std::string core_of(inspect::target const& program, std::string_view maps) {
    inspect::memory const& memory = program.memory();
    std::string const notes = notes_of(program, maps);
    std::size_t const count = memory.regions().size() + 1;
    std::uint64_t offset = sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr);
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = header.e_version = EV_CURRENT;
    header.e_type = ET_CORE;
    header.e_machine = EM_X86_64;
    header.e_phoff = header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = static_cast<Elf64_Half>(count);
    std::string core, content = notes;
    append(core, header);
    append(core, Elf64_Phdr{PT_NOTE, 0, offset, 0, 0, notes.size(), notes.size(), 4});
    for (inspect::region const& each : memory.regions()) {
        std::uint64_t const size = dumped(memory, each);
        std::uint32_t const rights = (each.readable ? PF_R : 0U) | (each.writable ? PF_W : 0U) |
                                     (each.executable ? PF_X : 0U);
        append(core, Elf64_Phdr{PT_LOAD, rights, offset + content.size(), each.begin, 0, size,
                                each.size(), 1});
        if (size != 0) {
            content.append(reinterpret_cast<char const*>(memory.bytes(each).data()), size);
        }
    }
    return core + content;
}

// A core of the program "waits", in a file.
struct core_of_a_program : temporary_directory {
    target_program program{"waits"};
    std::string line = program.line();
    std::unique_ptr<inspect::target> live = inspect::stop_process(program.process());
    std::string maps = inspect::read_process_file(program.process(), "maps").value();
    std::string core = core_of(*live, maps);

    std::string file(std::string_view content) const {
        std::string const name = (path() / "core").string();
        std::ofstream(name, std::ios::binary) << content;
        return name;
    }
    std::string error_of(std::string_view content, std::string const& executable = {}) const {
        try {
            inspect::open_core(file(content), executable);
        } catch (inspect::target_error const& error) {
            return error.what();
        }
        return "no error";
    }
};

// Reads everything that the other layers would.
std::size_t read_all(inspect::target const& program) {
    std::size_t size = inspect::read_glibc_heap(program).blocks.all().size();
    for (inspect::region const& each : program.memory().regions()) {
        size += each.size() < 1 << 26 ? program.memory().bytes(each).size() : 0;
    }
    return size;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_core_has_the_threads_and_the_memory_of_the_program, core_of_a_program) {
    auto const dead = inspect::open_core(file(core));
    BOOST_TEST(dead->process() == program.process());
    BOOST_TEST(dead->program() == live->program());
    BOOST_TEST(!dead->knows_descriptors());
    BOOST_TEST_REQUIRE(dead->threads().size() == live->threads().size());
    BOOST_TEST(dead->threads().front().is_main);
    BOOST_TEST(dead->threads().front().name == "waits");
    BOOST_TEST(dead->threads().back().stack_pointer == live->threads().back().stack_pointer);
    for (inspect::thread const& each : live->threads()) {
        BOOST_TEST(dead->memory().word(each.thread_pointer) == each.thread_pointer);
    }
    BOOST_TEST(dead->problems().empty());
}

BOOST_FIXTURE_TEST_CASE(what_is_not_in_the_core_comes_from_files_with_the_same_build_id,
                        core_of_a_program) {
    auto const dead = inspect::open_core(file(core));
    std::size_t compared = 0;
    for (inspect::region const& each : live->memory().regions()) {
        if (each.is_module() && each.executable) {
            inspect::region const* const same = dead->memory().region_around(each.begin);
            BOOST_TEST_REQUIRE(same != nullptr);
            auto const then = live->memory().bytes(each), now = dead->memory().bytes(*same);
            BOOST_TEST(
                (then.size() == now.size() && std::equal(then.begin(), then.end(), now.begin())));
            ++compared;
        }
    }
    BOOST_TEST(compared >= 2U);
}

BOOST_FIXTURE_TEST_CASE(the_same_heap_is_found_in_the_core, core_of_a_program) {
    auto const dead = inspect::open_core(file(core));
    inspect::glibc_heap const now = inspect::read_glibc_heap(*dead);
    inspect::glibc_heap const then = inspect::read_glibc_heap(*live);
    BOOST_TEST(now.blocks.all().size() > 3U);
    BOOST_TEST(now.blocks.all().size() == then.blocks.all().size());
    BOOST_TEST(now.problems.empty());
}

BOOST_FIXTURE_TEST_CASE(files_that_are_no_cores_are_refused, core_of_a_program) {
    BOOST_TEST(error_of("").ends_with(" is no core file of a 64-bit program"));
    BOOST_TEST(error_of("some text").ends_with(" is no core file of a 64-bit program"));
    std::ifstream self("/proc/self/exe", std::ios::binary);
    std::string const executable(std::istreambuf_iterator<char>(self), {});
    BOOST_TEST(error_of(executable).ends_with(" is no core file of a 64-bit program"));
    core[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_AARCH64);
    BOOST_TEST(error_of(core).find("another architecture") != std::string::npos);
    BOOST_CHECK_EXCEPTION(
        inspect::open_core("/does/not/exist"), inspect::target_error, [](auto const& error) {
            return error.what() == std::string_view("/does/not/exist: No such file or directory");
        });
}

BOOST_FIXTURE_TEST_CASE(a_program_that_did_not_make_the_core_is_refused, core_of_a_program) {
    BOOST_TEST(error_of(core, live->program()) == "no error");
    BOOST_TEST(error_of(core, "/proc/self/exe").find(" did not make ") != std::string::npos);
    BOOST_TEST(error_of(core, "/dev/null") == "/dev/null is not an ELF program that can be read");
}

BOOST_FIXTURE_TEST_CASE(a_core_that_is_cut_off_is_read_as_far_as_it_goes, core_of_a_program) {
    BOOST_TEST(error_of(core.substr(0, 1000)).find(" has no memory") != std::string::npos);
    auto const half = inspect::open_core(file(core.substr(0, core.size() / 2)));
    BOOST_TEST(half->threads().size() == live->threads().size());
    BOOST_TEST(read_all(*half) > 0U);
    BOOST_TEST_REQUIRE(!half->problems().empty());
    BOOST_TEST(half->problems().back().starts_with("the core file is cut off: "));
}

// The time limit of the test is the check that nothing hangs.
BOOST_FIXTURE_TEST_CASE(damaged_cores_do_no_harm, core_of_a_program) {
    std::minstd_rand random(1);
    std::size_t const headers = std::min<std::size_t>(core.size(), 20'000);
    std::size_t opened = 0;
    int const cores = handrail_test::repetitions(60);
    for (int i = 0; i != cores; ++i) {
        std::string damaged = core;
        for (int k = 0; k != 20; ++k) {
            damaged[random() % (i % 2 == 0 ? headers : damaged.size())] =
                static_cast<char>(random());
        }
        try {
            opened += read_all(*inspect::open_core(file(damaged))) != 0;
        } catch (inspect::target_error const&) {
        }
    }
    BOOST_TEST(opened != 0U);
}
