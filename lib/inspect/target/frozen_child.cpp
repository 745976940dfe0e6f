// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/frozen_child.hpp"

#include "lib/inspect/memory/file_descriptor.hpp"
#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/memory/process_memory.hpp"
#include "lib/inspect/target/target_error.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail::inspect {
namespace {

// Up to here, copying takes less than 0.1 s, and is what a program feels least.
constexpr std::uint64_t many_pages = 4096;

bool is_large(pid_t process) {
    std::string const sizes = read_process_file(process, "statm").value_or("");
    std::string_view words = sizes;
    take_word(words);
    std::uint64_t const resident = number_in(take_word(words)).value_or(0);
    std::uint64_t const shared = number_in(take_word(words)).value_or(0);
    return resident > shared && resident - shared > many_pages;
}

bool is_memory_counted() {
    return read_file("/proc/sys/vm/overcommit_memory").value_or("2").starts_with("2");
}

void wait_for(pid_t child) {
    while (::waitpid(child, nullptr, __WALL) < 0 && errno == EINTR) {
    }
}

void end_first_without_memory(pid_t process) {
    file_descriptor const file(
        ::open(process_path(process, "oom_score_adj").c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    [[maybe_unused]] ssize_t const written = ::write(file.number(), "1000", 4);
}

bool overlaps(region const& of, std::vector<extent> const& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](extent const& each) {
        return each.begin < of.end && of.begin < each.end;
    });
}

bool is_among(region const& of, std::vector<region> const& all) {
    return std::any_of(all.begin(), all.end(), [&](region const& each) {
        return each.begin <= of.begin && of.end <= each.end;
    });
}

}  // namespace

std::optional<frozen_child_plan> plan_frozen_child(pid_t process) {
    if (!is_large(process) || is_memory_counted()) {
        return std::nullopt;
    }
    auto const code =
        find_call_code(process, regions_of(read_process_file(process, "maps").value_or("")));
    auto effects = read_fork_effects(process);
    if (!code || !effects || effects->may_wait) {
        return std::nullopt;
    }
    return frozen_child_plan{*code, std::move(effects->kept_back)};
}

frozen_child::frozen_child(pid_t parent, frozen_child_plan const& plan, stopped_threads& stopped,
                           std::span<region const> regions)
    : parent_(parent), plan_(plan) {
    if (!has_call_code(parent, plan.code)) {
        return;
    }
    // The lowest byte of the flags would be the signal for the parent.
    call_result const made =
        stopped.make_call(regions, plan.code, {SYS_clone, {CLONE_FILES, stack_of_child}});
    child_ = made.child;
    parents_number_ = made.value.value_or(0);
    if (child_ != 0) {
        wait_for(child_);  // until it is stopped
        ::ptrace(PTRACE_SETOPTIONS, child_, nullptr, PTRACE_O_EXITKILL);
        end_first_without_memory(child_);
    }
}

frozen_child::~frozen_child() {
    if (child_ != 0) {
        ::kill(child_, SIGKILL);
        wait_for(child_);
        wait_in_parents_name();
    }
}

std::vector<region> frozen_child::not_shared(std::span<region const> regions) const {
    std::vector<region> const childs = regions_of(read_process_file(child_, "maps").value_or(""));
    std::vector<region> found;
    std::copy_if(
        regions.begin(), regions.end(), std::back_inserter(found), [&](region const& each) {
            return each.shared || overlaps(each, plan_.kept_back) || !is_among(each, childs);
        });
    return found;
}

bool frozen_child::is_whole() const {
    auto const effects = read_fork_effects(child_);
    auto const status = read_process_file(child_, "status").value_or("");
    return effects && are_among(effects->kept_back, plan_.kept_back) &&
           status_field(status, "State").starts_with("t");
}

// Any thread can do it that is not just where it must not be interrupted, or gets a signal. If none
// can, the child is a zombie until the process ends.
void frozen_child::wait_in_parents_name() const noexcept {
    constexpr int rounds = 3;
    constexpr std::size_t most_threads = 20;
    auto const regions = regions_of(read_process_file(parent_, "maps").value_or(""));
    auto const code =
        has_call_code(parent_, plan_.code) ? plan_.code : find_call_code(parent_, regions);
    for (int round = 0; code && round != rounds; ++round) {
        auto const all = numbered_entries(process_path(parent_, "task"));
        std::vector<int> const threads = all.value_or(std::vector<int>{});
        for (std::size_t i = 0; i != std::min(threads.size(), most_threads); ++i) {
            if (wait_on(threads[i], *code, regions)) {
                return;
            }
        }
    }
}

bool frozen_child::wait_on(pid_t thread, call_code const& code,
                           std::span<region const> regions) const {
    system_call const wait{SYS_wait4,
                           {static_cast<std::uint64_t>(parents_number_), 0, WNOHANG | __WALL, 0}};
    try {
        stopped_threads stopped(parent_, thread, std::chrono::milliseconds(100));
        return stopped.make_call(regions, code, wait).value.has_value();
    } catch (target_error const&) {
        return false;  // it waits for the system, or the process can no longer be traced
    }
}

}  // namespace handrail::inspect
