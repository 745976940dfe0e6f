// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/track/hooks.hpp"

#include <atomic>

namespace handrail::detail {

constinit std::atomic<unsigned> switches{0};

namespace track {

namespace {

constinit std::atomic<hooks const*> table{nullptr};

// acquire: what the leak check prepared before it set the table. Null only while it is being
// switched on.
template <class... P, class... A>
void call(void (*hooks::*member)(P...) noexcept, A&... arguments) noexcept {
    if (hooks const* const set = table.load(std::memory_order_acquire)) {
        (set->*member)(arguments...);
    }
}

}  // namespace

void set_hooks(hooks const* filled) noexcept { table.store(filled, std::memory_order_release); }

void handle_opened(void const* guard, resource const& what, std::string_view name,
                   std::source_location where) noexcept {
    call(&hooks::handle_opened, guard, what, name, where);
}
void handle_moved(void const* from, void const* to) noexcept {
    call(&hooks::handle_moved, from, to);
}
void handle_closing(void const* guard, resource const& what) noexcept {
    call(&hooks::handle_closing, guard, what);
}
void handle_ending(void const* guard, resource const& what) noexcept {
    call(&hooks::handle_ending, guard, what);
}
void handle_was_closed(void const* guard, char const* kind) noexcept {
    call(&hooks::handle_was_closed, guard, kind);
}
void handle_released(void const* guard, resource const& what) noexcept {
    call(&hooks::handle_released, guard, what);
}
void handle_used_empty(void const* guard, char const* kind, char const* operation) noexcept {
    call(&hooks::handle_used_empty, guard, kind, operation);
}
void guard_gone(void const* guard) noexcept { call(&hooks::guard_gone, guard); }
void find_opening(void const* guard, opening& found) noexcept {
    call(&hooks::find_opening, guard, found);
}
void name_handle(void const* guard, std::string_view name) noexcept {
    call(&hooks::name_handle, guard, name);
}
void object_made(object_header const* managed, extent object, char const* type) noexcept {
    call(&hooks::object_made, managed, object, type);
}
void object_ended(object_header const* managed) noexcept { call(&hooks::object_ended, managed); }
void edge_undeclared(char const* type, std::size_t offset) noexcept {
    call(&hooks::edge_undeclared, type, offset);
}
void record_ended(record const* ended) noexcept { call(&hooks::record_ended, ended); }
void cleanup_threw(std::source_location where) noexcept { call(&hooks::cleanup_threw, where); }

void cleanup_took(std::source_location where, std::chrono::nanoseconds time) noexcept {
    call(&hooks::cleanup_took, where, time);
}

void pointer_refused(owner_view const& owner, std::source_location where) noexcept {
    call(&hooks::pointer_refused, owner, where);
}

void part_copied(extent part, void const* copy, copied_blocks& found) noexcept {
    call(&hooks::part_copied, part, copy, found);
}
void copies_ended(copied_blocks& found) noexcept { call(&hooks::copies_ended, found); }

void registration_seen(registration const& seen) noexcept { call(&hooks::registered, seen); }

}  // namespace track

}  // namespace handrail::detail
