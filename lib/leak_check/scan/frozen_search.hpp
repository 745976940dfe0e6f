// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Builds and searches the graph in a frozen copy, at level full. A frozen copy is a process that
// the operating system makes from this one, as fork() does, with all of its memory and one thread:
// there the search can read everything, at leisure, while the program runs on. The program stops
// for no longer than it takes to make the copy.
//
//     frozen_search search;                     // the program, registry not locked
//     search.start(registry, since);           // the program, registry locked
//        run()                                 // the copy: graph, conservative scan, back
//                                              //   references, cycles; writes the raw findings
//                                              //   into a pipe
//     search.finish(deadline, found);           // the program, registry not locked: reads the pipe
//
//  1. The copy allocates in scratch memory only, takes no lock, and calls no function of the
//     program's but those that enumerate edges: other threads' locks may be held there, and nobody
//     is there to release them. The exception is under AddressSanitizer: sanitizer_mutex, which
//     run() has released before, and the sanitizer's own locks (memory/heap_blocks.hpp).
//  2. What it passes on is plain data (raw_findings.hpp).
//  3. Whatever happens to the copy, the program notices: a copy that ends too early or is too late
//     is reported as an error, and the destructor ends it.
//
// Thread safety: each object is used by one thread.

#pragma once

#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "platform/port.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace handrail::leak_check {

class frozen_search {
public:
    // Construct before locking the registry: takes the loader's lock (lock order). Construct on the
    //   thread that calls start(): its stack is scanned. Errors: throws std::bad_alloc.
    frozen_search();
    frozen_search(frozen_search const&) = delete;
    frozen_search& operator=(frozen_search const&) = delete;
    // Effects: ends the copy if finish() was not called.
    ~frozen_search();

    // Effects: makes the copy, in which the search for findings about registrations whose id is
    //   since or newer begins. Requires: the registry is locked. Returns: whether the system allows
    //   it; if not, error() says why.
    bool start(registry const& all, entry_id since);

    // Effects: waits for the copy's raw findings and adds them to found, which is empty.
    // Returns: false if the copy has failed or the deadline has passed; error() says why.
    bool finish(clock::time_point deadline, raw_findings& found);

    std::string const& error() const noexcept { return error_; }

private:
    struct request {
        registry const* all = nullptr;
        entry_id since = 0;
        port::segment const* modules = nullptr;
        std::size_t module_count = 0;
        port::segment stack{};
    };
    static void run(void* request_address, port::handle out) noexcept;
    bool read_all(clock::time_point deadline, std::vector<std::byte>& bytes);

    std::vector<port::segment> modules_;
    port::segment stack_;
    request request_;
    port::frozen_copy copy_;
    std::string error_;
};

}  // namespace handrail::leak_check
