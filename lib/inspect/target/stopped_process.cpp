// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/stopped_process.hpp"

#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/memory/process_memory.hpp"
#include "lib/inspect/target/births.hpp"
#include "lib/inspect/target/descriptors.hpp"
#include "lib/inspect/target/frozen_child.hpp"
#include "lib/inspect/target/permission.hpp"
#include "lib/inspect/target/stopped_threads.hpp"
#include "lib/inspect/target/target_error.hpp"
#include "lib/inspect/target/unused_stack.hpp"

#include <chrono>
#include <future>
#include <optional>
#include <utility>

namespace handrail::inspect {
namespace {

using clock = std::chrono::steady_clock;

// What has been read while the process was stopped.
struct stopped_state {
    std::vector<thread> threads{};
    std::unique_ptr<process_memory> memory{};
    open_descriptors open{};
    std::chrono::nanoseconds duration{};
};

std::unique_ptr<process_memory> memory_of(pid_t process, std::vector<thread> const& threads) {
    std::vector<region> regions = regions_of(read_process_file(process, "maps").value_or(""));
    if (regions.empty()) {
        throw target_error("the memory of process " + std::to_string(process) +
                           " cannot be read: it has ended meanwhile, or the system forbids it");
    }
    std::vector<extent> unused = unused_stack(regions, threads);
    return std::make_unique<process_memory>(process, std::move(regions), std::move(unused));
}

void copy_not_shared(process_memory const& memory, frozen_child const& child) {
    for (region const& each : child.not_shared(memory.regions())) {
        if (process_memory::is_copied(each)) {
            memory.bytes(*memory.region_around(each.begin));
        }
    }
}

// What lies only in the process is read later as it is then: what cannot be written, and regions
// that are too large.
void copy_from(frozen_child const& child, pid_t process, process_memory& memory) {
    memory.read_from_child(child.process());
    memory.copy_writable();
    memory.read_from(process);
}

// Returns: nothing if there was a child, and it was not whole.
std::optional<stopped_state> read_once(pid_t process,
                                       std::optional<frozen_child_plan> const& plan) {
    auto const begin = clock::now();
    stopped_state found;
    std::optional<frozen_child> child;
    stopped_threads stopped(process);
    found.threads = stopped.threads();
    found.memory = memory_of(process, found.threads);
    if (plan) {
        child.emplace(process, *plan, stopped, found.memory->regions());
    }
    bool const has_child = child && child->process() != 0;
    if (has_child) {
        copy_not_shared(*found.memory, *child);
    } else {
        found.memory->copy_writable();
    }
    found.open = read_open_descriptors(process);
    stopped.release();
    found.duration = clock::now() - begin;
    if (has_child) {
        copy_from(*child, process, *found.memory);
        if (!child->is_whole()) {
            return std::nullopt;
        }
    }
    return found;
}

stopped_state read_stopped(pid_t process) {
    auto const plan = plan_frozen_child(process);
    if (auto found = read_once(process, plan)) {
        return std::move(*found);
    }
    return std::move(*read_once(process, std::nullopt));
}

class copied_process final : public target {
public:
    copied_process(pid_t process, stopped_state&& found)
        : process_(process),
          program_(link_target(process_path(process, "exe"))),
          state_(std::move(found)),
          descriptors_(describe(state_.open.all, read_sockets(process))),
          births_(births::in(*state_.memory, now())) {
        if (births_) {
            add_births();
        }
    }

    inspect::memory const& memory() const override { return *state_.memory; }
    std::span<thread const> threads() const override { return state_.threads; }
    std::span<descriptor const> descriptors() const override { return descriptors_; }
    bool knows_descriptors() const override { return state_.open.is_known; }
    std::span<epoll_entry const> epoll_entries() const override { return state_.open.watched; }
    bool knows_births() const override { return births_.has_value(); }
    bool main_has_returned() const override { return births_ && births_->main_has_returned(); }
    std::string const& program() const override { return program_; }
    pid_t process() const override { return process_; }
    std::chrono::nanoseconds stopped_for() const override { return state_.duration; }

private:
    static std::uint64_t now() {
        return static_cast<std::uint64_t>(clock::now().time_since_epoch().count());
    }

    void add_births() {
        std::erase_if(descriptors_,
                      [&](descriptor const& each) { return births_->is_channel(each.number); });
        for (descriptor& each : descriptors_) {
            each.born = births_->of(each.number, each.kind);
        }
    }

    pid_t process_;
    std::string program_;
    stopped_state state_;
    std::vector<descriptor> descriptors_;
    std::optional<births> births_;
};

}  // namespace

std::unique_ptr<target> stop_process(pid_t process) {
    check_inspectable(process);
    // A thread of its own: when it ends, the system resumes all threads that are still traced.
    stopped_state found = std::async(std::launch::async, read_stopped, process).get();
    return std::make_unique<copied_process>(process, std::move(found));
}

}  // namespace handrail::inspect
