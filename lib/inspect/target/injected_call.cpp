// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/injected_call.hpp"

#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/target/stopped_threads.hpp"
#include "lib/inspect/target/target_error.hpp"

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <thread>

#include <elf.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail::inspect {
namespace {

using clock = std::chrono::steady_clock;

// What must stay free below the frames: the least that a signal handler gets.
constexpr std::size_t spare_stack = 4096;

constexpr std::uint64_t user_code_64 = 0x33;  // the segment of code with 64 bits

bool write_registers(pid_t thread, user_regs_struct registers) {
    iovec const from{&registers, sizeof registers};
    return ::ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &from) == 0;
}

std::string status_path(call_site const& at) {
    return process_path(at.process, "task/") + std::to_string(at.thread) + "/status";
}

// A filter of system calls might end the process for one that it does not expect. The end of a
// handler returns to where the shadow stack does not know.
bool is_guarded(call_site const& at) {
    auto const status = read_file(status_path(at));
    return !status || status_field(*status, "Seccomp") != "0" ||
           status_field(*status, "x86_Thread_features").find("shstk") != std::string_view::npos;
}

bool can_be_interrupted(pid_t thread, user_regs_struct const& now) {
    if (static_cast<std::int64_t>(now.orig_rax) >= 0) {
        return true;  // it waits in a system call
    }
    __ptrace_rseq_configuration area{};
    if (::ptrace(PTRACE_GET_RSEQ_CONFIGURATION, thread, sizeof area, &area) != sizeof area) {
        return false;
    }
    if (area.rseq_abi_pointer == 0) {
        return true;
    }
    constexpr std::uint64_t offset_of_sequence = 8;
    errno = 0;
    long const sequence =
        ::ptrace(PTRACE_PEEKDATA, thread, area.rseq_abi_pointer + offset_of_sequence, nullptr);
    return sequence == 0 && errno == 0;
}

bool has_ended(call_site const& at) {
    auto const status = read_file(status_path(at));
    std::string_view const state = status ? status_field(*status, "State") : "X";
    return state.starts_with("Z") || state.starts_with("X");
}

bool is_call_stop(int status) noexcept { return status == (SIGTRAP | 0x80); }

// A program that takes its own system calls (prctl(2), PR_SET_SYSCALL_USER_DISPATCH) has got ours.
bool is_our_own(pid_t thread, int signal) {
    siginfo_t info{};
    return signal == SIGSYS && ::ptrace(PTRACE_GETSIGINFO, thread, nullptr, &info) == 0 &&
           info.si_code > 0;
}

}  // namespace

injected_call::injected_call(call_site const& at)
    : at_(at),
      memory_(::open(process_path(at.process, "mem").c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY)) {}

injected_call::~injected_call() {
    if (is_changed_) {
        write_registers(at_.thread, state_->general);
        if (!overwritten_.empty()) {
            [[maybe_unused]] ssize_t const written =
                ::pwrite(memory_.number(), overwritten_.data(), overwritten_.size(),
                         static_cast<off_t>(frames_.begin));
        }
        ::ptrace(PTRACE_SETOPTIONS, at_.thread, nullptr, nullptr);
    }
}

bool injected_call::prepare(system_call const& call) {
    state_ = read_state(at_.thread);
    if (!state_ || state_->general.cs != user_code_64 || is_guarded(at_) ||
        !can_be_interrupted(at_.thread, state_->general)) {
        return false;
    }
    frames_ = make_frames(*state_, {at_.unused_stack.end, at_.code.undo, at_.code.call});
    if (!has_room(at_.unused_stack.end - frames_.begin) || !write_frames()) {
        return false;
    }
    is_changed_ = true;
    set_registers(call);
    return true;
}

bool injected_call::has_room(std::size_t size) const noexcept {
    return at_.unused_stack.end - at_.unused_stack.begin >= size + spare_stack;
}

bool injected_call::write_frames() {
    std::size_t const size = frames_.bytes.size();
    overwritten_.resize(size);
    auto const at = static_cast<off_t>(frames_.begin);
    return ::pread(memory_.number(), overwritten_.data(), size, at) == static_cast<ssize_t>(size) &&
           ::pwrite(memory_.number(), frames_.bytes.data(), size, at) == static_cast<ssize_t>(size);
}

// The frames are in place, so that the thread may go on at any time.
void injected_call::set_registers(system_call const& call) const {
    user_regs_struct changed = state_->general;
    auto const argument = [&](std::size_t i) {
        return call.arguments[i] == stack_of_child ? frames_.childs : call.arguments[i];
    };
    changed.orig_rax =
        ~std::uint64_t{0};  // the call that was interrupted is not to begin again now
    changed.rip = at_.code.call;
    changed.rsp = frames_.own;
    changed.rax = call.number;
    changed.rdi = argument(0);
    changed.rsi = argument(1);
    changed.rdx = argument(2);
    changed.r10 = argument(3);
    changed.r8 = 0;
    changed.r9 = 0;
    write_registers(at_.thread, changed);
}

// Returns: as si_status of waitid(2), what has stopped the thread; 0: it has ended.
int injected_call::resume(int how) {
    if (::ptrace(static_cast<__ptrace_request>(how), at_.thread, nullptr, nullptr) != 0) {
        is_changed_ = false;
        return 0;
    }
    for (;;) {
        siginfo_t change{};
        int const result = ::waitid(P_PID, static_cast<id_t>(at_.thread), &change,
                                    static_cast<int>(__WALL) | WSTOPPED | WNOHANG);
        if (result == 0 && change.si_pid == at_.thread) {
            return change.si_status;
        }
        if ((result == -1 && errno != EINTR) || has_ended(at_)) {
            is_changed_ = false;
            return 0;
        }
        if (clock::now() > deadline_) {
            is_changed_ = false;  // it goes on by its frame
            throw target_error("thread " + std::to_string(at_.thread) + " of process " +
                               std::to_string(at_.process) +
                               " does not return from the system; try later");
        }
        std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
}

// The last stop is where the system would look for signals, since only from there does it begin
// again what was interrupted before.
call_result injected_call::run() {
    call_result made;
    deadline_ = clock::now() + stopped_threads::patience;
    ::ptrace(PTRACE_SETOPTIONS, at_.thread, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE);
    int status = resume(PTRACE_SYSCALL);
    if (!is_call_stop(status)) {
        made.signal = status >> 8 == 0 && !is_our_own(at_.thread, status) ? status : 0;
        return made;
    }
    status = resume(PTRACE_SYSCALL);
    if (status == (SIGTRAP | PTRACE_EVENT_CLONE << 8)) {
        unsigned long child = 0;
        ::ptrace(PTRACE_GETEVENTMSG, at_.thread, nullptr, &child);
        made.child = static_cast<pid_t>(child);
        status = resume(PTRACE_SYSCALL);
    }
    user_regs_struct after{};
    iovec into{&after, sizeof after};
    if (is_call_stop(status) && ::ptrace(PTRACE_GETREGSET, at_.thread, NT_PRSTATUS, &into) == 0) {
        made.value = static_cast<std::int64_t>(after.rax);
        ::ptrace(PTRACE_INTERRUPT, at_.thread, nullptr, nullptr);
        resume(PTRACE_CONT);
    }
    return made;
}

}  // namespace handrail::inspect
