// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/return_frame.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <cpuid.h>
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>

namespace handrail::inspect {
namespace {

// Of the area that XSAVE stores, Intel SDM 1, chapter 13; and of what Linux adds to it for
// rt_sigreturn(2), asm/sigcontext.h.
constexpr std::size_t software_bytes = 464, header = 512, smallest_area = 576;
constexpr std::uint32_t first_magic = 0x46505853, second_magic = 0x46505845;
constexpr unsigned tile_data = 18;
constexpr std::uint64_t tile_data_bit = std::uint64_t{1} << tile_data;

struct software_words {
    std::uint32_t magic = first_magic;
    std::uint32_t whole_size = 0;
    std::uint64_t features = 0;
    std::uint32_t area_size = 0;
};

// As asm/ucontext.h; libc's type has the same beginning.
constexpr std::uint64_t has_extended_state = 1, has_stack_segment = 2, keeps_stack_segment = 4;
constexpr int no_such_flags = 0x5555;

template <class T>
T load(std::vector<std::byte> const& from, std::size_t at) {
    T value;
    std::memcpy(&value, from.data() + at, sizeof value);
    return value;
}

// The data of tiles come last, and are not stored for a thread that does not use them.
std::size_t size_without_tiles(std::size_t size) {
    unsigned a = 0, offset = 0, c = 0, d = 0;
    if (__get_cpuid_count(0xd, tile_data, &a, &offset, &c, &d) != 0 && offset >= smallest_area) {
        return std::min<std::size_t>(size, offset);
    }
    return size;
}

std::optional<std::vector<std::byte>> read_extended(pid_t thread) {
    std::vector<std::byte> area(16384);
    iovec into{area.data(), area.size()};
    if (::ptrace(PTRACE_GETREGSET, thread, NT_X86_XSTATE, &into) != 0 ||
        into.iov_len < smallest_area) {
        return std::nullopt;
    }
    area.resize(into.iov_len);
    if ((load<std::uint64_t>(area, header) & tile_data_bit) != 0) {
        return std::nullopt;
    }
    area.resize(size_without_tiles(area.size()));
    return area;
}

std::vector<std::byte> with_software_words(std::vector<std::byte> area) {
    software_words words;
    words.area_size = static_cast<std::uint32_t>(area.size());
    words.whole_size = words.area_size + sizeof second_magic;
    words.features = load<std::uint64_t>(area, software_bytes) & ~tile_data_bit;
    std::memcpy(area.data() + software_bytes, &words, sizeof words);
    area.resize(words.whole_size);
    std::memcpy(area.data() + words.area_size, &second_magic, sizeof second_magic);
    return area;
}

void set_registers(mcontext_t& to, user_regs_struct const& from) {
    std::pair<int, std::uint64_t> const values[] = {{REG_R8, from.r8},
                                                    {REG_R9, from.r9},
                                                    {REG_R10, from.r10},
                                                    {REG_R11, from.r11},
                                                    {REG_R12, from.r12},
                                                    {REG_R13, from.r13},
                                                    {REG_R14, from.r14},
                                                    {REG_R15, from.r15},
                                                    {REG_RDI, from.rdi},
                                                    {REG_RSI, from.rsi},
                                                    {REG_RBP, from.rbp},
                                                    {REG_RBX, from.rbx},
                                                    {REG_RDX, from.rdx},
                                                    {REG_RAX, from.rax},
                                                    {REG_RCX, from.rcx},
                                                    {REG_RSP, from.rsp},
                                                    {REG_RIP, from.rip},
                                                    {REG_EFL, from.eflags},
                                                    {REG_CSGSFS, from.cs | from.ss << 48}};
    for (auto const& [number, value] : values) {
        to.gregs[number] = static_cast<greg_t>(value);
    }
}

ucontext_t context_of(user_regs_struct const& registers, std::uint64_t mask, address extended) {
    ucontext_t context{};
    context.uc_flags = has_extended_state | has_stack_segment | keeps_stack_segment;
    context.uc_stack.ss_flags = no_such_flags;  // so that the stack for signals stays as it is
    set_registers(context.uc_mcontext, registers);
    std::memcpy(&context.uc_mcontext.fpregs, &extended, sizeof extended);
    std::memcpy(&context.uc_sigmask, &mask, sizeof mask);
    return context;
}

// In it, the thread ends as soon as it runs. No handler comes between.
ucontext_t ending_context(user_regs_struct registers, address call) {
    registers.rip = call;
    registers.rax = SYS_exit_group;
    registers.rdi = 0;
    return context_of(registers, ~std::uint64_t{0}, 0);
}

void put(return_frames& frames, address at, void const* from, std::size_t size) {
    std::memcpy(frames.bytes.data() + (at - frames.begin), from, size);
}

void put_frame(return_frames& frames, address at, address undo, ucontext_t const& context) {
    put(frames, at, &undo, sizeof undo);
    put(frames, at + sizeof undo, &context, sizeof context);
}

}  // namespace

std::optional<thread_state> read_state(pid_t thread) {
    thread_state state;
    iovec into{&state.general, sizeof state.general};
    auto extended = read_extended(thread);
    if (!extended || ::ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &into) != 0 ||
        ::ptrace(PTRACE_GETSIGMASK, thread, sizeof state.mask, &state.mask) != 0) {
        return std::nullopt;
    }
    state.extended = std::move(*extended);
    return state;
}

user_regs_struct as_resumed(user_regs_struct registers) {
    // linux/errno.h, which programs do not see
    constexpr std::int64_t restart = 512, restart_silently = 513, restart_without_handler = 514,
                           restart_with_time_left = 516;
    if (static_cast<std::int64_t>(registers.orig_rax) < 0) {
        return registers;
    }
    std::int64_t const result = -static_cast<std::int64_t>(registers.rax);
    if (result == restart || result == restart_silently || result == restart_without_handler) {
        registers.rax = registers.orig_rax;
        registers.rip -= 2;
    } else if (result == restart_with_time_left) {
        registers.rax = SYS_restart_syscall;
        registers.rip -= 2;
    }
    return registers;
}

return_frames make_frames(thread_state const& state, frame_places const& at) {
    constexpr std::uint64_t frame_size = sizeof(address) + sizeof(ucontext_t);
    std::vector<std::byte> const extended = with_software_words(state.extended);
    return_frames frames;
    address const area = (at.end - extended.size()) & ~std::uint64_t{63};
    frames.childs = (area - frame_size) & ~std::uint64_t{15};
    // Lowest, so that the frame of a signal handler would lie below all.
    frames.own = (frames.childs - frame_size) & ~std::uint64_t{15};
    frames.begin = frames.own;
    frames.bytes.resize(area + extended.size() - frames.begin);
    put(frames, area, extended.data(), extended.size());
    user_regs_struct const resumed = as_resumed(state.general);
    put_frame(frames, frames.own, at.undo, context_of(resumed, state.mask, area));
    put_frame(frames, frames.childs, at.undo, ending_context(resumed, at.call));
    return frames;
}

}  // namespace handrail::inspect
