// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/recognise/recogniser.hpp"

#include "lib/inspect/types/names.hpp"

#include <algorithm>

namespace handrail::inspect {

recognition::recognition(target const& of, debug_info const& about, object_graph& into)
    : program(of), info(about), graph(into) {
    for (region const& each : of.memory().regions()) {
        if (each.is_module() && each.readable) {
            modules_.push_back({each.begin, each.end, each.executable});
        }
    }
}

bool recognition::set(node_id at, node_kind kind, type object_type, std::uint64_t object_offset,
                      std::string_view name) {
    if (at >= graph.heap_count() || is_known(at)) {
        return false;
    }
    node& what = graph.nodes[at];
    what.kind = kind;
    what.object_type = object_type;
    what.object_offset = static_cast<std::uint32_t>(object_offset);
    what.name = name_for_people(name);
    queue.push_back(at);
    return true;
}

// Names repeat: shortening one takes longer than looking it up.
std::string_view recognition::name_for_people(std::string_view name) {
    auto const [found, fresh] = short_names_.try_emplace(graph.keep(name));
    if (fresh) {
        found->second = graph.keep(shortened(name));
    }
    return found->second;
}

void recognition::set_strength(address word, strength to) {
    if (reference* const found = graph.reference_at(word)) {
        set_strength(*found, to);
    }
}

void recognition::add_holder(descriptor_holder const& found) {
    auto& known = holders_of_[found.number];
    if (known.size() < max_holders && std::find(known.begin(), known.end(), found) == known.end()) {
        known.push_back(found);
        holders.push_back(found);
    }
}

recognition::module_range const* recognition::range_around(address at) const {
    auto const after = std::upper_bound(
        modules_.begin(), modules_.end(), at,
        [](address wanted, module_range const& each) { return wanted < each.begin; });
    return after != modules_.begin() && at < (after - 1)->end ? &*(after - 1) : nullptr;
}

bool recognition::is_code(address at) const {
    module_range const* const range = range_around(at);
    return range != nullptr && range->executable;
}

bool recognition::is_module_data(address at) const {
    module_range const* const range = range_around(at);
    return range != nullptr && !range->executable;
}

class_facts const& recognition::class_of_vptr(address vptr) const {
    static class_facts const none;
    if (vptr % 8 != 0 || !is_module_data(vptr)) {
        return none;
    }
    auto const [found, fresh] = classes_.try_emplace(vptr);
    if (fresh) {
        found->second.name = graph.keep(info.class_of_vptr(vptr));
        if (!found->second.name.empty()) {
            found->second.what = info.type_of_vptr(vptr);
        }
    }
    return found->second;
}

std::string_view recognition::function_at(address code) const {
    if (!is_code(code)) {
        return {};
    }
    auto const [found, fresh] = functions_.try_emplace(code);
    if (fresh) {
        found->second = graph.keep(info.raw_symbol_at(code));
    }
    return found->second;
}

type recognition::fitting(type wanted, node_id in, std::uint64_t offset) const {
    std::uint64_t const size = wanted ? wanted.size() : 0;
    return size != 0 && offset + size <= graph.nodes[in].size ? wanted : type();
}

found_place recognition::place_of(node_id at, std::uint32_t offset) const {
    return resolve(at, offset, nullptr);
}

std::string recognition::path_of(node_id at, std::uint32_t offset) const {
    std::string path;
    resolve(at, offset, &path);
    return path;
}

found_place recognition::resolve(node_id at, std::uint32_t offset, std::string* path) const {
    node const& in = graph.nodes[at];
    if (!in.object_type || offset < in.object_offset) {
        return {};
    }
    type what = in.object_type;
    std::uint64_t within = offset - in.object_offset;
    if (in.kind == node_kind::elements) {
        std::uint64_t const size = std::max<std::uint64_t>(what.size(), 1);
        if (path != nullptr) {
            *path += '[' + std::to_string(within / size) + ']';
        }
        within %= size;
    }
    for (unsigned depth = 0; depth != max_type_depth; ++depth) {
        place const* const found = places_.at(what, within);
        if (found == nullptr) {
            return {};
        }
        if (path != nullptr && !found->path.empty()) {
            bool const is_index = found->path.front() == '[';
            *path += (path->empty() || is_index ? "" : ".") + found->path;
        }
        address const begin = in.begin + offset - found->within;
        inner_place const inner = found->rule != nullptr && found->rule->inside != nullptr
                                      ? found->rule->inside(*this, begin, *found)
                                      : inner_place();
        if (inner.found == inner_place::state::nothing_alive) {
            return {found, false};
        }
        if (inner.found == inner_place::state::none || inner.offset > found->within) {
            return {found, true};
        }
        what = inner.what;
        within = found->within - inner.offset;
    }
    return {};
}

}  // namespace handrail::inspect
