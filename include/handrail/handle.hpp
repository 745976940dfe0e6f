// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// unique_handle: a move-only guard that owns one native handle; borrowed_handle: a view of one that
// it does not own.
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
// A guard for another kind of handle is traits (<handrail/handle_traits.hpp>) and an alias. To give
// it operations, derive from the alias and add them, as handrail::file does.
//
// Not for sockets that Boost.Asio uses, whose reactor must not keep a closed descriptor: see
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

// A guard: owns one native handle, or is empty: default-constructed, closed, released or moved
// from. It is an owner: add_cleanup, set_runner and defer_close take it.
//
// A runner and a deferred close belong to the handle: they move with it, and end with close(),
// reset() and release(). See <handrail/runner.hpp>.
//
// Allocates: nothing, unless an error is thrown or a cleanup or the runner allocates; but if a
//   default runner is set, each handle that a guard gets (from a constructor, reset(h) or assign)
//   allocates what set_runner() does. When memory is short, the guard has no runner then, and the
//   failure handler is called.
// Thread safety: distinct guards may be used by distinct threads; one guard by one thread at a
//   time.
template <handle_traits Traits>
class unique_handle {
public:
    // The traits, and the handles that they describe.
    using traits_type = Traits;
    using native_handle_type = typename Traits::native_handle_type;
    using pointer = native_handle_type;  // as std::out_ptr calls it

    // Effects: *this is empty. constexpr if Traits::invalid() is.
    unique_handle() noexcept = default;

    // Effects: owns h, unchanged, or is empty if h is not valid. The caller must not close h any
    //   more.
    explicit unique_handle(native_handle_type h,
                           std::source_location where = std::source_location::current()) noexcept
        : guard_(owning(h, where)) {}

    unique_handle(unique_handle const&) = delete;
    unique_handle& operator=(unique_handle const&) = delete;

    // Effects: the native handle, its cleanups, its runner and its deferred close move; other is
    //   empty then.
    //   What *this owned before ends as in the destructor.
    unique_handle(unique_handle&& other) noexcept = default;
    unique_handle& operator=(unique_handle&& other) noexcept = default;

    // Effects: closes, or leaves that to the owner's runner (defer_close); then the cleanups run.
    // Errors: an error of the close goes to the failure handler. errno is kept.
    ~unique_handle() = default;

    // Returns: the native handle, Traits::invalid() if *this is empty. It stays owned: do not close
    //   it.
    native_handle_type native_handle() const noexcept { return guard_.resource().native(); }
    // Returns: whether *this owns a handle.
    bool is_open() const noexcept { return guard_.is_open(); }
    explicit operator bool() const noexcept { return is_open(); }

    // Effects: *this is empty; the native handle stays open. The cleanups are dropped: their
    //   arguments are destroyed, and they count as stopped. So are the runner and a deferred close.
    // Returns: the native handle, which the caller must close; Traits::invalid() if *this is empty.
    [[nodiscard]] native_handle_type release() noexcept {
        native_handle_type const h = guard_.release().take();
        if constexpr (detail::owns_descriptors<Traits>) {
            detail::unguard_if_standard_error(h);
        }
        return h;
    }

    // Effects: what *this owns ends as in the destructor; *this is empty.
    void reset() noexcept { guard_.end(); }
    // Effects: *this owns h as the constructor does; then what it owned before ends as in the
    //   destructor.
    // Requires: h is not the handle that *this owns.
    void reset(native_handle_type h,
               std::source_location where = std::source_location::current()) noexcept {
        guard_ = owning(h, where);
    }

    // Effects: takes over a handle that other code opened: h is made close-on-exec, and *this owns
    //   it. What *this owned before ends as in the destructor.
    // Errors: std::invalid_argument if h is not valid or *this owns it already; system_error with
    //   the error of Traits::accept, or of making h close-on-exec (bad_file_descriptor). *this does
    //   not change then, and h stays the caller's to close. The second overload sets and returns ec
    //   instead, errc::invalid_argument in the first two cases.
    // Not promised: that assign notices that another guard owns h. The leak check reports it when
    //   both close it.
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

    // Effects: exchanges native handles, cleanups, runners and deferred closes.
    void swap(unique_handle& other) noexcept { guard_.swap(other.guard_); }
    friend void swap(unique_handle& a, unique_handle& b) noexcept { a.swap(b); }

    // Effects: closes on this thread, also with defer_close; then the cleanups run, on the owner's
    //   runner if it has one. Nothing happens if *this is empty. When an error is reported *this is
    //   empty, too: the handle has ended, so there is nothing to try again.
    // Errors: what Traits::close reports: system_error, whose what() names the handle by its
    //   number, or by its name if the leak check is on; or ec, which is returned, too.
    void close() {
        // Found out before: a cleanup may destroy *this.
        std::optional<std::uint64_t> const number = guard_.resource().shown_number();
        detail::track::opening opened;
        if (boost::system::error_code const ec = guard_.close(opened); ec.failed()) {
            detail::throw_close_error(ec, Traits::kind, number, opened.name());
        }
    }
    boost::system::error_code close(boost::system::error_code& ec) noexcept {
        return ec = guard_.close();
    }

    // Compare the native handles, as std::unique_ptr compares pointers; <=> exists if native
    // handles have it. Empty guards are equal.
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
    // For derived classes: the native handle together with its cleanups.
    using resource_type = detail::handle_resource<Traits>;
    detail::guarded<resource_type> guard_;

private:
    static detail::guarded<resource_type> owning(native_handle_type h,
                                                 std::source_location where) noexcept {
        detail::guarded<resource_type> fresh;
        if (Traits::is_valid(h)) {
            if constexpr (detail::owns_descriptors<Traits>) {
                detail::guard_if_standard_error(h);
            }
            fresh.own(resource_type(h), {}, where);
            if (detail::leak_check_on()) {
                detail::track::the_observer().handle_named(&fresh, detail::name_of<Traits>(h));
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

// Satisfied by guards and borrowed handles whose native handles are of the same domain as those of
// Traits: files and sockets convert to borrowed_handle<descriptor_traits>.
template <class Handle, class Traits>
concept lends_to = requires(Handle const& handle) {
    typename Handle::traits_type;
    { handle.native_handle() } -> std::convertible_to<typename Traits::native_handle_type>;
    requires std::string_view(detail::domain_of<typename Handle::traits_type>()) ==
                 std::string_view(detail::domain_of<Traits>());
};

// A native handle that another object owns: never closes it. For parameters, as std::string_view
// is:
//
//     void log_to(handrail::borrowed_descriptor where, std::string_view line);
//     log_to(file, "ready");
//
// Requires: its owner outlives it. After the close, the same number may belong to another resource,
//   and nothing detects that.
// Allocates: nothing.
// Thread safety: as an integer.
template <handle_traits Traits>
class borrowed_handle {
public:
    // The traits, and the handles that they describe.
    using traits_type = Traits;
    using native_handle_type = typename Traits::native_handle_type;

    // Effects: refers to no handle, to h, or to the handle of the lender.
    borrowed_handle() noexcept = default;
    explicit constexpr borrowed_handle(native_handle_type h) noexcept : handle_(h) {}
    template <lends_to<Traits> Handle>
        requires(!std::same_as<Handle, borrowed_handle>)
    borrowed_handle(Handle const& lender) noexcept : handle_(lender.native_handle()) {}

    // Returns: the native handle, Traits::invalid() if there is none. It belongs to its owner.
    native_handle_type native_handle() const noexcept { return handle_; }
    // Returns: whether Traits accept the handle as valid.
    bool is_open() const noexcept { return Traits::is_valid(handle_); }
    explicit operator bool() const noexcept { return is_open(); }

    // Compare the native handles. A guard converts, so that it can be compared with a borrowed one.
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

// Traits of the operating system's own handles: descriptors on POSIX.
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
// A guard may own a standard stream. While it owns the standard error stream, and after it has
// closed it, this library writes no messages there (set_failure_handler, reports); release() ends
// that. What the library opens (files, pipes, sockets, accepted sockets) never gets the number of a
// standard stream, even if that is free. Boost.Asio's own descriptors (epoll, timers) may.
using descriptor = unique_handle<descriptor_traits>;
using borrowed_descriptor = borrowed_handle<descriptor_traits>;

}  // namespace handrail
