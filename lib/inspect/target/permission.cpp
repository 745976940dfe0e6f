// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/permission.hpp"

#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/target/target_error.hpp"

#include <elf.h>
#include <unistd.h>

namespace handrail::inspect {
namespace {

std::string number_field(std::string_view status, std::string_view field) {
    std::string_view value = status_field(status, field);
    return std::string(take_word(value));
}

uid_t user_of(std::string_view status) {
    return static_cast<uid_t>(number_in(number_field(status, "Uid")).value_or(0));
}

bool has_capability(std::string_view status, unsigned number) {
    auto const effective = number_in(status_field(status, "CapEff"), 16);
    return effective && (*effective >> number & 1) != 0;
}

std::string named(pid_t process) {
    std::string name = read_process_file(process, "comm").value_or("");
    while (!name.empty() && name.back() == '\n') {
        name.pop_back();
    }
    return std::to_string(process) + (name.empty() ? "" : " (" + name + ")");
}

std::string yama_advice(pid_t process, unsigned scope) {
    std::string const why = "the system does not allow tracing process " + std::to_string(process) +
                            ": kernel.yama.ptrace_scope is " + std::to_string(scope);
    if (scope >= 3) {
        return why +
               ", which forbids it to everybody until the next boot; start the program with "
               "handrail-check instead, or inspect a core file";
    }
    return why + (scope == 1 ? ", which allows it for one's own children only" : "") +
           "; run handrail-check as root" +
           (scope == 1 ? ", or set it to 0: sysctl kernel.yama.ptrace_scope=0" : "");
}

}  // namespace

tracing_rights rights_for(std::string_view status) {
    constexpr unsigned sys_ptrace = 19;  // CAP_SYS_PTRACE, capabilities(7)
    tracing_rights rights{.our_user = ::geteuid(), .its_user = user_of(status)};
    rights.we_may_trace_all =
        has_capability(read_file("/proc/self/status").value_or(""), sys_ptrace);
    if (auto const scope = read_file("/proc/sys/kernel/yama/ptrace_scope")) {
        std::string_view text = *scope;
        rights.yama_scope = static_cast<unsigned>(number_in(take_line(text)).value_or(0));
    }
    return rights;
}

std::string permission_advice(pid_t process, tracing_rights const& rights) {
    std::string const number = std::to_string(process);
    if (rights.yama_scope.value_or(0) >= 3) {
        return yama_advice(process, *rights.yama_scope);
    }
    if (rights.our_user != 0 && rights.our_user != rights.its_user) {
        return "process " + number + " belongs to user " + std::to_string(rights.its_user) +
               ": run handrail-check as that user or as root";
    }
    if (!rights.we_may_trace_all && rights.yama_scope.value_or(0) >= 1) {
        return yama_advice(process, *rights.yama_scope);
    }
    if (!rights.we_may_trace_all && rights.our_user == 0) {
        return "the system does not allow tracing process " + number +
               ": this container has no CAP_SYS_PTRACE; start it with --cap-add=SYS_PTRACE";
    }
    return "the system does not allow tracing process " + number +
           ": it has changed its user or has protected itself (prctl PR_SET_DUMPABLE), or a "
           "security module forbids it; run handrail-check as root outside of containers";
}

std::string architecture_problem(std::string_view elf_header) {
    if (!elf_header.starts_with(ELFMAG) || elf_header.size() < sizeof(Elf64_Ehdr)) {
        return "is not an ELF program";
    }
    if (elf_header[EI_CLASS] == ELFCLASS32) {
        return "is a 32-bit program; only programs of x86-64 can be inspected";
    }
    std::size_t const machine = offsetof(Elf64_Ehdr, e_machine);
    if (elf_header[EI_CLASS] != ELFCLASS64 || elf_header[EI_DATA] != ELFDATA2LSB ||
        elf_header[machine] != EM_X86_64 || elf_header[machine + 1] != 0) {
        return "is a program of another architecture; only programs of x86-64 can be inspected";
    }
    return {};
}

void check_inspectable(pid_t process) {
    std::string const number = std::to_string(process);
    auto const status = read_process_file(process, "status");
    if (process <= 0 || !status) {
        throw target_error("there is no process " + number);
    }
    if (process == ::getpid()) {
        throw target_error("handrail-check cannot inspect itself");
    }
    if (std::string const group = number_field(*status, "Tgid"); group != number) {
        throw target_error(number + " is a thread of process " + group + ": give that number");
    }
    if (status_field(*status, "State").starts_with("Z")) {
        throw target_error("process " + number + " has ended; its parent " +
                           number_field(*status, "PPid") + " has not waited for it yet");
    }
    if (status_field(*status, "VmSize").empty()) {
        throw target_error("process " + number + " is a thread of the kernel, not a program");
    }
    auto const tracer = number_in(number_field(*status, "TracerPid")).value_or(0);
    if (tracer != 0) {
        throw target_error("process " + number + " is traced already, by process " +
                           named(static_cast<pid_t>(tracer)) + ": end that first");
    }
    if (auto const header = read_file(process_path(process, "exe"), 64)) {
        if (std::string const problem = architecture_problem(*header); !problem.empty()) {
            throw target_error("process " + number + " " + problem);
        }
    }
}

}  // namespace handrail::inspect
