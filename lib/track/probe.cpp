// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Probes: while a cleanup is registered, the constructors of counted references on this thread
// report themselves. Built inside the record while it is made: move probe. Built while the payload is copied
// once: copy probe, which also sees what lies behind std::function, containers and nested aggregates.

#include "lib/track/hooks.hpp"

#include <algorithm>
#include <array>
#include <new>

namespace handrail::detail::track {

namespace {

// A note before the record's place is known: address of the reference itself.
struct raw_note {
    note seen;
    void const* place;
};

struct probe_state {
    owner_view owner;
    std::source_location where;
    note::evidence phase = note::evidence::move_probe;
    probe_state* outer = nullptr;  // registrations nest when copying an argument registers a cleanup
    std::size_t size = 0;
    bool overflow = false;
    std::array<raw_note, 256> notes;
};

thread_local constinit probe_state* current = nullptr;

void add(raw_note const& fresh) noexcept {
    probe_state& state = *current;
    if (state.size == state.notes.size()) {
        state.overflow = true;
        return;
    }
    state.notes[state.size++] = fresh;
}

std::ptrdiff_t offset_in(extent payload, void const* place) noexcept {
    if (place == nullptr || !payload.contains(place)) {
        return -1;
    }
    return static_cast<std::byte const*>(place) - static_cast<std::byte const*>(payload.begin);
}

void copy_once(record const& registered, void (*copy)(record const&)) noexcept {
    if (copy == nullptr) {
        return;
    }
    current->phase = note::evidence::copy_probe;
    try {
        copy(registered);
    } catch (...) {  // a copy that fails has shown what it could; the registration goes on
        current->overflow = true;
    }
}

}  // namespace

void note_reference(void const* address, block const* managed, char const* type, bool strong) noexcept {
    if (current != nullptr && managed != nullptr) {
        add({{managed, nullptr, type, -1, strong, current->phase}, address});
    }
}

void note_address(void const* address) noexcept {
    if (current != nullptr) {
        add({{nullptr, address, "", -1, false, note::evidence::argument}, nullptr});
    }
}

void registration_probe::begin(owner_view const& owner, std::source_location where) noexcept {
    // Out of memory: this registration is not looked into; the program must not notice.
    auto* const state = new (std::nothrow) probe_state{};
    if (state == nullptr) {
        return;
    }
    state->owner = owner;
    state->where = where;
    state->outer = current;
    current = state;
    state_ = state;
    switches.fetch_add(switch_probe, std::memory_order_relaxed);
}

void registration_probe::end() noexcept {
    auto* const state = static_cast<probe_state*>(state_);
    switches.fetch_sub(switch_probe, std::memory_order_relaxed);
    current = state->outer;
    delete state;
}

// A reference inside the payload is met twice, by the move and by the copy: the move tells where it is,
// so copies whose original was noted are dropped.
void registration_probe::finish(record const& registered, extent payload,
                                void (*copy)(record const&)) noexcept {
    auto* const state = static_cast<probe_state*>(state_);
    std::array<note, 256> kept;
    std::size_t moved = 0;
    for (std::size_t i = 0; i != state->size; ++i) {
        raw_note const& raw = state->notes[i];
        note const seen = raw.seen;
        if (seen.managed == nullptr || offset_in(payload, raw.place) >= 0) {
            kept[moved] = seen;
            kept[moved++].offset = offset_in(payload, raw.place);
        }
    }
    state->size = 0;
    copy_once(registered, copy);
    std::size_t size = moved;
    for (std::size_t i = 0; i != state->size && size != kept.size(); ++i) {
        note const seen = state->notes[i].seen;
        auto const same = [&](note const& k) {
            return k.managed == seen.managed && k.strong == seen.strong;
        };
        auto const copies = std::count_if(
            state->notes.begin(), state->notes.begin() + static_cast<std::ptrdiff_t>(i) + 1,
            [&](raw_note const& r) { return same(r.seen); });
        if (copies > std::count_if(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(moved), same)) {
            kept[size++] = seen;
        }
    }
    registration_seen({&registered, state->owner, state->where, {kept.data(), size},
                       state->overflow || copy == nullptr});
}

}  // namespace handrail::detail::track
