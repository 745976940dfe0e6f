// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// guarded<Resource>: a resource and the cleanups beside it. Every handle of the library is one of
// these plus its operations, so what becomes of an owner is written down once, here:
//
//  1. The resource ends first, then its cleanups run.
//  2. resource closed or moved from ⟹ no cleanups: they leave together with it.
//  3. After cleanups_.end() or drop() nothing of *this is touched: a cleanup may have destroyed it.
//
// Requires of Resource: nothrow movable, the moved-from value not open; is_open(); error_code
//   close() noexcept, which leaves it not open whatever it returns; static kind and domain;
//   number(), its identity as long as it is open (not with numbered = false). With mapped() ->
//   extent, pointers into that memory count as pointers into the owner. Optional: detach() and
//   close_in_background(), see deferred_close.hpp.
//
// Thread safety: one thread at a time, as for any object.

#pragma once

#include <handrail/detail/core/chain.hpp>
#include <handrail/detail/core/deferred_close.hpp>
#include <handrail/detail/core/failure.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/track.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <source_location>
#include <string_view>
#include <utility>

namespace handrail::detail {

template <class Resource>
class guarded {
public:
    guarded() = default;
    // Requires: not open (an Asio object bound to its executor, say).
    explicit guarded(Resource&& unopened) noexcept : resource_(std::move(unopened)) {}

    guarded(guarded&& other) noexcept
        : resource_(std::move(other.resource_)), cleanups_(std::move(other.cleanups_)) {
        note_move(&other);
    }
    // Effects: takes over from a guard of another type of resource; a deferred close, made for that
    //   type, becomes an immediate one. Throws what the resource's constructor throws; nothing has
    //   moved then.
    template <class Other>
    explicit guarded(guarded<Other>&& other)
        : resource_(std::move(other.resource_)), cleanups_(std::move(other.cleanups_)) {
        cleanups_.cancel_reserved_close();
        note_move(&other);
    }
    guarded& operator=(guarded&& other) noexcept {
        if (this != &other) {
            // The old resource ends last: its cleanups may do anything to *this.
            guarded ended(std::move(*this));
            resource_ = std::move(other.resource_);
            cleanups_ = std::move(other.cleanups_);
            note_move(&other);
        }
        return *this;
    }
    void swap(guarded& other) noexcept {
        guarded kept(std::move(other));
        other = std::move(*this);
        *this = std::move(kept);
    }
    ~guarded() {
        if (resource_.is_open()) {
            end_telling<&track::handle_ending>();
        } else if (tracking()) {
            track::guard_gone(this);
        }
    }

    bool is_open() const noexcept { return resource_.is_open(); }
    Resource& resource() noexcept { return resource_; }
    Resource const& resource() const noexcept { return resource_; }

    // Requires: *this is empty, opened is open. Effects: owns it; no cleanups yet.
    void own(Resource&& opened, std::string_view name, std::source_location where) noexcept {
        resource_ = std::move(opened);
        note_opened(name, where);
    }

    // Effects: the resource that is already in place has been opened: begins to guard it.
    void note_opened(std::string_view name, std::source_location where) noexcept {
        cleanups_.begin(description(), name, where);
        note_reopened(name, where);
    }

    // Effects: another resource is in place of one that note_closing() was told of; the cleanups
    //   stay.
    void note_reopened(std::string_view name, std::source_location where) noexcept {
        if (tracking()) {
            track::handle_opened(this, description(), name, where);
        }
    }
    // Effects: tells the leak check that the resource in place is about to be closed.
    void note_closing() const noexcept {
        if (tracking()) {
            track::handle_closing(this, description());
        }
    }
    // Requires: the resource in place was closed directly, after note_closing(). Effects: its
    //   cleanups run.
    void end_cleanups() noexcept {
        cleanups_.cancel_reserved_close();
        cleanups_.end();
    }

    // Effects: closes, or leaves that to the owner's runner, then lets the cleanups run. Reports
    //   failure to the failure handler; keeps errno.
    void end() noexcept {
        if (resource_.is_open()) {
            end_telling<&track::handle_closing>();
        }
    }

    // Effects: closes on this thread and lets the cleanups run. Empty already: nothing.
    // Returns: the error of the close; the resource has ended even then.
    boost::system::error_code close() noexcept {
        boost::system::error_code error;
        if (resource_.is_open()) {
            note_closing();
            cleanups_.cancel_reserved_close();
            error = noted(resource_.close());
            cleanups_.end();
        }
        return error;
    }

    // Effects: hands the resource over, unclosed, and drops the cleanups.
    Resource release() noexcept {
        if (tracking() && resource_.is_open()) {
            track::handle_released(this, description());
        }
        Resource released(std::move(resource_));
        cleanups_.drop();
        return released;
    }

    owner_view view(std::size_t handle_size) noexcept {
        return {resource_.is_open() ? &cleanups_ : nullptr, {this, handle_size}, &type, nullptr};
    }

    track::resource description() const noexcept {
        return {Resource::kind, Resource::domain, resource_.number(), sizeof(guarded), numbered};
    }

private:
    template <class>
    friend class guarded;

    static constexpr bool is_mapped = requires(Resource const& r) { r.mapped(); };
    static constexpr bool numbered = [] {
        if constexpr (requires { Resource::numbered; }) {
            return Resource::numbered;
        } else {
            return true;
        }
    }();

    static extent mapped_bytes([[maybe_unused]] void const* object) noexcept {
        if constexpr (is_mapped) {
            return static_cast<guarded const*>(object)->resource_.mapped();
        } else {
            return {};
        }
    }

    static bool guards_open_resource(void const* object) noexcept {
        return static_cast<guarded const*>(object)->is_open();
    }

    static constexpr owner_type type{Resource::kind, false, &deferred_close_of<Resource>::reserve,
                                     is_mapped ? &mapped_bytes : nullptr, &guards_open_resource};

    // Told: how the leak check hears of it before. Here, not in the destructor: less code when off.
    template <auto Told>
    void end_telling() noexcept {
        errno_guard keep;
        if (tracking()) {
            Told(this, description());
        }
        if (deferred_close* const reserved = cleanups_.reserved_close()) {
            static_cast<deferred_close_of<Resource>*>(reserved)->fill(std::move(resource_),
                                                                      description(), this);
        } else {
            close_reporting();
        }
        cleanups_.end();
    }
    void close_reporting() noexcept {
        track::resource const what = description();
        auto const error = noted(close_in_background(resource_));
        if (error.failed()) [[unlikely]] {
            report_close_failure(error, what, this);
        }
    }
    boost::system::error_code noted(boost::system::error_code error) const noexcept {
        if (error.failed() && tracking() && error == boost::system::errc::bad_file_descriptor) {
            track::handle_was_closed(this, Resource::kind);
        }
        return error;
    }
    void note_move(void const* from) const noexcept {
        if (tracking()) {
            track::handle_moved(from, this);
        }
    }

    Resource resource_{};
    chain cleanups_;
};

}  // namespace handrail::detail
