// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The life of a handle as the registry records it: what an opening, a closing or a use changes, and
// whether it is an event.
//
// Thread safety: under the registry's mutex. All functions throw std::bad_alloc.

#pragma once

#include "lib/leak_check/registry/registry.hpp"

#include <source_location>
#include <span>
#include <string_view>

namespace handrail::leak_check {

// Effects: the guard at this address owns the resource.
void record_opening(registry& all, void const* address,
                    detail::track::handle_description const& what, std::string_view name,
                    std::source_location where, std::span<void const* const> frames);

// Effects: the guard is closed and its resource has no owner. If the guard was not the owner, that
//   is an event.
void record_closing(registry& all, guard_entry& guard,
                    detail::track::handle_description const& what);

// Effects: the same, but the guard stays open: record_opening() of its next resource follows.
void record_replacing(registry& all, guard_entry& guard,
                      detail::track::handle_description const& what);

// Effects: the resource was closed already, which is an event unless this loss has been reported
//   before. address: of its guard; null if the close was deferred. The guard may have been
//   forgotten meanwhile, or opened before the check was on: then known says what is known.
void record_found_closed(registry& all, void const* address,
                         detail::track::handle_description const& what,
                         detail::track::opening const& known);

// Effects: forgets the guard at this address: it owns nothing, and its closes are forgotten, too.
void record_release(registry& all, void const* address,
                    detail::track::handle_description const& what);

// Effects: the guard was used although it is empty: an event if it had been closed.
void record_use_when_empty(registry& all, void const* address, char const* operation);

}  // namespace handrail::leak_check
