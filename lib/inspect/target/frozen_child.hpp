// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A child of an inspected process that has its memory and never runs. Making it takes a small part
// of the time that copying the memory would take, as fork(2) shares the pages until they change.
//
//     auto const plan = plan_frozen_child(4711);         // while the process runs
//     stopped_threads stopped(4711);
//     frozen_child child(4711, *plan, stopped, regions);
//     stopped.release();                                 // the process goes on
//
//  1. A stopped thread makes the child, see injected_call.hpp. No code of the program runs in it,
//     and no handler of pthread_atfork(3).
//  2. It shares the table of descriptors, so that it keeps none open.
//  3. The process gets no signal when it ends, and its wait(2) does not find it. A thread of the
//     process is made to wait for it, so that it is no zombie.
//  4. If the tool dies, the child ends. It is a zombie then, until the process ends.
//  5. If memory runs out, the system ends the child before the process.
//
// Thread safety: construct and destroy on the thread that traces the process.

#pragma once

#include "lib/inspect/target/call_code.hpp"
#include "lib/inspect/target/fork_effects.hpp"
#include "lib/inspect/target/stopped_threads.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

// What is found out while the process still runs.
struct frozen_child_plan {
    call_code code{};
    std::vector<extent> kept_back{};  // see fork_effects
};

// Returns: nothing if a child is not worth it, since the process is small; or if it cannot be made,
//   or would be felt: where the system counts what each process may need (overcommit_memory is 2),
//   or when making it may have to wait for the process.
std::optional<frozen_child_plan> plan_frozen_child(pid_t process);

class frozen_child {
public:
    // Effects: makes the child; process() is 0 if that is not possible: no thread can make the
    //   call, or the process is at a limit of processes or memory.
    // Throws: target_error, as stopped_threads::make_call.
    frozen_child(pid_t parent, frozen_child_plan const& plan, stopped_threads& stopped,
                 std::span<region const> regions);
    frozen_child(frozen_child const&) = delete;
    frozen_child& operator=(frozen_child const&) = delete;
    ~frozen_child();

    pid_t process() const noexcept { return child_; }

    // Requires: the process is stopped, and regions are those of it.
    // Returns: those whose content is to be read from the process itself.
    std::vector<region> not_shared(std::span<region const> regions) const;

    // Whether all that has been read from the child was there: nobody has ended it, and it has all
    // that the plan says.
    bool is_whole() const;

private:
    void wait_in_parents_name() const noexcept;
    // Returns: whether that thread has waited.
    bool wait_on(pid_t thread, call_code const& code, std::span<region const> regions) const;

    pid_t parent_;
    frozen_child_plan plan_;
    pid_t child_ = 0;
    std::int64_t parents_number_ = 0;  // of the child; another one in a namespace of its own
};

}  // namespace handrail::inspect
