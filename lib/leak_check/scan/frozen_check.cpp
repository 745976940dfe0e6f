// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/frozen_check.hpp"

#include "lib/leak_check/graph/cycles.hpp"
#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/scan/conservative_scan.hpp"

#include <array>
#include <cstring>
#include <span>

namespace handrail::leak_check {

namespace {

// What the copy writes: this, then the cycles, their steps, the references. The program that reads
// it is the one that wrote it, so plain bytes do.
struct header {
    raw_counts counts;
    std::size_t cycles = 0;
    std::size_t steps = 0;
    std::size_t self_references = 0;
};

void count_all(graph const& g, raw_findings& found) {
    for (graph_node const& each : g.nodes()) {
        found.counts.handles += each.kind == node_kind::handle;
    }
    found.counts.cleanups = g.registrations().size();
}

template <class T>
bool write_all(port::handle out, scratch_vector<T> const& what) noexcept {
    return port::copy_write(out, what.data(), what.size() * sizeof(T));
}

void write(port::handle out, raw_findings const& found) noexcept {
    header const head{found.counts, found.cycles.size(), found.steps.size(),
                      found.self_references.size()};
    // A failure shows in the size of what arrives.
    static_cast<void>(port::copy_write(out, &head, sizeof head) && write_all(out, found.cycles) &&
                      write_all(out, found.steps) && write_all(out, found.self_references));
}

template <class T>
void take(std::span<std::byte const>& bytes, std::size_t count, scratch_vector<T>& to) {
    to.resize(count);
    if (count != 0) {
        std::memcpy(static_cast<void*>(to.data()), bytes.data(), count * sizeof(T));
    }
    bytes = bytes.subspan(count * sizeof(T));
}

bool parse(std::span<std::byte const> bytes, raw_findings& found) {
    header head;
    if (bytes.size() < sizeof head) {
        return false;
    }
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes = bytes.subspan(sizeof head);
    if (bytes.size() != head.cycles * sizeof(raw_cycle) + head.steps * sizeof(raw_step) +
                            head.self_references * sizeof(raw_self_reference)) {
        return false;
    }
    found.counts = head.counts;
    take(bytes, head.cycles, found.cycles);
    take(bytes, head.steps, found.steps);
    take(bytes, head.self_references, found.self_references);
    return true;
}

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

void check_in_process(scratch& memory, registry const& all, entry_id since, raw_findings& found) {
    graph const g(memory, all);
    count_all(g, found);
    for (registration_entry const* each : g.registrations()) {
        found.counts.opaque += each->opaque;
    }
    find_cycles(memory, g, since, found);
    find_self_references(g, since, found);
}

frozen_check::frozen_check() : modules_(list_modules()), stack_(port::own_stack()) {}

frozen_check::~frozen_check() {
    if (copy_.process != port::invalid_handle) {
        port::end_frozen_copy(copy_);
    }
}

// In the copy. Nothing here may wait or use the program's heap.
void frozen_check::run(void* asked, port::handle out) noexcept {
    request const& wanted = *static_cast<request const*>(asked);
    scratch memory(scratch::where::frozen_copy);
    raw_findings found(memory);
    graph g(memory, *wanted.all);
    g.add_edges(memory);
    count_all(g, found);
    find_self_references(g, wanted.since, found);
    conservative_scan(memory, *wanted.all, g, {{wanted.modules, wanted.module_count}, wanted.stack},
                      wanted.since, found);
    find_cycles(memory, g, wanted.since, found);
    write(out, found);
}

bool frozen_check::begin(registry const& all, entry_id since) {
    request_ = {&all, since, modules_.data(), modules_.size(), stack_};
    boost::system::error_code ec;
    copy_ = port::make_frozen_copy(&run, &request_, ec);
    if (ec.failed()) {
        why_ = ec.message();
    }
    return !ec.failed();
}

bool frozen_check::read_all(clock::time_point deadline, std::vector<std::byte>& bytes) {
    std::array<std::byte, 16384> some;
    for (;;) {
        boost::system::error_code ec;
        std::size_t const got = port::read_from_copy(copy_, some.data(), some.size(), deadline, ec);
        if (ec.failed()) {
            why_ = ec == boost::system::errc::timed_out ? "it took too long" : ec.message();
            return false;
        }
        if (got == 0) {
            return true;
        }
        bytes.insert(bytes.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(got));
    }
}

bool frozen_check::finish(clock::time_point deadline, raw_findings& found) {
    std::vector<std::byte> bytes;
    bool const read = read_all(deadline, bytes);
    bool const returned = port::end_frozen_copy(copy_);
    if (read && !(returned && parse(bytes, found))) {
        why_ = "it ended before its time";
        return false;
    }
    return read;
}

}  // namespace handrail::leak_check
