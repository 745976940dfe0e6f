// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Each notification that records something locks the registry; comparing copies does not. None
// calls user code but operator new and delete (observer.hpp), and none throws: when memory is
// short, reports say that something is missing, and the program does not notice.

#include "lib/leak_check/registry/registry_observer.hpp"

#include "lib/leak_check/registry/copy_comparison.hpp"
#include "lib/leak_check/registry/handle_lifecycle.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/registry/retained_text.hpp"
#include "lib/track/probe_result.hpp"
#include "platform/port.hpp"

#include <handrail/detail/heap/object_header.hpp>
#include <handrail/leak_check.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <utility>

namespace handrail::leak_check {

namespace {

namespace track = detail::track;

// relaxed, both: they order nothing else.
constinit std::atomic<unsigned> frames_wanted{default_frames};
constinit std::atomic<std::chrono::nanoseconds::rep> slow_limit{0};

// A thread may have seen leak_check_on() just before it was switched off. So it is checked again
// under the mutex, under which it changes: nothing is recorded after everything was discarded.
template <class Fn>
void with_registry(Fn fn) noexcept {
    detail::lock_guard hold(registry_mutex);
    registry& all = the_registry();
    if (!detail::leak_check_on()) {
        return;
    }
    try {
        fn(all);
    } catch (...) {  // out of memory
        all.memory_was_short = true;
    }
}

// A weak reference may be to an object whose end has been reported already.
bool is_alive(object_header const& managed) noexcept {
    // relaxed: who ends it reports that under the registry's mutex.
    return detail::strong_count(managed.word.load(std::memory_order_relaxed)) != 0;
}

entry_id id_of(registry& all, object_header const& managed) {
    return is_alive(managed) ? all.require_object(&managed) : 0;
}

reference_entry entry_of(registry& all, track::probed_reference const& seen) {
    reference_entry entry{
        .pointer = seen.managed == nullptr,
        .strong = seen.strong,
        .type = retain(seen.type),
        .offset = seen.offset,
        .seen_by = seen.seen_by,
        .count = seen.count,
    };
    if (entry.pointer) {
        object_entry const* const around = all.object_around(seen.address);
        entry.target = around != nullptr ? around->id : 0;
    } else {
        bool const copied = seen.seen_by == track::probed_reference::evidence::copy_probe;
        entry.target = copied ? seen.object_id : id_of(all, *seen.managed);
    }
    return entry;
}

registration_entry entry_of(registry& all, track::registration const& made) {
    registration_entry fresh;
    fresh.id = all.next_id();
    all.with_owner(made.owner, [&](auto const& owner) { fresh.owner = owner.id; });
    fresh.where = retain(made.where);
    fresh.probed_incompletely = made.incomplete;
    fresh.payload = made.payload;
    for (track::probed_reference const& each : made.references) {
        if (reference_entry const entry = entry_of(all, each); entry.target != 0) {
            fresh.references.push_back(entry);
        }
    }
    fresh.common.assign(made.common.begin(), made.common.end());
    fresh.own.assign(made.own.begin(), made.own.end());
    return fresh;
}

// A name that is too long loses its beginning: the end of a path says more.
void copy_opening(guard_entry const& guard, track::opening& found) noexcept {
    std::size_t const whole = guard.name.size();
    found.where = guard.where;
    found.loss_reported = guard.loss_reported;
    found.name_size = std::min(whole, track::opening::max_name_size);
    guard.name.copy(found.name_text, found.name_size, whole - found.name_size);
}

class registry_observer final : public track::observer {
public:
    constexpr registry_observer() noexcept = default;

    void handle_opened(void const* guard, track::handle_description const& what,
                       std::string_view name, std::source_location where) noexcept override {
        std::array<void const*, max_frames> frames;
        unsigned const wanted = frames_wanted.load(std::memory_order_relaxed);
        std::size_t const found = wanted != 0 ? port::capture_frames(frames.data(), wanted) : 0;
        with_registry([&](registry& all) {
            record_opening(all, guard, what, name, where, std::span(frames).first(found));
        });
    }
    void handle_named(void const* guard, std::string_view name) noexcept override {
        with_registry([&](registry& all) {
            guard_entry* const entry = all.guard_at(guard);
            if (entry != nullptr && !entry->named_by_program) {
                entry->name = arena_string(name);
            }
        });
    }
    // The entry of a closed guard moves, too, so that a later use is still recognised.
    void handle_moved(void const* from, void const* to, std::size_t size) noexcept override {
        with_registry([&](registry& all) {
            all.guards.erase(to);
            if (auto node = all.guards.extract(from); !node.empty()) {
                node.key() = to;
                node.mapped().size = size;
                all.guards.insert(std::move(node));
            }
        });
    }
    void handle_closing(void const* guard, track::handle_description const& what,
                        track::opening& known) noexcept override {
        with_registry([&](registry& all) {
            if (guard_entry* const entry = all.guard_at(guard)) {
                record_closing(all, *entry, what);
                copy_opening(*entry, known);
            }
        });
    }
    void handle_replacing(void const* guard,
                          track::handle_description const& what) noexcept override {
        with_registry([&](registry& all) {
            if (guard_entry* const entry = all.guard_at(guard)) {
                record_replacing(all, *entry, what);
            }
        });
    }
    void handle_destroying(void const* guard, track::handle_description const& what,
                           track::opening& known) noexcept override {
        with_registry([&](registry& all) {
            if (guard_entry* const entry = all.guard_at(guard)) {
                all.mark_destroyed(guard, *entry);
                record_closing(all, *entry, what);
                copy_opening(*entry, known);
            }
        });
    }
    void handle_found_closed(void const* guard, track::handle_description const& what,
                             track::opening const& known) noexcept override {
        with_registry([&](registry& all) { record_found_closed(all, guard, what, known); });
    }
    void handle_released(void const* guard,
                         track::handle_description const& what) noexcept override {
        with_registry([&](registry& all) { record_release(all, guard, what); });
    }
    void handle_used_empty(void const* guard, char const* operation) noexcept override {
        with_registry([&](registry& all) { record_use_when_empty(all, guard, operation); });
    }
    void guard_destroyed(void const* guard) noexcept override {
        with_registry([&](registry& all) { all.guards.erase(guard); });
    }
    void find_opening(void const* guard, track::opening& found) noexcept override {
        with_registry([&](registry& all) {
            if (guard_entry const* const entry = all.guard_at(guard)) {
                copy_opening(*entry, found);
            }
        });
    }

    void object_created(object_header const* managed) noexcept override {
        with_registry([&](registry& all) { all.require_object(managed); });
    }
    void object_destroying(object_header const* managed) noexcept override {
        with_registry([&](registry& all) { all.forget_object(managed); });
    }
    std::uint64_t id_of(object_header const* managed) noexcept override {
        entry_id found = 0;
        with_registry([&](registry& all) { found = leak_check::id_of(all, *managed); });
        return found;
    }
    void undeclared_edge_found(char const* type, std::size_t offset) noexcept override {
        with_registry([&](registry& all) { all.add_event(undeclared_edge{retain(type), offset}); });
    }

    void part_copied(extent part, void const* copy,
                     track::compared_blocks& found) noexcept override {
        if (current_level() == level::full) {
            compare_copy(part, copy, found);
        }
    }
    void copies_destroyed(track::compared_blocks& found) noexcept override {
        confirm_references(found);
    }
    void cleanup_registered(track::registration const& made) noexcept override {
        with_registry([&](registry& all) {
            all.registrations.insert_or_assign(made.registered, entry_of(all, made));
        });
    }
    void registration_missed() noexcept override {
        with_registry([](registry& all) { all.memory_was_short = true; });
    }
    void cleanup_unregistered(record const* gone) noexcept override {
        with_registry([&](registry& all) { all.registrations.erase(gone); });
    }
    void pointer_refused(detail::owner_view const& owner,
                         std::source_location where) noexcept override {
        with_registry([&](registry& all) {
            all.with_owner(owner, [&](auto const& entry) {
                all.add_event(refused_pointer{all.facts_of(entry), retain(where)});
            });
        });
    }
    void cleanup_threw(std::source_location where) noexcept override {
        with_registry([&](registry& all) { all.add_event(cleanup_exception{retain(where)}); });
    }
    void cleanup_took(std::source_location where, std::int64_t nanoseconds) noexcept override {
        if (nanoseconds > slow_limit.load(std::memory_order_relaxed)) {
            with_registry([&](registry& all) {
                all.add_event(slow_cleanup{retain(where), std::chrono::nanoseconds(nanoseconds)});
            });
        }
    }
};

constinit registry_observer instance;

}  // namespace

void install_observer() noexcept { track::install(instance); }

void set_frame_count(unsigned wanted) noexcept {
    frames_wanted.store(std::min(wanted, max_frames), std::memory_order_relaxed);
}

void set_slow_limit(std::chrono::nanoseconds limit) noexcept {
    slow_limit.store(limit.count(), std::memory_order_relaxed);
    if (limit.count() != 0) {
        detail::switches.fetch_or(detail::switch_timing, std::memory_order_relaxed);
    } else {
        detail::switches.fetch_and(~detail::switch_timing, std::memory_order_relaxed);
    }
}

}  // namespace handrail::leak_check
