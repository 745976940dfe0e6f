// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Probes: while a cleanup is registered, the counted references of this thread report where they
// begin and end, in two phases. Move probe: callable and arguments are moved into the record; a
// reference that is inside the record afterwards is part of the payload, and its offset is known.
// Copy probe: callable and arguments are copied once, each if it can be; the references that their
// copies have include those behind std::function, containers and nested aggregates.
//
// Invariant: a probe's references are the addresses that the walk over the arguments found, then
//   those of the move phase, by offset, then those of the copy phase.
// Thread safety: a probe belongs to its thread. The observer synchronises what probes report.

#include "lib/track/fork_handlers.hpp"
#include "lib/track/probe_result.hpp"

#include <handrail/detail/track/probe.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <span>

namespace handrail::detail::track {

namespace {

// The first few need no allocation. Not initialised: a registration pays for what it records.
class reference_list {
public:
    // Returns: whether there was room.
    bool add(probed_reference const& fresh) noexcept {
        if (size_ == capacity_ && !grow()) {
            return false;
        }
        data()[size_++] = fresh;
        return true;
    }
    std::size_t size() const noexcept { return size_; }
    void shrink(std::size_t size) noexcept { size_ = size; }
    // Effects: removes it; the last one takes its place.
    void erase(probed_reference& one) noexcept { one = data()[--size_]; }
    // Returns: the counted reference at the address, from the first-th on; null if there is none.
    // References often end in the order of their records, or at once: the search goes on where the
    // last one ended.
    probed_reference* find(std::size_t first, void const* address) noexcept {
        for (std::size_t left = size_ - first; left != 0; --left) {
            if (next_ < first || next_ >= size_) {
                next_ = first;
            }
            probed_reference& each = data()[next_++];
            if (each.managed != nullptr && each.address == address) {
                return &each;
            }
        }
        return nullptr;
    }
    std::span<probed_reference> from(std::size_t first) noexcept {
        return {data() + first, size_ - first};
    }

private:
    static constexpr std::size_t max_references = std::size_t{1} << 16;

    probed_reference* data() noexcept { return more_ ? more_.get() : few_.data(); }
    bool grow() noexcept {
        std::size_t const wanted = capacity_ * 4;
        std::unique_ptr<probed_reference[]> fresh(
            wanted <= max_references ? new (std::nothrow) probed_reference[wanted] : nullptr);
        if (!fresh) {
            return false;
        }
        std::copy_n(data(), size_, fresh.get());
        more_ = std::move(fresh);
        capacity_ = wanted;
        return true;
    }

    std::size_t size_ = 0;
    std::size_t next_ = 0;
    std::size_t capacity_ = 16;
    std::unique_ptr<probed_reference[]> more_;
    std::array<probed_reference, 16> few_;
};

struct probe_state {
    owner_view owner;
    std::source_location where;
    probed_reference::evidence phase = probed_reference::evidence::move_probe;
    probe_state* outer;  // registrations nest when copying an argument registers a cleanup
    bool incomplete = false;
    extent payload{};
    reference_list references;
    std::size_t moves = 0;  // addresses and references before the copy phase
    std::size_t shown = 0;  // the number of references when a copy was shown last
    compared_blocks copied;

    probe_state(owner_view const& o, std::source_location at, probe_state* around) noexcept
        : owner(o), where(at), outer(around) {}
};

thread_local constinit probe_state* current = nullptr;

void add(probed_reference const& fresh) noexcept {
    if (!current->references.add(fresh)) {
        current->incomplete = true;
    }
}

// A reference built elsewhere was a temporary on the way into the record, or is none of the
// payload's.
void keep_references_in(extent payload, reference_list& references) noexcept {
    auto const all = references.from(0);
    std::size_t kept = 0;
    for (probed_reference const& seen : all) {
        if (seen.managed == nullptr) {
            all[kept++] = seen;
        } else if (payload.contains(seen.address)) {
            all[kept] = seen;
            all[kept].offset = static_cast<std::byte const*>(seen.address) -
                               static_cast<std::byte const*>(payload.begin);
            all[kept++].address = nullptr;
        }
    }
    references.shrink(kept);
    // Addresses come first: the walk over the arguments is over when these are moved.
    auto const counted = references.from(0);
    auto const first = std::find_if(counted.begin(), counted.end(),
                                    [](auto const& each) { return each.managed != nullptr; });
    std::sort(first, counted.end(),
              [](auto const& a, auto const& b) { return a.offset < b.offset; });
}

bool same_reference(probed_reference const& a, probed_reference const& b) noexcept {
    return a.managed == b.managed && a.strong == b.strong;
}

void drop_copy_of(probed_reference const& moved) noexcept {
    auto const copied = current->references.from(current->shown);
    auto const found =
        std::find_if(copied.begin(), copied.end(),
                     [&](probed_reference const& other) { return same_reference(other, moved); });
    if (found != copied.end()) {
        current->references.erase(*found);
    }
}

// A reference inside the original was recorded twice, by the move and by the copy. The record of
// the move has the offset, so one record of a copy is dropped for each of them. Which one does not
// matter: a type may build its copies anywhere.
void drop_copies_of(extent original) noexcept {
    auto const* const payload = static_cast<std::byte const*>(current->payload.begin);
    for (probed_reference const& moved : current->references.from(0).first(current->moves)) {
        if (moved.managed != nullptr && original.contains(payload + moved.offset)) {
            drop_copy_of(moved);
        }
    }
    current->shown = current->references.size();
}

void show(extent original, void const* copy) noexcept {
    drop_copies_of(original);
    the_observer().part_copied(original, copy, current->copied);
}

void copy_once(record const& registered, copy_parts copy) noexcept {
    current->phase = probed_reference::evidence::copy_probe;
    current->moves = current->shown = current->references.size();
    try {
        current->incomplete |= !copy(registered, &show);
    } catch (...) {  // what was copied before is recorded; the registration goes on
        current->references.shrink(current->shown);
        current->incomplete = true;
    }
    if (current->copied.common_count != 0) {
        the_observer().copies_destroyed(current->copied);
    }
}

bool by_reference(probed_reference const& a, probed_reference const& b) noexcept {
    if (a.managed != b.managed) {
        return std::less<>{}(a.managed, b.managed);
    }
    if (a.object_id != b.object_id) {
        return a.object_id < b.object_id;
    }
    return a.strong != b.strong ? a.strong : a.offset < b.offset;
}

// Equal copies become one record with a count. The result keeps the order in which copies were
// made, which offset holds meanwhile, so that reports do not depend on addresses.
void merge_copies(reference_list& references, std::size_t moves) noexcept {
    auto const copied = references.from(moves);
    for (std::size_t i = 0; i != copied.size(); ++i) {
        copied[i].address = nullptr;
        copied[i].offset = static_cast<std::ptrdiff_t>(i);
    }
    std::sort(copied.begin(), copied.end(), &by_reference);
    std::size_t kept = 0;
    for (auto run = copied.begin(); run != copied.end();) {
        auto const end = std::find_if_not(run, copied.end(), [&](probed_reference const& other) {
            return same_reference(other, *run) && other.object_id == run->object_id;
        });
        probed_reference merged = *run;
        merged.count = static_cast<std::size_t>(end - run);
        copied[kept++] = merged;
        run = end;
    }
    references.shrink(moves + kept);
    auto const merged_ones = references.from(moves);
    std::sort(
        merged_ones.begin(), merged_ones.end(),
        [](probed_reference const& a, probed_reference const& b) { return a.offset < b.offset; });
    for (probed_reference& each : merged_ones) {
        each.offset = -1;
    }
}

}  // namespace

void reference_built(void const* address, object_header const* managed, char const* type,
                     bool strong) noexcept {
    if (current != nullptr && managed != nullptr) {
        bool const copied = current->phase == probed_reference::evidence::copy_probe;
        std::uint64_t const id = copied ? the_observer().id_of(managed) : 0;
        add({managed, address, type, -1, strong, current->phase, 1, id});
    }
}

// A reference that ends before its copy is shown was made on the way, and is no part of the copy.
void reference_ended(void const* address) noexcept {
    if (current == nullptr) {
        return;
    }
    if (auto* const found = current->references.find(current->shown, address)) {
        current->references.erase(*found);
    }
}

void address_found(void const* address) noexcept {
    if (current != nullptr) {
        add({nullptr, address, "", -1, false, probed_reference::evidence::argument, 1, 0});
    }
}

void registration_probe::activate(owner_view const& owner, std::source_location where) noexcept {
    // Out of memory: this registration is not probed; reports say so, and the program goes on.
    auto* const state = new (std::nothrow) probe_state(owner, where, current);
    if (state == nullptr) {
        the_observer().registration_missed();
        return;
    }
    current = state;
    state_ = state;
    switches.fetch_add(switch_probe, std::memory_order_relaxed);
}

void registration_probe::deactivate() noexcept {
    auto* const state = static_cast<probe_state*>(state_);
    switches.fetch_sub(switch_probe, std::memory_order_relaxed);
    current = state->outer;
    delete state;
}

// relaxed: the child has no other thread yet.
void after_fork_in_child() noexcept {
    unsigned own = 0;
    for (probe_state const* each = current; each != nullptr; each = each->outer) {
        own += switch_probe;
    }
    unsigned const others = switches.load(std::memory_order_relaxed) % switch_probe;
    switches.store(others + own, std::memory_order_relaxed);
}

void registration_probe::finish(record const& registered, extent payload,
                                copy_parts copy) noexcept {
    probe_state& state = *static_cast<probe_state*>(state_);
    state.payload = payload;
    keep_references_in(payload, state.references);
    copy_once(registered, copy);
    merge_copies(state.references, state.moves);
    the_observer().cleanup_registered({
        .registered = &registered,
        .owner = state.owner,
        .where = state.where,
        .payload = payload,
        .references = state.references.from(0),
        .common = state.copied.all_common(),
        .own = state.copied.all_own(),
        .incomplete = state.incomplete,
    });
}

}  // namespace handrail::detail::track
