// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Whether a process can be inspected, and if not, why and what to do.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace handrail::inspect {

// What decides whether the system lets us trace a process.
struct tracing_rights {
    uid_t our_user = 0;
    uid_t its_user = 0;
    bool we_may_trace_all = false;         // CAP_SYS_PTRACE
    std::optional<unsigned> yama_scope{};  // /proc/sys/kernel/yama/ptrace_scope, if there is one
};

// Returns: the rights as they are for a process with this /proc/PID/status.
tracing_rights rights_for(std::string_view status);

// Returns: the sentence for somebody whom the system has refused to trace the process.
std::string permission_advice(pid_t process, tracing_rights const& rights);

// Throws: target_error if the process cannot be inspected for a reason that its files show: it does
//   not exist, is a zombie, a thread, a kernel thread, traced already, or not of x86-64.
void check_inspectable(pid_t process);

// Returns: why a program with this beginning of its file cannot be inspected; empty: it can be.
std::string architecture_problem(std::string_view elf_header);

}  // namespace handrail::inspect
