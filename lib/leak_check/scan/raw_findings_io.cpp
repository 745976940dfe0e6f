// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/raw_findings_io.hpp"

#include <cstring>

namespace handrail::leak_check {

namespace {

struct header {
    raw_counts counts;
    std::size_t cycles = 0;
    std::size_t steps = 0;
    std::size_t back_references = 0;
};

template <class T>
bool write_all(port::handle out, scratch_vector<T> const& elements) noexcept {
    return port::copy_write(out, elements.data(), elements.size() * sizeof(T));
}

template <class T>
void read_elements(std::span<std::byte const>& bytes, std::size_t count, scratch_vector<T>& to) {
    to.resize(count);
    if (count != 0) {
        std::memcpy(static_cast<void*>(to.data()), bytes.data(), count * sizeof(T));
    }
    bytes = bytes.subspan(count * sizeof(T));
}

}  // namespace

void write_raw_findings(port::handle out, raw_findings const& found) noexcept {
    header const head{found.counts, found.cycles.size(), found.steps.size(),
                      found.back_references.size()};
    static_cast<void>(port::copy_write(out, &head, sizeof head) && write_all(out, found.cycles) &&
                      write_all(out, found.steps) && write_all(out, found.back_references));
}

bool parse_raw_findings(std::span<std::byte const> bytes, raw_findings& found) {
    header head;
    if (bytes.size() < sizeof head) {
        return false;
    }
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes = bytes.subspan(sizeof head);
    if (bytes.size() != head.cycles * sizeof(raw_cycle) + head.steps * sizeof(raw_step) +
                            head.back_references * sizeof(raw_back_reference)) {
        return false;
    }
    found.counts = head.counts;
    read_elements(bytes, head.cycles, found.cycles);
    read_elements(bytes, head.steps, found.steps);
    read_elements(bytes, head.back_references, found.back_references);
    return true;
}

}  // namespace handrail::leak_check
