// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/steps.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

namespace handrail::inspect {

namespace {

using leak_check::written::step;

std::string offset_text(std::uint64_t offset) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "+0x%llx", static_cast<unsigned long long>(offset));
    return text.data();
}

// "on_close_"; without debug information the offset in the object.
std::string via_text(recognition const& look, node_id from, std::uint32_t offset) {
    std::string path = look.path_of(from, offset);
    return path.empty()
               ? offset_text(offset - std::min(offset, look.graph.nodes[from].object_offset))
               : path;
}

bool is_in_container(node const& n) {
    return n.kind == node_kind::container_node || n.kind == node_kind::elements;
}

leak_check::reference kind_of(strength s) {
    switch (s) {
        case strength::strong: return leak_check::reference::strong;
        case strength::weak: return leak_check::reference::weak;
        case strength::raw:
        case strength::unknown: break;
    }
    return leak_check::reference::pointer;
}

// Nodes of one container are shown as one thing.
std::string shown_name(recognition const& look, node_id of) {
    return is_in_container(look.graph.nodes[of]) ? std::string(element_name) : name_of(look, of);
}

step step_of(recognition const& look, reference const& r) {
    step s{.from = shown_name(look, r.from),
           .reference = kind_of(r.strength),
           .to = shown_name(look, r.to),
           .evidence = leak_check::evidence::scan};
    s.via = via_text(look, r.from, r.offset);
    if (place const* const found = look.place_of(r.from, r.offset).at) {
        s.type = found->what.name();
    }
    return s;
}

// A link from node to node of one container, or from a control block to its object.
bool is_link(recognition const& look, reference const& r) {
    node const& from = look.graph.nodes[r.from];
    return (is_in_container(from) && is_in_container(look.graph.nodes[r.to])) ||
           (from.kind == node_kind::control_block && r.offset < from.object_offset);
}

}  // namespace

std::string name_of(recognition const& look, node_id of) {
    node const& n = look.graph.nodes[of];
    if (!n.name.empty()) {
        bool const says_it = n.name.starts_with("coroutine") || n.name.starts_with("pending");
        std::string const kind = says_it                          ? ""
                                 : n.kind == node_kind::coroutine ? "coroutine "
                                 : n.kind == node_kind::operation ? "pending operation "
                                                                  : "";
        return kind + std::string(n.name);
    }
    return n.object_type ? n.object_type.name()
                         : "heap block of " + std::to_string(n.size) + " bytes";
}

std::vector<step> steps_along(recognition const& look, std::span<std::size_t const> references) {
    std::vector<step> result;
    for (std::size_t const each : references) {
        reference const& r = look.graph.references[each];
        if (!is_link(look, r)) {
            result.push_back(step_of(look, r));
        }
    }
    return result;
}

step step_to_descriptor(recognition const& look, node_id holder, std::uint32_t offset,
                        std::string const& what) {
    step s{.from = shown_name(look, holder),
           .reference = leak_check::reference::containment,
           .to = what,
           .evidence = leak_check::evidence::scan};
    std::string const path = via_text(look, holder, offset);
    s.via = path.substr(0, path.find(".impl_"));
    return s;
}

std::vector<step> step_from_root(recognition const& look, std::size_t which) {
    root const& r = look.graph.roots[which];
    std::string const thread =
        r.thread == 0 ? std::string("a thread") : "thread " + std::to_string(r.thread);
    std::string from;
    switch (r.kind) {
        case root_kind::static_storage:
            if (look.graph.nodes[r.to].kind == node_kind::variable) {
                return {};
            }
            from = "static storage at " + look.info.module_offset(r.at);
            break;
        case root_kind::thread_local_storage: from = "thread-local storage of " + thread; break;
        case root_kind::stack: from = "stack of " + thread; break;
        case root_kind::mapping: from = "memory that the program has mapped"; break;
        case root_kind::kernel: from = "data of an epoll instance"; break;
        case root_kind::pending: from = "io_context"; break;
    }
    return {{.from = std::move(from),
             .reference = leak_check::reference::pointer,
             .to = shown_name(look, r.to),
             .evidence = leak_check::evidence::scan}};
}

}  // namespace handrail::inspect
