// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/stopped_process.hpp"

#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/memory/process_memory.hpp"
#include "lib/inspect/target/births.hpp"
#include "lib/inspect/target/descriptors.hpp"
#include "lib/inspect/target/permission.hpp"
#include "lib/inspect/target/stopped_threads.hpp"
#include "lib/inspect/target/target_error.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <iterator>
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

stopped_state read_stopped(pid_t process) {
    auto const begin = clock::now();
    stopped_state found;
    {
        stopped_threads const stopped(process);
        found.threads = stopped.threads();
        std::vector<region> regions = regions_of(read_process_file(process, "maps").value_or(""));
        if (regions.empty()) {
            throw target_error("the memory of process " + std::to_string(process) +
                               " cannot be read: it has ended meanwhile, or the system forbids it");
        }
        std::vector<extent> unused = unused_stack(regions, found.threads);
        found.memory =
            std::make_unique<process_memory>(process, std::move(regions), std::move(unused));
        found.memory->copy_writable();
        found.open = read_open_descriptors(process);
    }
    found.duration = clock::now() - begin;
    return found;
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

constexpr std::uint64_t red_zone = 128;  // System V ABI of x86-64

bool is_guard(region const& below, region const& stack) {
    return below.end == stack.begin && !below.readable && !below.writable;
}

}  // namespace

std::vector<extent> unused_stack(std::span<region const> regions, std::span<thread const> threads) {
    std::vector<extent> unused;
    for (thread const& each : threads) {
        auto const around =
            std::upper_bound(regions.begin(), regions.end(), each.stack_pointer,
                             [](address at, region const& region) { return at < region.end; });
        if (around == regions.end() || each.stack_pointer <= around->begin + red_zone) {
            continue;
        }
        bool const own = around->contains(each.thread_pointer) &&
                         each.stack_pointer < each.thread_pointer && around != regions.begin() &&
                         is_guard(*std::prev(around), *around);
        if (own || around->file == "[stack]") {
            unused.push_back({around->begin, each.stack_pointer - red_zone});
        }
    }
    return unused;
}

std::unique_ptr<target> stop_process(pid_t process) {
    check_inspectable(process);
    // A thread of its own: when it ends, the system resumes all threads that are still traced.
    stopped_state found = std::async(std::launch::async, read_stopped, process).get();
    return std::make_unique<copied_process>(process, std::move(found));
}

}  // namespace handrail::inspect
