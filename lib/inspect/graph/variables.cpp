// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/graph/variables.hpp"

#include "lib/inspect/graph/words.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace handrail::inspect {

namespace {

// What is known about a module that has the segment.
enum class module_kind { programs_own, c_library, ignored };

module_kind kind_of(debug_info const& info, region const& segment) {
    std::string const path = info.module_file(segment.begin);
    std::string_view const file = std::string_view(path).substr(path.rfind('/') + 1);
    if (file.starts_with("ld-linux") || file.starts_with("ld-2") ||
        file.starts_with("libhandrail_preload")) {
        return module_kind::ignored;
    }
    bool const of_c = file.starts_with("libc.so") || file.starts_with("libc-2");
    return of_c ? module_kind::c_library : module_kind::programs_own;
}

class variable_reader {
public:
    variable_reader(target const& program, heap_blocks const& heap, debug_info const& info)
        : reader_(program.memory()), heap_(heap), info_(info) {
        for (descriptor const& each : program.descriptors()) {
            if (each.number > 2) {
                numbers_.push_back(static_cast<std::uint32_t>(each.number));
            }
        }
        std::sort(numbers_.begin(), numbers_.end());
    }

    void read(region const& segment, module_kind kind) {
        reader_.for_each(segment.begin, segment.end,
                         [&](address at, std::uint64_t word) { read_word(at, word, kind); });
    }

    found_variables found;

private:
    void read_word(address at, std::uint64_t word, module_kind kind) {
        if (at < known_until_) {
            return;
        }
        if (points_to_block(word, kind)) {
            if (!add_variable(at, kind)) {
                found.words_outside.push_back(at);
            }
        } else if (kind == module_kind::programs_own && may_hold_descriptor(word)) {
            add_variable_with_number(at, word);
        }
    }

    bool points_to_block(std::uint64_t word, module_kind kind) const {
        address const to = word & address_bits;
        auto const block = heap_.around(to);
        return block && (kind == module_kind::programs_own || heap_.all()[*block].begin == to);
    }
    bool is_number(std::uint32_t value) const {
        return std::binary_search(numbers_.begin(), numbers_.end(), value);
    }
    bool may_hold_descriptor(std::uint64_t word) const {
        return word != 0 && (is_number(static_cast<std::uint32_t>(word)) ||
                             is_number(static_cast<std::uint32_t>(word >> 32)));
    }

    bool add_variable(address at, module_kind kind) {
        auto const around = info_.variable_around(at);
        if (!around || around->size == 0) {
            return false;
        }
        // The C library's own streams, and its list of all of them, own no object of the program's.
        // What their buffers contain are no references.
        if (kind != module_kind::c_library || !around->name.starts_with("_IO_")) {
            add(*around);
        }
        known_until_ = around->begin + around->size;
        return true;
    }
    // Only a variable of known type is believed to hold a number: small numbers are everywhere.
    void add_variable_with_number(address at, std::uint64_t word) {
        for (address const half : {at, at + 4}) {
            auto const value = static_cast<std::uint32_t>(half == at ? word : word >> 32);
            auto const around =
                value != 0 && is_number(value) ? info_.variable_around(half) : std::nullopt;
            if (around && around->type) {
                add(*around);
            }
        }
    }
    void add(variable const& what) {
        auto& all = found.variables;
        if (all.empty() || all.back().end() <= what.begin) {
            all.push_back({.begin = what.begin,
                           .size = std::max<std::uint64_t>(what.size, 1),
                           .kind = node_kind::variable,
                           .object_type = what.type});
        }
    }

    word_reader reader_;
    heap_blocks const& heap_;
    debug_info const& info_;
    std::vector<std::uint32_t> numbers_;
    address known_until_ = 0;
};

}  // namespace

found_variables read_variables(target const& program, heap_blocks const& heap,
                               debug_info const& info, std::vector<region> const& segments) {
    variable_reader reader(program, heap, info);
    for (region const& segment : segments) {
        module_kind const kind = kind_of(info, segment);
        address at = segment.begin;
        while (kind != module_kind::ignored && at < segment.end) {
            region const* const part = program.memory().region_around(at);
            if (part == nullptr) {
                break;
            }
            region piece = segment;
            piece.begin = at;
            piece.end = std::min(segment.end, part->end);
            reader.read(piece, kind);
            at = piece.end;
        }
    }
    return std::move(reader.found);
}

void name_variables(object_graph& graph, debug_info const& info) {
    for (node_id id = graph.heap_count(); id != graph.nodes.size(); ++id) {
        node& each = graph.nodes[id];
        if (auto const around = info.variable_around(each.begin)) {
            each.name = graph.keep(around->name);
        }
    }
}

}  // namespace handrail::inspect
