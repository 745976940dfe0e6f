// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// getpid(2) in every birth would cost as much as the birth. Instead the kernel clears a page in
// each child that has memory of its own (MADV_WIPEONFORK, Linux 4.14). A child of vfork(2) runs in
// its parent's memory, on its parent's thread-local storage: vfork() leaves a mark there, and only
// a thread with the mark asks for its process id, once in the parent and as often as needed in the
// child.

#include "lib/preload/program.hpp"

#include "lib/preload/replaced.hpp"
#include "lib/preload/system_call.hpp"

#include <atomic>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

constinit handrail::preload::preload_info handrail_preload_info{
    .magic = {'h', 'a', 'n', 'd', 'r', 'a', 'i', 'l', ' ', 'b', 'i', 'r', 't', 'h', 's', '\n'},
    .version = handrail::preload::info_version,
    .process = 0,
    .channel = 0,
    .reason = 0,
    .main_is_over = 0,
    .unused = 0,
    .is_program = 0,
    .segments = {},
};

namespace handrail::preload {

namespace {

struct wiped_on_fork {
    std::atomic<bool> is_program;
};

constinit std::atomic<wiped_on_fork*> page{nullptr};
constinit thread_local bool may_be_vforked = false;
constinit thread_local std::uint32_t this_thread = 0;

wiped_on_fork* make_page() noexcept {
    kept_errno const kept;
    long const fresh = system_call(SYS_mmap, nullptr, page_size, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
    if (fresh == -1) {
        return nullptr;
    }
    auto* const made = reinterpret_cast<wiped_on_fork*>(fresh);
    wiped_on_fork* other = nullptr;
    if (system_call(SYS_madvise, fresh, page_size, MADV_WIPEONFORK) == 0 &&
        page.compare_exchange_strong(other, made)) {
        return made;
    }
    system_call(SYS_munmap, fresh, page_size);
    return other;
}

}  // namespace

// relaxed: only this process, or its parent before it forked, has written these.
bool in_program() noexcept {
    wiped_on_fork const* const mine = page.load(std::memory_order_acquire);
    if (mine == nullptr) [[unlikely]] {
        if (handrail_preload_info.process != 0) {
            return false;  // there is no page
        }
        become_program();
        return page.load(std::memory_order_acquire) != nullptr;
    }
    if (!mine->is_program.load(std::memory_order_relaxed)) {
        return false;
    }
    if (may_be_vforked) [[unlikely]] {
        may_be_vforked =
            static_cast<std::uint32_t>(system_call(SYS_getpid)) != handrail_preload_info.process;
        return !may_be_vforked;
    }
    return true;
}

void become_program() noexcept {
    handrail_preload_info.process = static_cast<std::uint32_t>(system_call(SYS_getpid));
    this_thread = 0;
    wiped_on_fork* mine = page.load(std::memory_order_acquire);
    if (mine == nullptr) {
        mine = make_page();
    }
    if (mine != nullptr) {
        mine->is_program.store(true, std::memory_order_relaxed);
        handrail_preload_info.is_program = reinterpret_cast<std::uint64_t>(&mine->is_program);
    }
}

std::uint32_t thread_id() noexcept {
    if (this_thread == 0) {
        this_thread = static_cast<std::uint32_t>(system_call(SYS_gettid));
    }
    return this_thread;
}

namespace {

// Returns: libc's vfork.
extern "C" [[gnu::used]] void* handrail_preload_before_vfork() noexcept {
    may_be_vforked = true;
    return replaced(call::vfork);
}

}  // namespace

}  // namespace handrail::preload

// The child of vfork(2) returns through the caller's frame before the parent does, so this function
// must have no frame of its own when libc's begins.
#if !defined(__x86_64__)
#error "vfork() is written for x86-64"
#endif
HANDRAIL_REPLACES [[gnu::naked]] pid_t vfork() noexcept {
    asm("subq $8, %rsp\n\t"
        ".cfi_adjust_cfa_offset 8\n\t"
        "call handrail_preload_before_vfork\n\t"
        "addq $8, %rsp\n\t"
        ".cfi_adjust_cfa_offset -8\n\t"
        "jmp *%rax");
}
