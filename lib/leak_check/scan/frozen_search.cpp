// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/frozen_search.hpp"

#include "lib/leak_check/graph/back_references.hpp"
#include "lib/leak_check/graph/cycles.hpp"
#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/scan/conservative_scan.hpp"
#include "lib/leak_check/scan/raw_findings_io.hpp"

#include <array>

namespace handrail::leak_check {

namespace {

std::vector<port::segment> list_modules() {
    std::vector<port::segment> modules(256);
    for (;;) {
        std::size_t const count = port::module_segments(modules.data(), modules.size());
        bool const all = count <= modules.size();
        modules.resize(count);
        if (all) {
            return modules;
        }
    }
}

}  // namespace

frozen_search::frozen_search() : modules_(list_modules()), stack_(port::own_stack()) {}

frozen_search::~frozen_search() {
    if (copy_.process != port::invalid_handle) {
        port::end_frozen_copy(copy_);
    }
}

bool frozen_search::start(registry const& all, entry_id since) {
    request_ = {.all = &all,
                .since = since,
                .modules = modules_.data(),
                .module_count = modules_.size(),
                .stack = stack_};
    boost::system::error_code ec;
    detail::lock_guard no_questions(heap_blocks::sanitizer_mutex);
    copy_ = port::make_frozen_copy(&run, &request_, ec);
    if (ec.failed()) {
        error_ = ec.message();
    }
    return !ec.failed();
}

// In the copy: nothing here may wait for a lock or use the program's heap. sanitizer_mutex, which
// start() holds, is released first, because the search asks. The analysis is off here: start()
// takes the lock and run() releases the copy's.
void frozen_search::run(void* request_address,
                        port::handle out) noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    heap_blocks::sanitizer_mutex.unlock();
    request const& wanted = *static_cast<request const*>(request_address);
    root_memory const roots{{wanted.modules, wanted.module_count}, wanted.stack};
    scratch memory(scratch::used_in::frozen_copy);
    raw_findings found(memory);
    graph g(memory, *wanted.all);
    g.add_edges(memory);
    found.counts = g.counts();
    conservative_scan(memory, *wanted.all, g, roots, wanted.since, found);
    find_back_references(g, wanted.since, found);  // after the scan has enclosed handles in objects
    find_cycles(memory, g, wanted.since, found);
    write_raw_findings(out, found);
}

bool frozen_search::finish(clock::time_point deadline, raw_findings& found) {
    std::vector<std::byte> bytes;
    bool const read = read_all(deadline, bytes);
    bool const returned = port::end_frozen_copy(copy_);
    if (!read) {
        return false;  // read_all() has said why
    }
    if (!returned || !parse_raw_findings(bytes, found)) {
        error_ = "the frozen copy of the program ended early, without a result";
        return false;
    }
    return true;
}

bool frozen_search::read_all(clock::time_point deadline, std::vector<std::byte>& bytes) {
    std::array<std::byte, 16384> chunk;
    for (;;) {
        boost::system::error_code ec;
        std::size_t const count =
            port::read_from_copy(copy_, chunk.data(), chunk.size(), deadline, ec);
        if (ec.failed()) {
            error_ =
                ec == boost::system::errc::timed_out
                    ? "the frozen copy of the program took too long"
                    : "the result of the frozen copy of the program was not read: " + ec.message();
            return false;
        }
        if (count == 0) {
            return true;
        }
        bytes.insert(bytes.end(), chunk.begin(),
                     chunk.begin() + static_cast<std::ptrdiff_t>(count));
    }
}

}  // namespace handrail::leak_check
