// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where a process has the instructions by which a thread of it can be made to call the system, and
// to go on where it was. Nothing is added to its code: libc has both, as it can call the system and
// returns from signal handlers.
//
// Thread safety: all functions.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <optional>
#include <span>
#include <string_view>

#include <sys/types.h>

namespace handrail::inspect {

struct call_code {
    address call = 0;  // syscall; ret
    address undo = 0;  // mov $15, %rax; syscall: the end of a signal handler, rt_sigreturn(2)
};

// Returns: nothing if there is none, such as in a program without libc.
std::optional<call_code> find_call_code(pid_t process, std::span<region const> regions);

// Whether it is still there: a process that runs can unload libraries, or become another program.
bool has_call_code(pid_t process, call_code const& code);

// Effects: fills what is not known yet of `into` with what the code that begins at `begin` has.
void search_call_code(std::string_view code, address begin, call_code& into);

}  // namespace handrail::inspect
