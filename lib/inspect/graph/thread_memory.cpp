// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/graph/thread_memory.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>

namespace handrail::inspect {

namespace {

// glibc's struct pthread begins at the thread pointer; its size differs from one version to the
// next, and is at least what pthread_getspecific() needs.
constexpr std::uint64_t size_of_thread_control = 0x980;
constexpr std::uint64_t max_local = 1 << 20;  // thread-local variables of one module

// Returns: the bytes of thread-local variables that a module has; 0 if no ELF file begins there.
std::uint64_t local_size(memory const& words, address begin) {
    auto const header = words.read<Elf64_Ehdr>(begin);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_phentsize != sizeof(Elf64_Phdr)) {
        return 0;
    }
    for (unsigned i = 0; i != std::min<unsigned>(header->e_phnum, 64); ++i) {
        auto const segment =
            words.read<Elf64_Phdr>(begin + header->e_phoff + i * sizeof(Elf64_Phdr));
        if (segment && segment->p_type == PT_TLS && segment->p_memsz < max_local) {
            std::uint64_t const align = std::clamp<std::uint64_t>(segment->p_align, 1, 4096);
            return segment->p_memsz + align;
        }
    }
    return 0;
}

std::uint64_t local_size(memory const& words) {
    std::uint64_t size = 0;
    for (region const& each : words.regions()) {
        if (each.is_module() && each.readable && !each.writable) {
            size += local_size(words, each.begin);
        }
    }
    return size;
}

thread_memory memory_of(memory const& words, thread const& of, std::uint64_t size_of_locals) {
    thread_memory found;
    if (region const* const around = words.region_around(of.thread_pointer)) {
        address const pointer = of.thread_pointer;
        found.local.begin = std::max(around->begin, pointer - std::min(pointer, size_of_locals));
        found.local.end = std::min(around->end, pointer + size_of_thread_control);
    }
    if (region const* const around = words.region_around(of.stack_pointer)) {
        found.mapping = {around->begin, around->end};
        constexpr address red_zone = 128;  // System V ABI of x86-64: in use below the stack pointer
        found.stack = {
            std::max(around->begin, of.stack_pointer - std::min(of.stack_pointer, red_zone)),
            around->end};
        if (found.stack.begin <= found.local.begin && found.local.begin < found.stack.end) {
            found.stack.end = found.local.begin;
        }
    }
    return found;
}

}  // namespace

std::vector<thread_memory> memory_of_threads(target const& program) {
    std::uint64_t const size_of_locals = local_size(program.memory());
    std::vector<thread_memory> all;
    for (thread const& each : program.threads()) {
        all.push_back(memory_of(program.memory(), each, size_of_locals));
    }
    return all;
}

}  // namespace handrail::inspect
