// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the templates tell the leak check: births and deaths of handles and managed objects, and the
// references met while a cleanup is registered. Every call stands behind tracking() or
// probing(), so that a program without leak checking pays one predicted branch.
//
// Thread safety: all functions may be called by any thread. A probe belongs to the thread that made
//   it.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/switches.hpp>

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string_view>

namespace handrail::detail::track {

// One native resource. Equal domains share one number space: all descriptors are "fd".
struct resource {
    char const* kind = "";    // "file"; static storage; empty: no resource
    char const* domain = "";  // "fd"; static storage, compared by text
    std::uint64_t number = 0;
    std::size_t guard_size = 0;  // of the guard object; 0: not known
    bool numbered = true;  // false: number means nothing, and double closes are not looked for
};

// What the leak check knows of a guard's resource, copied: a moment later it may know nothing of
// it.
struct opening {
    static constexpr std::size_t longest = 256;

    std::source_location where{};  // line 0: not known
    std::size_t name_size = 0;
    char name_text[longest];  // not initialised

    std::string_view name() const noexcept { return {name_text, name_size}; }
};

// A guard at address took over the resource. name may be empty.
HANDRAIL_API void handle_opened(void const* guard, resource const& what, std::string_view name,
                                std::source_location where) noexcept;
HANDRAIL_API void handle_moved(void const* from, void const* to) noexcept;
// About to close through the guard; reports a double close or a stranger's resource (HR010).
HANDRAIL_API void handle_closing(void const* guard, resource const& what) noexcept;
// The same, by the guard's destructor: the guard itself is gone with this.
HANDRAIL_API void handle_ending(void const* guard, resource const& what) noexcept;
// What one of these two told of was not there any more (HR010). The close has failed, all else goes
// on.
HANDRAIL_API void handle_was_closed(void const* guard, char const* kind) noexcept;
// The guard let go without closing.
HANDRAIL_API void handle_released(void const* guard, resource const& what) noexcept;
// The guard was used while empty; reports HR011 when it had been closed.
HANDRAIL_API void handle_used_empty(void const* guard, char const* kind,
                                    char const* operation) noexcept;
// The guard object itself is gone; it was empty.
HANDRAIL_API void guard_gone(void const* guard) noexcept;
// Effects: found is what is known of the guard's resource, also when it has just ended; of a long
//   name the last part. Nothing is changed if nothing is known.
HANDRAIL_API void find_opening(void const* guard, opening& found) noexcept;
// The guard's name, for error messages; empty when not known.
HANDRAIL_API void name_handle(void const* guard, std::string_view name) noexcept;

HANDRAIL_API void object_made(object_header const* managed, extent object,
                              char const* type) noexcept;
HANDRAIL_API void object_ended(object_header const* managed) noexcept;
// An object of this type has an edge, at an offset in bytes, that its class does not declare.
HANDRAIL_API void edge_undeclared(char const* type, std::size_t offset) noexcept;

// A counted reference was built at address, to managed, by a constructor. Call when probing().
HANDRAIL_API void note_reference(void const* address, object_header const* managed,
                                 char const* type, bool strong) noexcept;
// The typed walk met an address.
HANDRAIL_API void note_address(void const* address) noexcept;

// Copies each part of a record's payload that can be copied, and shows it while all copies exist
// that were made so far. Returns: whether all parts could be copied. Throws: what copying throws.
using show_copy = void (*)(extent original, void const* copy) noexcept;
using copy_parts = bool (*)(record const& registered, show_copy show);

// While one exists, references built by this thread are noted for the registration it watches.
// Without tracking() it does nothing.
class registration_probe {
public:
    registration_probe(owner_view const& owner, std::source_location where) noexcept {
        if (tracking()) {
            begin(owner, where);
        }
    }
    registration_probe(registration_probe const&) = delete;
    registration_probe& operator=(registration_probe const&) = delete;
    ~registration_probe() {
        if (state_ != nullptr) {
            end();
        }
    }

    bool active() const noexcept { return state_ != nullptr; }

    // Requires: active(). Effects: copies what can be copied of the record's payload, then reports
    //   the record and its notes.
    HANDRAIL_API void finish(record const& registered, extent payload, copy_parts copy) noexcept;

private:
    HANDRAIL_API void begin(owner_view const& owner, std::source_location where) noexcept;
    HANDRAIL_API void end() noexcept;

    void* state_ = nullptr;
};

HANDRAIL_API void record_ended(record const* ended) noexcept;

// A registration was refused because an argument points into the owner (HR003).
HANDRAIL_API void pointer_refused(owner_view const& owner, std::source_location where) noexcept;

}  // namespace handrail::detail::track
