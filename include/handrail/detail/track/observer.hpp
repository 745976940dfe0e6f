// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The seam between the library and its leak check: an observer that the library notifies of what
// happens to handles, managed objects and cleanups. The leak check, which lies above, is one.
//
//     if (leak_check_on()) {
//         track::the_observer().handle_moved(from, to, sizeof(guarded));
//     }
//
// Every call stands behind leak_check_on(), probing() or timing(), so that a program without leak
// checking pays one predicted branch for each. A new event is a function of observer, its override
// in the leak check, and the call.
//
//  1. An observer is installed before leak_check_on() is first true, and is never taken away or
//     destroyed: a caller that saw leak_check_on() may always call through it.
//  2. Until then an observer that ignores everything is in place, from constant initialisation on:
//     calls are safe before main and at exit.
//  3. A function of an observer does not throw, calls no user code but operator new and delete, and
//     may run on any thread, on several at once.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/switches.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string_view>

namespace handrail::detail::track {

// What a guard owns, described. Equal domains share one number space: all descriptors are "fd".
struct handle_description {
    char const* kind = "";    // "file"; static storage; empty: no handle
    char const* domain = "";  // "fd"; static storage, compared by text
    std::uint64_t number = 0;
    std::size_t guard_size = 0;  // of the guard object, in bytes; 0: not known
    bool numbered = true;        // false: number has no meaning; double closes are not detected
};

// What an observer knows of a guard's resource, copied: it may forget the guard at any time.
struct opening {
    static constexpr std::size_t max_name_size = 256;

    std::source_location where{};  // line 0: not known
    bool loss_reported = false;    // somebody else closed the resource, and a finding says so
    std::size_t name_size = 0;
    char name_text[max_name_size];  // not initialised

    std::string_view name() const noexcept { return {name_text, name_size}; }
};

struct compared_blocks;
struct registration;

class HANDRAIL_API observer {
public:
    observer(observer const&) = delete;
    observer& operator=(observer const&) = delete;

    // ---- handles: guard is the address of the guard object ----------------------------------

    // The guard took over the resource. name: of what was opened; may be empty.
    virtual void handle_opened(void const* /*guard*/, handle_description const& /*what*/,
                               std::string_view /*name*/, std::source_location /*where*/) noexcept {
    }
    // The name of the guard's resource became known, or changed. It does not replace one that the
    // program gave.
    virtual void handle_named(void const* /*guard*/, std::string_view /*name*/) noexcept {}
    // size: of the guard object at the new address, in bytes.
    virtual void handle_moved(void const* /*from*/, void const* /*to*/,
                              std::size_t /*size*/) noexcept {}
    // The guard is about to close the resource. known: as of find_opening().
    virtual void handle_closing(void const* /*guard*/, handle_description const& /*what*/,
                                opening& /*known*/) noexcept {}
    // The guard is about to close the resource and to own another one: handle_opened() follows. It
    // stays the same owner, with its cleanups.
    virtual void handle_replacing(void const* /*guard*/,
                                  handle_description const& /*what*/) noexcept {}
    // As handle_closing(), in the guard's destructor: the guard does not exist afterwards.
    virtual void handle_destroying(void const* /*guard*/, handle_description const& /*what*/,
                                   opening& /*known*/) noexcept {}
    // The close that was announced failed because the resource was closed already. guard: null if
    // the close was deferred, when the guard may be gone. known: when the close was announced.
    virtual void handle_found_closed(void const* /*guard*/, handle_description const& /*what*/,
                                     opening const& /*known*/) noexcept {}
    // The guard gave the resource away without closing it.
    virtual void handle_released(void const* /*guard*/,
                                 handle_description const& /*what*/) noexcept {}
    // An operation was called on an empty guard.
    virtual void handle_used_empty(void const* /*guard*/, char const* /*operation*/) noexcept {}
    // An empty guard was destroyed.
    virtual void guard_destroyed(void const* /*guard*/) noexcept {}
    // Effects: found is what is known of the guard's resource; of a long name the last part.
    //   Nothing is changed if nothing is known.
    virtual void find_opening(void const* /*guard*/, opening& /*found*/) noexcept {}

    // ---- managed objects ---------------------------------------------------------------------

    virtual void object_created(object_header const* /*managed*/) noexcept {}
    // Before its destructor runs.
    virtual void object_destroying(object_header const* /*managed*/) noexcept {}
    // Requires: a reference to the object exists. Returns: a number that no other object gets; 0 if
    //   the object has ended, or none is known.
    virtual std::uint64_t id_of(object_header const* /*managed*/) noexcept { return 0; }
    // An object of this type has an edge, at an offset in bytes, that its class does not declare.
    virtual void undeclared_edge_found(char const* /*type*/, std::size_t /*offset*/) noexcept {}

    // ---- cleanups ----------------------------------------------------------------------------

    // A part of a payload was copied; the copy, and those made before, still exist.
    virtual void part_copied(extent /*part*/, void const* /*copy*/,
                             compared_blocks& /*found*/) noexcept {}
    // All copies of parts were destroyed.
    virtual void copies_destroyed(compared_blocks& /*found*/) noexcept {}
    virtual void cleanup_registered(registration const& /*made*/) noexcept {}
    // There was no memory to probe a registration: cleanup_registered() is not called for it.
    virtual void registration_missed() noexcept {}
    // The cleanup was claimed, or its registration undone: it does not wait any more.
    virtual void cleanup_unregistered(record const* /*gone*/) noexcept {}
    // A registration was refused because an argument points into the owner.
    virtual void pointer_refused(owner_view const& /*owner*/,
                                 std::source_location /*where*/) noexcept {}
    virtual void cleanup_threw(std::source_location /*where*/) noexcept {}
    // A cleanup ran for this many nanoseconds. Called only when timing(). (Not a std::chrono type:
    // <chrono> is large.)
    virtual void cleanup_took(std::source_location /*where*/,
                              std::int64_t /*nanoseconds*/) noexcept {}

protected:
    constexpr observer() noexcept = default;
    ~observer() = default;  // never called: an observer that was installed stays
};

HANDRAIL_API extern std::atomic<observer*> installed_observer;

// acquire: what the observer prepared before it was installed.
inline observer& the_observer() noexcept {
    return *installed_observer.load(std::memory_order_acquire);
}

// Requires: fresh has static storage duration and is never destroyed.
void install(observer& fresh) noexcept;

}  // namespace handrail::detail::track
