// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Interrupts code between any two of its instructions, by the processor's trap flag.
//
//     while (interrupt_before(++n, [&] { to = std::move(from); }, [&] { look_at(from, to); })) {}
//
// x86-64 and Linux only; one at a time in the process. The interruption runs in a signal handler,
// so that it must not call a function in which the code may be interrupted.

#pragma once

#include <csignal>
#include <cstddef>
#include <functional>

#include <ucontext.h>

namespace handrail_test {

class single_step {
public:
    // Effects: runs code, and interruption on the same stack before the n-th instruction of it.
    // Returns: whether code had that many.
    static bool interrupt_before(std::size_t n, std::function<void()> const& code,
                                 std::function<void()> const& interruption) {
        bool met = false;
        run(code, [&] {
            met = --n == 0;
            if (met) {
                interruption();
            }
            return !met;
        });
        return met;
    }
    // Effects: runs code, and interruption before every instruction of it.
    static void interrupt_everywhere(std::function<void()> const& code,
                                     std::function<void()> const& interruption) {
        run(code, [&] {
            interruption();
            return true;
        });
    }

private:
    static constexpr long long trap_flag = 0x100;

    // each says whether it wants to be called again.
    static void run(std::function<void()> const& code, std::function<bool()> const& each) {
        struct sigaction on_trap = {};
        struct sigaction before = {};
        on_trap.sa_sigaction = &trapped;
        on_trap.sa_flags = SA_SIGINFO;
        ::sigaction(SIGTRAP, &on_trap, &before);
        each_ = &each;
        asm volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
        code();
        asm volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
        ::sigaction(SIGTRAP, &before, nullptr);
    }
    static void trapped(int, siginfo_t*, void* context) {
        if (!(*each_)()) {
            static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] &= ~trap_flag;
        }
    }

    static inline std::function<bool()> const* each_ = nullptr;
};

}  // namespace handrail_test
