// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Probes: which counted references does a cleanup hold? While one is registered, the counted
// references that are constructed, changed and destroyed on this thread report themselves
// (lib/track/probe.cpp).
//
// Thread safety: all functions may be called by any thread. A probe belongs to the thread that made
//   it.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/switches.hpp>

#include <source_location>

namespace handrail::detail::track {

// Effects: records, for the active probe of this thread, that a counted reference to managed began
//   at this address. Call when probing().
HANDRAIL_API void reference_built(void const* address, object_header const* managed,
                                  char const* type, bool strong) noexcept;
// Effects: records that the reference at this address has ended, or will at once. Call when
//   probing().
HANDRAIL_API void reference_ended(void const* address) noexcept;
// Effects: records that the typed walk over the arguments found this address.
HANDRAIL_API void address_found(void const* address) noexcept;

// Copies the parts of a record's payload that can be copied, one after the other, keeps every copy
// until the last one is made, and calls show after each. Returns: whether all parts could be
// copied. Throws: what copying throws.
using show_copy = void (*)(extent original, void const* copy) noexcept;
using copy_parts = bool (*)(record const& registered, show_copy show);

// While one exists, references built by this thread are recorded for the registration it watches.
// Without leak_check_on() it does nothing.
class registration_probe {
public:
    registration_probe(owner_view const& owner, std::source_location where) noexcept {
        if (leak_check_on()) {
            activate(owner, where);
        }
    }
    registration_probe(registration_probe const&) = delete;
    registration_probe& operator=(registration_probe const&) = delete;
    ~registration_probe() {
        if (state_ != nullptr) {
            deactivate();
        }
    }

    bool active() const noexcept { return state_ != nullptr; }

    // Requires: active(). Effects: copies what can be copied of the record's payload, then notifies
    //   the observer of the registration and the references.
    HANDRAIL_API void finish(record const& registered, extent payload, copy_parts copy) noexcept;

private:
    HANDRAIL_API void activate(owner_view const& owner, std::source_location where) noexcept;
    HANDRAIL_API void deactivate() noexcept;

    void* state_ = nullptr;
};

}  // namespace handrail::detail::track
