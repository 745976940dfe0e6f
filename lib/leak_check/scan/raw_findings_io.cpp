// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/raw_findings_io.hpp"

#include "lib/leak_check/memory/address_table.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <cstdint>
#include <cstring>

namespace handrail::leak_check {

namespace {

struct header {
    raw_counts counts;
    std::size_t cycles = 0;
    std::size_t steps = 0;
    std::size_t back_references = 0;
    std::size_t types = 0;
};

// Calls f with each pointer to the type of a control block.
template <class F>
void for_each_control_type(raw_findings& all, F f) {
    auto const visit = [&](char const*& type, bool is_control) {
        if (is_control && type != nullptr) {
            f(type);
        }
    };
    auto const visit_node = [&](raw_node& node) {
        visit(node.type, node.kind == node_kind::shared_ptr);
    };
    for (raw_cycle& each : all.cycles) {
        visit_node(each.subject);
    }
    for (raw_step& each : all.steps) {
        visit_node(each.from);
        visit_node(each.to);
    }
    for (raw_back_reference& each : all.back_references) {
        visit_node(each.owner);
        visit(each.type, each.object_is_shared_ptr);
    }
}

// Effects: appends each type once, and replaces the pointers to it by its offset. Offset 0 is none.
void collect_types(raw_findings& all) {
    all.types.push_back('\0');
    address_table<std::size_t> offsets(*all.types.get_allocator().memory_, 0);
    for_each_control_type(all, [&](char const*& type) {
        auto const [offset, is_new] = offsets.insert(detail::as_integer(type), all.types.size());
        if (is_new) {
            all.types.insert(all.types.end(), type, type + std::strlen(type) + 1);
        }
        type = reinterpret_cast<char const*>(*offset);
    });
}

void point_to_types(raw_findings& all) {
    for_each_control_type(all, [&](char const*& type) {
        type = all.types.data() + reinterpret_cast<std::uintptr_t>(type);
    });
}

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

void write_raw_findings(port::handle out, raw_findings& found) {
    collect_types(found);
    header const head{found.counts, found.cycles.size(), found.steps.size(),
                      found.back_references.size(), found.types.size()};
    static_cast<void>(port::copy_write(out, &head, sizeof head) && write_all(out, found.cycles) &&
                      write_all(out, found.steps) && write_all(out, found.back_references) &&
                      write_all(out, found.types));
}

bool parse_raw_findings(std::span<std::byte const> bytes, raw_findings& found) {
    header head;
    if (bytes.size() < sizeof head) {
        return false;
    }
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes = bytes.subspan(sizeof head);
    if (bytes.size() != head.cycles * sizeof(raw_cycle) + head.steps * sizeof(raw_step) +
                            head.back_references * sizeof(raw_back_reference) + head.types) {
        return false;
    }
    found.counts = head.counts;
    read_elements(bytes, head.cycles, found.cycles);
    read_elements(bytes, head.steps, found.steps);
    read_elements(bytes, head.back_references, found.back_references);
    read_elements(bytes, head.types, found.types);
    point_to_types(found);
    return true;
}

}  // namespace handrail::leak_check
