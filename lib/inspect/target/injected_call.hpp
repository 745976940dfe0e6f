// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Lets a stopped thread of another process make one system call, and puts it back to where it was.
//
//     injected_call call({process, thread, room, code});
//     if (call.prepare({SYS_getpid})) result = call.run();
//
//  1. A call that the stop had interrupted is begun again by the system, as if nothing had
//     happened.
//  2. If the tool dies in between, the thread goes on all the same: it finishes the call, returns
//     to a frame that lies on its stack (return_frame.hpp), and from there to where it was. A child
//     that it has made ends without having run.
//  3. The stack is written to only where a signal handler's frame could lie, and gets its bytes
//     back.
//
// Thread safety: on the thread that traces the process.

#pragma once

#include "lib/inspect/memory/file_descriptor.hpp"
#include "lib/inspect/target/call_code.hpp"
#include "lib/inspect/target/return_frame.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

struct system_call {
    std::uint64_t number = 0;  // SYS_…
    std::array<std::uint64_t, 4> arguments{};
};

// As an argument: the stack pointer for a child.
inline constexpr std::uint64_t stack_of_child = ~std::uint64_t{0};

struct call_result {
    std::optional<std::int64_t> value{};  // as the system returns it; nothing: no call was made
    pid_t child = 0;                      // which the call has made; it is traced
    int signal = 0;                       // which is on its way to the thread now
};

// Where a call is made.
struct call_site {
    pid_t process = 0;
    pid_t thread = 0;
    extent unused_stack{};  // below the stack pointer
    call_code code{};
};

class injected_call {
public:
    // Requires: the thread is traced with PTRACE_SEIZE, and was stopped by PTRACE_INTERRUPT.
    explicit injected_call(call_site const& at);
    injected_call(injected_call const&) = delete;
    injected_call& operator=(injected_call const&) = delete;
    // Effects: restores the thread, if it is stopped.
    ~injected_call();

    // Returns: whether the thread can make a call where it is: it has room on its stack, no filter
    //   of system calls (seccomp(2)) and no shadow stack, and is not in a sequence of instructions
    //   that must be begun again whenever it was away (rseq(2)). Nothing is changed otherwise.
    bool prepare(system_call const& call);

    // Requires: prepare() has returned true. The thread is stopped again afterwards.
    // Throws: target_error if the thread does not come back within stopped_threads::patience; it
    //   goes on by itself when the calling thread ends.
    call_result run();

private:
    bool has_room(std::size_t size) const noexcept;
    bool write_frames();
    void set_registers(system_call const& call) const;
    int resume(int how);

    call_site at_;
    file_descriptor memory_;
    std::optional<thread_state> state_{};
    return_frames frames_{};
    std::vector<std::byte> overwritten_{};
    bool is_changed_ = false;
    std::chrono::steady_clock::time_point deadline_{};
};

}  // namespace handrail::inspect
