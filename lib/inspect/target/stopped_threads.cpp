// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/stopped_threads.hpp"

#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/target/permission.hpp"
#include "lib/inspect/target/target_error.hpp"
#include "lib/inspect/target/thread_stack.hpp"
#include "lib/inspect/target/unused_stack.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

namespace handrail::inspect {
namespace {

using clock = std::chrono::steady_clock;

std::string task_path(pid_t process, pid_t id, char const* name) {
    return process_path(process, "task/") + std::to_string(id) + "/" + name;
}

// The main thread of a process that has called pthread_exit() is a zombie until all others end.
bool has_ended(pid_t process, pid_t id) {
    auto const status = read_file(task_path(process, id, "status"));
    std::string_view const state = status ? status_field(*status, "State") : "X";
    return state.starts_with("Z") || state.starts_with("X");
}

target_error refused(pid_t process, int error) {
    if (error == EPERM) {
        auto const status = read_process_file(process, "status");
        if (!status) {
            return target_error("process " + std::to_string(process) + " has ended meanwhile");
        }
        std::string_view const tracer = status_field(*status, "TracerPid");
        return tracer.empty() || tracer == "0"
                   ? target_error(permission_advice(process, rights_for(*status)))
                   : target_error("process " + std::to_string(process) +
                                  " is traced already, by process " + std::string(tracer));
    }
    return target_error("process " + std::to_string(process) +
                        " cannot be stopped: " + std::generic_category().message(error));
}

std::string name_of(pid_t process, pid_t id) {
    std::string const name = read_file(task_path(process, id, "comm")).value_or("");
    return name.substr(0, name.find('\n'));
}

// Requires: the thread is stopped.
std::optional<thread> read_thread(pid_t process, pid_t id) {
    user_regs_struct all{};
    iovec into{&all, sizeof all};
    if (::ptrace(PTRACE_GETREGSET, id, NT_PRSTATUS, &into) != 0) {
        return std::nullopt;
    }
    return thread{
        .id = id,
        .name = name_of(process, id),
        .stack_pointer = all.rsp,
        .thread_pointer = all.fs_base,
        .stack = thread_stack(process, all.fs_base),
        .registers = {all.rax, all.rbx, all.rcx, all.rdx, all.rsi, all.rdi, all.rbp, all.r8, all.r9,
                      all.r10, all.r11, all.r12, all.r13, all.r14, all.r15},
        .is_main = id == process};
}

}  // namespace

stopped_threads::stopped_threads(pid_t process) : process_(process) {
    try {
        stop_all();
        read_threads();
    } catch (...) {
        release();
        throw;
    }
}

stopped_threads::stopped_threads(pid_t process, pid_t only, std::chrono::milliseconds as_long)
    : process_(process) {
    try {
        if (seize(only)) {
            ::ptrace(PTRACE_INTERRUPT, only, nullptr, nullptr);
            wait_for(traced_.front(), clock::now() + as_long);
            read_threads();
        }
    } catch (...) {
        release();
        throw;
    }
}

stopped_threads::~stopped_threads() { release(); }

// A running thread can start others, so the list is read until it has no new ones.
void stopped_threads::stop_all() {
    auto const deadline = clock::now() + patience;
    while (seize_new()) {
        for (traced const& each : traced_) {
            if (!each.is_stopped) {
                ::ptrace(PTRACE_INTERRUPT, each.id, nullptr, nullptr);
            }
        }
        for (traced& each : traced_) {
            wait_for(each, deadline);
        }
        std::erase_if(traced_, [](traced const& each) { return each.id == 0; });
        if (clock::now() > deadline) {
            throw target_error("process " + std::to_string(process_) +
                               " cannot be stopped: it starts threads all the time; try later");
        }
    }
    if (traced_.empty()) {
        throw target_error("process " + std::to_string(process_) + " has ended meanwhile");
    }
}

bool stopped_threads::seize_new() {
    std::size_t const before = traced_.size();
    auto const all = numbered_entries(process_path(process_, "task"));
    for (int const id : all.value_or(std::vector<int>{})) {
        bool const known = std::any_of(traced_.begin(), traced_.begin() + static_cast<long>(before),
                                       [&](traced const& each) { return each.id == id; });
        if (!known && !has_ended(process_, id)) {
            seize(id);
        }
    }
    return traced_.size() != before;
}

bool stopped_threads::seize(pid_t id) {
    if (::ptrace(PTRACE_SEIZE, id, nullptr, nullptr) == 0) {
        traced_.push_back({.id = id});
        return true;
    }
    if (int const error = errno; error != ESRCH && !has_ended(process_, id)) {
        throw refused(process_, error);
    }
    return false;
}

// Effects: sets id to 0 if the thread has ended.
void stopped_threads::wait_for(traced& each, clock::time_point deadline) {
    while (!each.is_stopped && each.id != 0) {
        // Without WEXITED: if the process ends meanwhile, whoever started it gets its status.
        siginfo_t change{};
        int const result = ::waitid(P_PID, static_cast<id_t>(each.id), &change,
                                    static_cast<int>(__WALL) | WSTOPPED | WNOHANG);
        if (result == 0 && change.si_pid == each.id) {
            each.is_stopped = true;
            // Another stop than the one that we asked for is a signal on its way.
            each.signal = change.si_status >> 8 == 0 ? change.si_status : 0;
            each.was_running = change.si_status == (SIGTRAP | PTRACE_EVENT_STOP << 8);
        } else if ((result == -1 && errno != EINTR) || has_ended(process_, each.id)) {
            each.id = 0;
        } else if (clock::now() > deadline) {
            throw target_error(
                "thread " + std::to_string(each.id) + " of process " + std::to_string(process_) +
                " cannot be stopped: it waits for the system, "
                "such as for a disk, a file server, or a child made by vfork; try later");
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
    }
}

void stopped_threads::read_threads() {
    for (traced const& each : traced_) {
        if (auto found = read_thread(process_, each.id)) {
            threads_.push_back(std::move(*found));
        }
    }
    std::sort(threads_.begin(), threads_.end(),
              [](thread const& a, thread const& b) { return a.id < b.id; });
    std::stable_partition(threads_.begin(), threads_.end(),
                          [](thread const& each) { return each.is_main; });
}

call_result stopped_threads::make_call(std::span<region const> regions, call_code const& code,
                                       system_call const& call) {
    for (traced& each : traced_) {
        auto const room = each.was_running ? unused_stack_of(each.id, regions) : std::nullopt;
        if (!room) {
            continue;
        }
        injected_call injected({process_, each.id, *room, code});
        if (!injected.prepare(call)) {
            continue;
        }
        call_result const made = injected.run();
        each.signal = made.signal;
        each.was_running = made.signal == 0;
        if (made.value) {
            return made;
        }
    }
    return {};
}

std::optional<extent> stopped_threads::unused_stack_of(pid_t id,
                                                       std::span<region const> regions) const {
    auto const found = std::find_if(threads_.begin(), threads_.end(),
                                    [&](thread const& each) { return each.id == id; });
    if (found == threads_.end()) {
        return std::nullopt;
    }
    std::vector<extent> const unused = unused_stack(regions, {&*found, 1});
    return unused.empty() ? std::nullopt : std::optional(unused.front());
}

void stopped_threads::release() noexcept {
    for (traced const& each : traced_) {
        ::ptrace(PTRACE_DETACH, each.id, nullptr, each.signal);
    }
    traced_.clear();
}

}  // namespace handrail::inspect
