// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Handles: move-only guards of one native handle, and the borrowed view beside them.
//
//     struct library_traits {
//         using native_handle_type = void*;
//         static void* invalid() noexcept { return nullptr; }
//         static bool is_valid(void* h) noexcept { return h != nullptr; }
//         static boost::system::error_code close(void* h) noexcept;   // dlclose
//         static constexpr char const* kind = "library";
//     };
//     using library = handrail::unique_handle<library_traits>;
//
//     library codec(::dlopen("codec.so", RTLD_NOW));
//     handrail::add_cleanup(codec, &forget_codec, std::string("codec.so"));
//     // … codec ends: it is closed, then forget_codec("codec.so") runs
//
// A handle type of your own is traits and an alias; when it has operations, too, derive from the
// alias and add them, as handrail::file does. A handle may be a struct, too: see unique_handle. Not
// for sockets that Boost.Asio knows: closing a descriptor behind its reactor is an error; use
// <handrail/socket.hpp>.
//
// Not promised: that a handle is closed when the process exits while its guard is alive.

#pragma once

#include <handrail/detail/base/native_handle.hpp>
#include <handrail/detail/base/standard_error.hpp>
#include <handrail/detail/core/guarded.hpp>
#include <handrail/detail/handle/handle_resource.hpp>
#include <handrail/handle_traits.hpp>
#include <handrail/out_handle.hpp>
#include <handrail/owner_ref.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

namespace handrail {

// Owns one native handle, or is empty: default-constructed, closed, released or moved from.
//
// It is an owner: add_cleanup, set_runner and defer_close take it. Its cleanups move along with
// the handle.
//
// Thread safety: distinct handles may be used by distinct threads; one handle by one thread at a
//   time.
template <handle_traits Traits>
class unique_handle {
public:
    // The traits, and the handles that they describe.
    using traits_type = Traits;
    using native_handle_type = typename Traits::native_handle_type;
    using pointer = native_handle_type;  // as std::out_ptr calls it

    // Effects: empty. constexpr if Traits::invalid() is.
    unique_handle() noexcept = default;

    // Effects: owns h as it is, or is empty if h is not valid. The caller no longer closes h.
    explicit unique_handle(native_handle_type h,
                           std::source_location where = std::source_location::current()) noexcept
        : guard_(guard(h, where)) {}

    unique_handle(unique_handle const&) = delete;
    unique_handle& operator=(unique_handle const&) = delete;

    // Effects: the handle, its cleanups and its deferred close move; other is empty. What *this
    //   owned before is closed and its cleanups run.
    unique_handle(unique_handle&& other) noexcept = default;
    unique_handle& operator=(unique_handle&& other) noexcept = default;

    // Effects: closes, then the cleanups run. Errors: an error of the close goes to the failure
    //   handler. errno is kept.
    ~unique_handle() = default;

    // Returns: the native handle, Traits::invalid() if empty. It stays owned: do not close it.
    native_handle_type native_handle() const noexcept { return guard_.resource().native(); }
    bool is_open() const noexcept { return guard_.is_open(); }
    explicit operator bool() const noexcept { return is_open(); }

    // Effects: *this is empty, nothing is closed, and the cleanups are dropped: their arguments are
    //   destroyed, they count as stopped. Returns: the native handle, the caller's to close.
    [[nodiscard]] native_handle_type release() noexcept {
        native_handle_type const h = guard_.release().take();
        if constexpr (detail::owns_descriptors<Traits>) {
            detail::notify_handed_over(h);
        }
        return h;
    }

    // Effects: as the destructor; *this is empty.
    void reset() noexcept { guard_.end(); }
    // Effects: owns h as the constructor does; what was owned before ends as in the destructor.
    // Requires: h is not the handle owned.
    void reset(native_handle_type h,
               std::source_location where = std::source_location::current()) noexcept {
        guard_ = guard(h, where);
    }

    // Effects: takes over a handle from code that does not know this library: h is made
    //   close-on-exec and owned. What was owned before ends as in the destructor.
    // Errors: std::invalid_argument if h is not valid or is owned by *this; what Traits::accept has
    //   against it; what making it close-on-exec reports (bad_file_descriptor). Nothing is taken
    //   and *this is unchanged then. The second overload sets and returns ec,
    //   errc::invalid_argument in the first two cases. Not noticed: that another guard owns h (the
    //   leak check does, when both close it).
    void assign(native_handle_type h,
                std::source_location where = std::source_location::current()) {
        if (!may_assign(h)) {
            detail::throw_not_assignable(
                Traits::kind, Traits::is_valid(h) ? guard_.resource().label() : std::string(),
                where);
        }
        boost::system::error_code const ec = prepare(h);
        if (ec.failed()) {
            detail::throw_system_error(ec, "assign", detail::handle_resource<Traits>(h).label());
        }
        reset(h, where);
    }
    boost::system::error_code assign(
        native_handle_type h, boost::system::error_code& ec,
        std::source_location where = std::source_location::current()) noexcept {
        ec = may_assign(h) ? prepare(h) : make_error_code(boost::system::errc::invalid_argument);
        if (!ec.failed()) {
            reset(h, where);
        }
        return ec;
    }

    // Effects: exchanges handles, cleanups and deferred closes.
    void swap(unique_handle& other) noexcept { guard_.swap(other.guard_); }
    friend void swap(unique_handle& a, unique_handle& b) noexcept { a.swap(b); }

    // Effects: closes on this thread, then lets the cleanups run (on the owner's runner). Empty
    //   already: nothing. *this is empty when an error is reported: the handle has ended even then,
    //   so there is nothing to be tried again.
    // Errors: boost::system::system_error naming the handle, or ec, which is returned, too: what
    //   Traits::close reports.
    void close() {
        // Found out before: a cleanup may destroy *this, and a name is not known after the close.
        std::optional<std::uint64_t> const number = guard_.resource().shown_number();
        detail::track::opening const opened = guard_.opening();
        if (boost::system::error_code const ec = guard_.close(); ec.failed()) {
            detail::throw_close_error(ec, Traits::kind, number, opened.name());
        }
    }
    boost::system::error_code close(boost::system::error_code& ec) noexcept {
        return ec = guard_.close();
    }

    // Compare the native handles, as std::unique_ptr does; ordered where these are. Empty ones are
    // equal.
    friend bool operator==(unique_handle const& a, unique_handle const& b) noexcept {
        return a.native_handle() == b.native_handle();
    }
    friend auto operator<=>(unique_handle const& a, unique_handle const& b) noexcept
        requires std::three_way_comparable<native_handle_type>
    {
        return std::compare_three_way()(a.native_handle(), b.native_handle());
    }

    friend detail::owner_view handrail_owner(unique_handle& h) noexcept {
        return h.guard_.view(sizeof(unique_handle));
    }

protected:
    // For derived classes: the handle together with its cleanups.
    using resource_type = detail::handle_resource<Traits>;

    // For derived classes: the handle together with its cleanups.
    detail::guarded<resource_type> guard_;

private:
    static detail::guarded<resource_type> guard(native_handle_type h,
                                                std::source_location where) noexcept {
        detail::guarded<resource_type> fresh;
        if (Traits::is_valid(h)) {
            if constexpr (detail::owns_descriptors<Traits>) {
                detail::notify_taken_over(h);
            }
            fresh.own(resource_type(h), {}, where);
            if (detail::tracking()) {
                detail::track::name_handle(&fresh, detail::name_of<Traits>(h));
            }
        }
        return fresh;
    }

    static boost::system::error_code prepare(native_handle_type h) noexcept {
        boost::system::error_code const ec = detail::acceptable<Traits>(h);
        return ec.failed() ? ec : detail::stop_inheritance<Traits>(h);
    }

    bool may_assign(native_handle_type h) const noexcept {
        return Traits::is_valid(h) && !(is_open() && h == native_handle());
    }
};

// Satisfied by handles whose native handle means the same thing as one of Traits: a file lends to
// borrowed_handle<descriptor_traits>.
template <class Handle, class Traits>
concept lends_to = requires(Handle const& handle) {
    typename Handle::traits_type;
    { handle.native_handle() } -> std::convertible_to<typename Traits::native_handle_type>;
    requires std::string_view(detail::domain_of<typename Handle::traits_type>()) ==
                 std::string_view(detail::domain_of<Traits>());
};

// A native handle that belongs to somebody else: never closes. For parameters, as std::string_view
// is:
//
//     void log_to(handrail::borrowed_descriptor where, std::string_view line);
//     log_to(file, "ready");
//
// Requires: what it was made from outlives its use. Nothing warns of a handle closed meanwhile,
//   whose number may by then be another resource's.
template <handle_traits Traits>
class borrowed_handle {
public:
    // The traits, and the handles that they describe.
    using traits_type = Traits;
    using native_handle_type = typename Traits::native_handle_type;

    // Effects: refers to no handle; to h; to the handle that lender owns.
    borrowed_handle() noexcept = default;
    explicit borrowed_handle(native_handle_type h) noexcept : handle_(h) {}
    template <lends_to<Traits> Handle>
        requires(!std::same_as<Handle, borrowed_handle>)
    borrowed_handle(Handle const& lender) noexcept : handle_(lender.native_handle()) {}

    // Returns: the native handle, Traits::invalid() if there is none. It belongs to its owner.
    native_handle_type native_handle() const noexcept { return handle_; }
    // Returns: whether the handle is a valid one, by the rule of its owner.
    bool is_open() const noexcept { return Traits::is_valid(handle_); }
    explicit operator bool() const noexcept { return is_open(); }

    // Compare the native handles; a guard compares with a borrowed handle, too.
    friend bool operator==(borrowed_handle const& a, borrowed_handle const& b) noexcept {
        return a.handle_ == b.handle_;
    }
    friend auto operator<=>(borrowed_handle const& a, borrowed_handle const& b) noexcept
        requires std::three_way_comparable<native_handle_type>
    {
        return std::compare_three_way()(a.handle_, b.handle_);
    }

private:
    native_handle_type handle_ = Traits::invalid();
};

// The operating system's own handles: descriptors on POSIX.
struct HANDRAIL_API descriptor_traits {
    // As handle_traits describes them.
    using native_handle_type = detail::native_handle;
    static constexpr char const* kind = "descriptor";
    static constexpr char const* domain = "fd";

    // As handle_traits describes them.
    static constexpr native_handle_type invalid() noexcept { return detail::invalid_native_handle; }
    static constexpr bool is_valid(native_handle_type h) noexcept { return h >= 0; }
    static boost::system::error_code close(native_handle_type h) noexcept;
    static boost::system::error_code set_close_on_exec(native_handle_type h) noexcept;
    static std::string name(native_handle_type h);
};

// Guards any descriptor: a pipe's end, an epoll instance, what a C library opened.
//
//     handrail::descriptor events(::epoll_create1(EPOLL_CLOEXEC));
//
// A guard may own a standard stream, too. While it owns that of errors, and after closing it, this
// library writes no text of its own there (set_failure_handler, reports); release() gives it back.
// What the library opens itself has never the number of a standard stream, even when that is
// closed: sockets, accepted ones, pipes and files; Boost.Asio's own descriptors (epoll, timers)
// may.
using descriptor = unique_handle<descriptor_traits>;
using borrowed_descriptor = borrowed_handle<descriptor_traits>;

}  // namespace handrail
