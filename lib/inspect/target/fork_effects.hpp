// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What of a process's memory a child of it does not get, as /proc/PID/smaps says (proc(5)).
//
// Thread safety: all functions.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <optional>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

struct fork_effects {
    // Which it gets empty or not at all (madvise(2), MADV_WIPEONFORK and MADV_DONTFORK), or may
    // lose again: private huge pages. By address.
    std::vector<extent> kept_back{};
    // fork(2) may have to wait for a thread of the process (userfaultfd(2)).
    bool may_wait = false;
};

fork_effects effects_of_fork(std::string_view smaps);

// Returns: nothing if the system does not say.
std::optional<fork_effects> read_fork_effects(pid_t process);

// Whether all of `parts` are among `all`, which is by address.
bool are_among(std::vector<extent> const& parts, std::vector<extent> const& all);

}  // namespace handrail::inspect
