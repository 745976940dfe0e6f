// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the reader met, weighed by the rules of bytes.hpp.

#include "lib/leak_check/scan/conservative_scan.hpp"

#include "lib/leak_check/scan/address_index.hpp"
#include "lib/leak_check/scan/scanner.hpp"
#include "lib/leak_check/scan/strong_or_weak.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>

namespace handrail::leak_check {

namespace {

class judge {
public:
    judge(scratch& memory, graph& g, starts& known, reader& read)
        : memory_(memory), graph_(g), starts_(known), read_(read) {}

    void decide(number since, found_all& found) {
        spread_contests();
        place_handles();
        for (met_reference& each : read_.references) {
            each.dropped = is_contested(each.block);
        }
        drop_weak(memory_, graph_, read_.references);
        for (met_reference const& each : read_.references) {
            if (!each.dropped) {
                graph_.add_cause(each.what);
            }
        }
        add_pointers(since, false, found);
        add_pointers(since, true, found);
    }

private:
    // What a contested block leads to is contested. A block comes after the one that leads to it.
    void spread_contests() {
        for (std::uint32_t const each : starts_.reclaimed()) {
            read_.blocks[each].contested = true;
        }
        for (opaque_block& each : read_.blocks) {
            each.contested |= is_contested(each.from);
        }
    }
    bool is_contested(std::uint32_t block) const noexcept {
        return block != no_block && read_.blocks[block].contested;
    }

    // Handles in objects of std::shared_ptr, and in opaque blocks of any object.
    void place_handles() {
        std::size_t const nodes = graph_.nodes().size();
        for (node h = 0; h != nodes; ++h) {
            if (graph_.at(h).kind != found_kind::handle || starts_.block_around(h) == 0) {
                continue;
            }
            start const* const around = starts_.find(starts_.block_around(h));
            if (around == nullptr) {
                continue;
            }
            cause why{no_node, h, via::place, nullptr, nullptr, -1, -1, 0};
            if (around->what == meaning::control_block || around->what == meaning::object) {
                why.from = around->index;
            } else if (around->what == meaning::opaque && !is_contested(around->index)) {
                opaque_block const& block = read_.blocks[around->index];
                why.from = read_.sources[block.source];
                why.offset = block.first_offset;
                why.blocks = block.depth;
            }
            if (why.from != no_node) {
                graph_.place(h, why.from);
                graph_.add_cause(why);
            }
        }
    }

    // ---- pointers -------------------------------------------------------------------------------

    // Whether the pointer's target ends with the cleanup's own resource, or is that.
    bool points_home(met_pointer const& p, node owner) const noexcept {
        node const home = graph_.home_of(owner);
        bool const same_block = graph_.at(owner).kind == found_kind::handle &&
                                graph_.at(p.target).kind == found_kind::handle &&
                                starts_.block_around(owner) != 0 &&
                                starts_.block_around(owner) == starts_.block_around(p.target);
        return p.target == owner || p.target == home || same_block;
    }

    void add_pointers(number since, bool weak, found_all& found) {
        number last = 0;  // one finding for each registration
        for (met_pointer const& each : read_.pointers) {
            registration_entry const& r = *each.registration;
            node const owner = graph_.node_of(r.owner);
            if (each.weak != weak || r.id == last || r.id < since || is_contested(each.block) ||
                !points_home(each, owner) || is_told(r, each)) {
                continue;
            }
            last = r.id;
            node const home = graph_.home_of(owner);
            found.references.push_back(
                {graph_.describe(owner),
                 weak,
                 each.target == owner,
                 false,
                 home != no_node ? graph_.describe(home).type : nullptr,
                 home != no_node && graph_.at(home).kind == found_kind::standard,
                 {},
                 r.where,
                 each.offset,
                 r.id});
        }
    }

    // Types have told of a pointer, or probes of the weak reference.
    bool is_told(registration_entry const& r, met_pointer const& p) const noexcept {
        return std::any_of(r.notes.begin(), r.notes.end(), [&](note_entry const& n) {
            return p.weak ? !n.pointer && !n.strong && graph_.node_of(n.target) == p.target
                          : n.pointer;
        });
    }

    scratch& memory_;
    graph& graph_;
    starts& starts_;
    reader& read_;
};

void contest_from_outside(reader& read, static_memory const& rest) {
    read.read_outside(detail::as_integer(rest.stack.begin), rest.stack.size, claim::doubtful);
    for (port::segment const& each : rest.modules) {
        if (each.writable) {
            read.read_outside(detail::as_integer(each.begin), each.size, claim::likely);
        }
    }
    read.read_other_blocks();
}

}  // namespace

void read_bytes(scratch& memory, registry const& all, graph& g, static_memory const& rest,
                number since, found_all& found) {
    starts known(memory, all, g, rest.modules);
    reader read(memory, g, known);
    read.read_all();
    if (!read.blocks.empty()) {
        contest_from_outside(read, rest);
    }
    judge(memory, g, known, read).decide(since, found);
    found.counts.opaque = read.opaque;
}

}  // namespace handrail::leak_check
