// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Stops all threads of a process, and lets them go on at the end.
//
//     stopped_threads const stopped(4711);
//     for (thread const& each : stopped.threads()) …
//
//  1. Threads are traced with PTRACE_SEIZE (ptrace(2)): the process does not notice. System calls
//     that were interrupted go on, and a process that was stopped before stays so.
//  2. A signal that arrives at a thread meanwhile is delivered when it goes on.
//  3. Whatever happens, nothing stays stopped: when the thread that constructed *this ends, the
//     system resumes all threads that are still traced. So construct it on a thread of its own.
//
// Thread safety: construct and destroy on the same thread.

#pragma once

#include "lib/inspect/target/injected_call.hpp"
#include "lib/inspect/target/target.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

class stopped_threads {
public:
    // Throws: target_error; all stopped threads go on then. A thread that could not be stopped
    //   stays traced until the calling thread ends.
    explicit stopped_threads(pid_t process);
    // Effects: stops that thread alone, and waits for it as long as that.
    stopped_threads(pid_t process, pid_t only, std::chrono::milliseconds as_long);
    stopped_threads(stopped_threads const&) = delete;
    stopped_threads& operator=(stopped_threads const&) = delete;
    ~stopped_threads();

    // By number, the main thread first.
    std::vector<thread> const& threads() const noexcept { return threads_; }

    // Effects: lets one of the threads make a system call, see injected_call.hpp.
    // Returns: no value if none can, which is also so if a signal stopped the process before.
    // Throws: target_error, as injected_call::run().
    call_result make_call(std::span<region const> regions, call_code const& code,
                          system_call const& call);

    // Effects: lets all threads go on.
    void release() noexcept;

    // A thread that waits for a file server, or for a child that vfork(2) has made, cannot be
    // stopped; it is given so much time.
    static constexpr std::chrono::milliseconds patience{2000};

private:
    struct traced {
        pid_t id = 0;
        bool is_stopped = false;
        bool was_running = false;  // nothing else has stopped it
        int signal = 0;            // which was on its way to the thread; 0: none
    };

    bool seize_new();      // Returns: whether there were any.
    bool seize(pid_t id);  // Returns: whether it has not ended.
    void wait_for(traced& each, std::chrono::steady_clock::time_point deadline);
    void stop_all();
    void read_threads();
    std::optional<extent> unused_stack_of(pid_t id, std::span<region const> regions) const;

    pid_t process_;
    std::vector<traced> traced_;
    std::vector<thread> threads_;
};

}  // namespace handrail::inspect
