// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// guarded<Resource>: a resource and its cleanups. Every guard of the library is one of these plus
// its operations, so that the rules of an owner are implemented once, here:
//
//  1. The resource is closed first, then its cleanups run.
//  2. Resource closed or moved from ⟹ no cleanups: they are moved together with it. The exception
//     is a resource that another one replaces in place (socket_guard::replace, for connects to a
//     range): between notify_replacing() and notify_opened() it is closed, and its cleanups stay.
//  3. After cleanups_.end() or drop() *this is not accessed: a cleanup may have destroyed it.
//  4. It lies at the beginning of its guard: the leak check knows a guard by this address, and a
//     pointer to the guard is recognised by it. (tests/issues/pointers_to_guards.cpp)
//
// resource.hpp says what is required of Resource.
//
// Thread safety: one thread at a time, as for any object.

#pragma once

#include <handrail/detail/base/errno_guard.hpp>
#include <handrail/detail/core/chain.hpp>
#include <handrail/detail/core/deferred_close.hpp>
#include <handrail/detail/core/failure.hpp>
#include <handrail/detail/core/resource.hpp>
#include <handrail/detail/track/observer.hpp>
#include <handrail/detail/track/owner.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <source_location>
#include <string_view>
#include <utility>

namespace handrail::detail {

template <class Resource>
class guarded {
public:
    guarded() = default;
    // Requires: if the resource is open, own_in_place() follows. (One that is not open is, for
    //   instance, an Asio object bound to its executor.)
    explicit guarded(Resource&& initial) noexcept : resource_(std::move(initial)) {}

    guarded(guarded&& other) noexcept
        : resource_(std::move(other.resource_)), cleanups_(std::move(other.cleanups_)) {
        notify_moved(&other);
    }
    // Effects: takes over from a guard of another type of resource, a deferred close included.
    // Errors: throws what the resource's constructor throws; nothing has moved then.
    template <class Other>
        requires std::same_as<detached_resource<Other>, detached_resource<Resource>>
    explicit guarded(guarded<Other>&& other)
        : resource_(std::move(other.resource_)), cleanups_(std::move(other.cleanups_)) {
        notify_moved(&other);
    }
    guarded& operator=(guarded&& other) noexcept {
        if (this != &other) {
            // The old resource is closed last: its cleanups may do anything to *this.
            guarded ended(std::move(*this));
            resource_ = std::move(other.resource_);
            cleanups_ = std::move(other.cleanups_);
            notify_moved(&other);
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
            end_notifying<&track::observer::handle_destroying>();
        } else if (leak_check_on()) {
            track::the_observer().guard_destroyed(this);
        }
    }

    bool is_open() const noexcept { return resource_.is_open(); }
    Resource& resource() noexcept { return resource_; }
    Resource const& resource() const noexcept { return resource_; }

    // Requires: *this is empty, opened is open. Effects: owns it, without cleanups.
    void own(Resource&& opened, std::string_view name, std::source_location where) noexcept {
        resource_ = std::move(opened);
        own_in_place(name, where);
    }

    // Effects: owns the resource, which has been opened in place: sets the default runner, if there
    //   is one, and notifies the leak check.
    void own_in_place(std::string_view name, std::source_location where) noexcept {
        cleanups_.adopt_default_runner(description(), name, where);
        notify_opened(name, where);
    }

    // Effects: notifies the leak check of a resource that has been opened in place.
    // Requires: if it replaces another one, notify_replacing() was called before that was closed.
    void notify_opened(std::string_view name, std::source_location where) noexcept {
        if (leak_check_on()) {
            track::the_observer().handle_opened(this, description(), name, where);
        }
    }
    // Effects: notifies the leak check that the resource is about to be closed in place, and that
    //   the guard, with its cleanups, will own another one.
    void notify_replacing() const noexcept {
        if (leak_check_on()) {
            track::the_observer().handle_replacing(this, description());
        }
    }

    // Effects: closes, or passes the close to the owner's runner if it is deferred; then the
    //   cleanups run. A failed close goes to the failure handler; errno is kept.
    void end() noexcept {
        if (resource_.is_open()) {
            end_notifying<&track::observer::handle_closing>();
        }
    }

    // Effects: closes on this thread, then the cleanups run. Does nothing if empty. known: receives
    //   what the leak check knew of the resource.
    // Returns: the error of the close; the resource is closed even then.
    boost::system::error_code close() noexcept {
        track::opening ignored;
        return close(ignored);
    }
    boost::system::error_code close(track::opening& known) noexcept {
        boost::system::error_code error;
        if (resource_.is_open()) {
            track::handle_description const what = description();
            notify<&track::observer::handle_closing>(known);
            cleanups_.cancel_reserved_close();
            error = notify_if_found_closed(resource_.close(), what, known);
            cleanups_.end();
        }
        return error;
    }

    // Effects: take(resource) takes what is open out of the resource, which stays in place; then
    //   the cleanups are dropped. Returns: what take has returned.
    template <class Take>
    auto release_by(Take take) {
        if (leak_check_on() && resource_.is_open()) {
            track::the_observer().handle_released(this, description());
        }
        auto taken = take(resource_);
        cleanups_.drop();
        return taken;
    }
    // Effects: drops the cleanups. Returns: the resource, which is not closed.
    Resource release() noexcept {
        return release_by([](Resource& all) noexcept { return Resource(std::move(all)); });
    }

    owner_view view(std::size_t guard_size) noexcept {
        return {resource_.is_open() ? &cleanups_ : nullptr, {this, guard_size}, &type, nullptr};
    }

    // Effects: notifies the leak check if a close says that the resource was closed already. known:
    //   of the resource, before the close.
    // Returns: the error of the close.
    boost::system::error_code notify_if_found_closed(boost::system::error_code error,
                                                     track::handle_description const& what,
                                                     track::opening const& known) const noexcept {
        if (error.failed() && leak_check_on() &&
            error == boost::system::errc::bad_file_descriptor) {
            track::the_observer().handle_found_closed(this, what, known);
        }
        return error;
    }
    // Returns: what the leak check knows of the resource in place; nothing when it is off.
    track::opening opening() const noexcept {
        track::opening known;
        if (leak_check_on()) {
            track::the_observer().find_opening(this, known);
        }
        return known;
    }
    track::handle_description description() const noexcept {
        return {Resource::kind, Resource::domain, resource_.number(), sizeof(guarded), numbered};
    }
    // Effects: reports a use after close if ec is set and the guard is empty.
    void notify_use(boost::system::error_code const& ec, char const* operation) const noexcept {
        if (ec.failed() && leak_check_on() && !is_open()) [[unlikely]] {
            track::the_observer().handle_used_empty(this, operation);
        }
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

    static constexpr owner_type type{Resource::kind, false,
                                     &deferred_close_of<detached_resource<Resource>>::reserve,
                                     is_mapped ? &mapped_bytes : nullptr, &guards_open_resource};

    // Notify: the hook to call before closing. Effects: known receives what the leak check knows.
    template <auto Notify>
    void notify(track::opening& known) const noexcept {
        if (leak_check_on()) {
            (track::the_observer().*Notify)(this, description(), known);
        }
    }
    // The hook is called here, not in the destructor, so that there is less inline code while the
    // leak check is off. The chain is taken out before the close: when that fails, the failure
    // handler may make the guard own something else.
    template <auto Notify>
    void end_notifying() noexcept {
        errno_guard keep;
        track::handle_description const what = description();
        track::opening known;
        notify<Notify>(known);
        chain ending(std::move(cleanups_));
        if (deferred_close* const reserved = ending.reserved_close()) {
            using close_type = deferred_close_of<detached_resource<Resource>>;
            static_cast<close_type*>(reserved)->fill(std::move(resource_), what, known);
        } else {
            auto const error =
                notify_if_found_closed(close_without_waiting(resource_), what, known);
            if (error.failed()) [[unlikely]] {
                report_close_failure(error, what, known, {});
            }
        }
        ending.end();
    }
    void notify_moved(void const* from) const noexcept {
        if (leak_check_on()) {
            track::the_observer().handle_moved(from, this, sizeof(guarded));
        }
    }

    Resource resource_{};
    chain cleanups_;
};

}  // namespace handrail::detail
