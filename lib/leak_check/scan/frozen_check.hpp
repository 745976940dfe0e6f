// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The look at the graph: in the program itself, or, at level full, in a frozen copy of it, which
// can read everything without stopping anybody for longer than it takes to make the copy.
//
// Thread safety: begin() under the registry's lock; each object by one thread.

#pragma once

#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "platform/port.hpp"

#include <string>
#include <vector>

namespace handrail::leak_check {

// Effects: finds what probes, types and places tell of. Requires: the registry is locked.
void check_in_process(scratch& memory, registry const& all, entry_id since, raw_findings& found);

class frozen_check {
public:
    // Before the registry is locked: the loader may be waiting for somebody who waits for that. On
    // the thread that calls begin().
    frozen_check();
    frozen_check(frozen_check const&) = delete;
    frozen_check& operator=(frozen_check const&) = delete;
    // Effects: ends the copy if finish() was not called.
    ~frozen_check();

    // Requires: the registry is locked. Effects: makes the copy, which begins to look.
    // Returns: whether the system lets us; else why() tells.
    bool begin(registry const& all, entry_id since);

    // Effects: waits for what the copy has found.
    // Returns: false if it did not come to an end, or not by the deadline; why() tells.
    bool finish(clock::time_point deadline, raw_findings& found);

    std::string const& why() const noexcept { return why_; }

private:
    struct request {
        registry const* all = nullptr;
        entry_id since = 0;
        port::segment const* modules = nullptr;
        std::size_t module_count = 0;
        port::segment stack{};
    };
    static void run(void* asked, port::handle out) noexcept;
    bool read_all(clock::time_point deadline, std::vector<std::byte>& bytes);

    std::vector<port::segment> modules_;
    port::segment stack_;
    request request_;
    port::frozen_copy copy_;
    std::string why_;
};

}  // namespace handrail::leak_check
