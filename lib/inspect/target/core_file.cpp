// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/core_file.hpp"

#include "lib/inspect/target/core_memory.hpp"
#include "lib/inspect/target/core_notes.hpp"
#include "lib/inspect/target/elf_file.hpp"
#include "lib/inspect/target/target_error.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <elf.h>
#include <unistd.h>

namespace handrail::inspect {
namespace {

core_notes notes_in(elf_file const& core) {
    core_notes notes;
    for (segment const& each : core.segments()) {
        if (each.type == PT_NOTE) {
            core.for_each_note(each, [&](std::string const& name, std::uint32_t type,
                                         auto content) { notes.add(name, type, content); });
        }
    }
    if (notes.process == 0 && !notes.threads.empty()) {
        notes.process = notes.threads.front().id;
    }
    for (thread& each : notes.threads) {
        each.is_main = each.id == notes.process;
        each.name = each.is_main ? notes.name : "";
    }
    std::stable_partition(notes.threads.begin(), notes.threads.end(),
                          [](thread const& each) { return each.is_main; });
    return notes;
}

// Returns: the number of bytes of memory that should be in the core file and are not.
std::uint64_t cut_off(elf_file const& core) {
    std::uint64_t missing = 0;
    for (segment const& each : core.segments()) {
        if (each.type == PT_LOAD && each.file_size != 0) {
            std::uint64_t const there = core.size() > each.offset ? core.size() - each.offset : 0;
            missing += each.file_size > there ? each.file_size - there : 0;
        }
    }
    return missing;
}

bool has_memory(elf_file const& core) {
    auto const all = core.segments();
    return std::any_of(all.begin(), all.end(), [&](segment const& each) {
        return each.type == PT_LOAD && each.file_size != 0 && each.offset < core.size();
    });
}

class opened_core final : public target {
public:
    opened_core(std::string const& name, std::string const& program)
        : core_(name),
          notes_(checked(core_, name)),
          memory_(core_, notes_, program),
          program_(program) {
        mapped_file const* const executable = notes_.file_at(notes_.entry);
        if (program_.empty() && executable != nullptr) {
            program_ = executable->name;
        }
        if (!program.empty() && executable != nullptr) {
            check_program(name, executable->name);
        }
    }

    inspect::memory const& memory() const override { return memory_; }
    std::span<thread const> threads() const override { return notes_.threads; }
    std::span<descriptor const> descriptors() const override { return {}; }
    bool knows_descriptors() const override { return false; }
    std::span<epoll_entry const> epoll_entries() const override { return {}; }
    std::string const& program() const override { return program_; }
    pid_t process() const override { return notes_.process; }

    std::vector<std::string> problems() const override {
        std::vector<std::string> all = memory_.problems();
        if (std::uint64_t const missing = cut_off(core_); missing != 0) {
            all.push_back("the core file is cut off: " + std::to_string(missing) +
                          " bytes of memory are missing; is there a limit (ulimit -c)?");
        }
        return all;
    }

private:
    static core_notes checked(elf_file const& core, std::string const& name) {
        if (!core.is_open() || !core.is_core()) {
            throw target_error(name + (::access(name.c_str(), R_OK) != 0
                                           ? ": " + std::generic_category().message(errno)
                                           : " is no core file of a 64-bit program"));
        }
        if (!core.is_x86_64()) {
            throw target_error(name +
                               " is a core file of another architecture; only programs of "
                               "x86-64 can be inspected");
        }
        if (!has_memory(core)) {
            throw target_error(name +
                               " has no memory: it is cut off, or coredump_filter, see core(5), "
                               "left everything out");
        }
        return notes_in(core);
    }

    void check_program(std::string const& name, std::string const& executable) const {
        if (!elf_file(program_).is_open()) {
            throw target_error(program_ + " is not an ELF program that can be read");
        }
        mapped_file const* const first = memory_.first_mapping(executable);
        bool const is_known = first != nullptr && !memory_.build_id_of(*first).empty();
        if (is_known && !memory_.is_same_file(executable)) {
            throw target_error(program_ + " did not make " + name +
                               ": their build ids differ; that was " + executable +
                               " as it was then");
        }
    }

    elf_file core_;
    core_notes notes_;
    core_memory memory_;
    std::string program_;
};

}  // namespace

std::unique_ptr<target> open_core(std::string const& file, std::string const& program) {
    return std::make_unique<opened_core>(file, program);
}

}  // namespace handrail::inspect
