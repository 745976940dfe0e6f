// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/thread_stack.hpp"

#include <array>
#include <cstddef>

#include <sys/uio.h>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t page = 4096;
// glibc's struct pthread has 0x900 bytes in version 2.36.
constexpr std::size_t max_words = 0x1000 / sizeof(std::uint64_t);

bool is_in_pages(std::uint64_t value) noexcept { return value != 0 && value % page == 0; }

}  // namespace

// In struct pthread: {…, stackblock, stackblock_size (with the guard), guardsize, …}, at another
// place in each version. Stacks that the program has given have no guard.
extent stack_in(std::span<std::uint64_t const> control_block, address thread_pointer) noexcept {
    for (std::size_t i = 0; i + 2 < control_block.size(); ++i) {
        address const begin = control_block[i];
        std::uint64_t const size = control_block[i + 1];
        std::uint64_t const guard = control_block[i + 2];
        if (is_in_pages(begin) && is_in_pages(size) && is_in_pages(guard) && guard < size &&
            begin + guard < thread_pointer && thread_pointer - begin < size) {
            return {begin + guard, thread_pointer};
        }
    }
    return {};
}

extent thread_stack(pid_t process, address thread_pointer) noexcept {
    std::array<std::uint64_t, max_words> words{};
    // Two pieces, because the page behind the first one may be none.
    std::uint64_t const first = page - thread_pointer % page;
    std::array<iovec, 2> remote{
        {{reinterpret_cast<void*>(thread_pointer), first},
         {reinterpret_cast<void*>(thread_pointer + first), sizeof words - first}}};
    iovec const local{words.data(), sizeof words};
    ssize_t const read = ::process_vm_readv(process, &local, 1, remote.data(), remote.size(), 0);
    std::size_t const bytes = read > 0 ? static_cast<std::size_t>(read) : 0;
    return stack_in({words.data(), bytes / sizeof(std::uint64_t)}, thread_pointer);
}

}  // namespace handrail::inspect
