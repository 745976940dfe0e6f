// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What lies on the stack of a thread while a signal handler runs, and from which rt_sigreturn(2)
// restores the thread: its registers and its mask of signals. A thread that has it above the return
// address of a system call goes on by itself where it was.
//
// Thread safety: all functions.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sys/types.h>
#include <sys/user.h>

namespace handrail::inspect {

// The state of a stopped thread.
struct thread_state {
    user_regs_struct general{};
    std::vector<std::byte> extended{};  // as XSAVE stores it: floating point, vectors
    std::uint64_t mask = 0;             // of signals
};

// Returns: nothing if it cannot be read, or cannot be restored by rt_sigreturn(2): an AMX tile.
std::optional<thread_state> read_state(pid_t thread);

// Returns: the registers with which the system would let a thread go on that was interrupted in a
//   system call: it begins the call again. (A wait for a time fails with EINTR instead if
//   rt_sigreturn(2) comes between, as after any signal handler.)
user_regs_struct as_resumed(user_regs_struct registers);

// Two frames in one block of bytes.
struct return_frames {
    address begin = 0;   // of the bytes
    address own = 0;     // the stack pointer for the call, in the thread
    address childs = 0;  // and in a child that the call makes
    std::vector<std::byte> bytes{};
};

// Where the frames restore from.
struct frame_places {
    address end = 0;   // the frames lie below
    address undo = 0;  // see call_code.hpp
    address call = 0;
};

// Returns: a frame that lets the thread go on, and one by which a child ends as soon as it runs.
return_frames make_frames(thread_state const& state, frame_places const& at);

}  // namespace handrail::inspect
