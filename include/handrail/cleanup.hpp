// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Cleanups: calls that run when an owner ends, each bound to its own copies of its arguments.
//
//     using handrail::file;
//     file log = file::open("app.log", file::append | file::create);
//     handrail::add_cleanup(log, [](std::string path) { compress(path); }, std::string("app.log"));
//     // … log ends: the file is closed first, then compress("app.log") runs
//
// A cleanup never sees the resource: it gets what was copied at registration, so nothing it holds
// can keep the resource alive. Not for undoing an operation halfway through a function (use
// Boost.Scope).
//
// A cleanup may end other owners. Their resources end at once, as anywhere; their cleanups wait
// until those of the first owner have run, all of them, and then run in the order in which these
// owners ended, before the ending that began it all returns. So a cleanup that ends an owner goes
// on before that owner's cleanups have run: what it needs of them it does itself, or asks a token
// to run().
//
// Not promised: an order between owners that are ended elsewhere, and that cleanups run at all when
// the process exits while the owner is alive.
//
// A cleanup's code lies in the module that registered it. Before that module is closed with
// dlclose(), its cleanups must have run or been stopped, and tokens for them be gone; so it is with
// unique_handles of its traits, with objects of its classes, and with its runners and failure
// handler.
//
// Two traps remain: a captured descriptor *number* is dead, perhaps reused, when the cleanup runs;
// and path.c_str() is copied as a pointer, which dangles: pass the std::string.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/registration.hpp>
#include <handrail/owner_ref.hpp>

#include <functional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace handrail {

// Refers to one registration. Copyable; default-constructed it refers to nothing. It keeps a few
// bytes of memory, never the resource and never the arguments once they are done with.
//
//     handrail::cleanup token = handrail::add_cleanup(file, &remove_lock, lock_path);
//     if (token.stop()) { /* remove_lock will not be called */ }
//
// Thread safety: distinct tokens may be used by distinct threads, also for the same registration.
class cleanup {
public:
    constexpr cleanup() noexcept = default;
    cleanup(cleanup const& other) noexcept : record_(other.record_) {
        if (record_ != nullptr) {
            record_->add_reference();
        }
    }
    cleanup(cleanup&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}
    cleanup& operator=(cleanup other) noexcept {
        std::swap(record_, other.record_);
        return *this;
    }
    ~cleanup() {
        if (record_ != nullptr) {
            record_->drop_reference();
        }
    }

    // Effects: makes sure that the cleanup never runs; its arguments are destroyed here, now.
    // Returns: whether this call did so. False: it ran, is running, is queued, or was stopped
    //   before; a call that loses does not wait for the winner.
    HANDRAIL_API bool stop() noexcept;

    // Effects: runs the cleanup now, on this thread. What it throws goes to the failure handler.
    // Returns: whether this call ran it.
    HANDRAIL_API bool run() noexcept;

    // Returns: whether it is still waiting for its owner's end.
    HANDRAIL_API bool pending() const noexcept;

private:
    template <class F, class... Args>
    friend cleanup add_cleanup(owner_ref owner, F fn, Args... args);

    // Effects: takes over one reference to the record.
    explicit cleanup(detail::record* registered) noexcept : record_(registered) {}

    detail::record* record_ = nullptr;
};

// Thrown by add_cleanup when an argument keeps the owner alive, or points into what ends with it.
// Nothing was registered. what() names the argument and says what to do.
struct HANDRAIL_API self_capture : std::logic_error {
    using std::logic_error::logic_error;
    self_capture(self_capture const&) = default;
    self_capture& operator=(self_capture const&) = default;
    ~self_capture() override;
};

// Marks a callable with captures as meant. add_cleanup cannot see into captures; leak-check mode
// can.
//
//     handrail::add_cleanup(socket, handrail::capturing([log]() mutable { log.line("gone"); }));
//
// A copyable callable or argument may be copied once, in leak-check mode, while it is registered.
template <class F>
struct capturing_callable {
    // The callable.
    [[no_unique_address]] F fn;

    // Effects: calls fn with the arguments. For the library.
    template <class... Args>
        requires std::is_invocable_v<F, Args...>
    void operator()(Args&&... arguments) && {
        static_cast<void>(std::invoke(std::move(fn), std::forward<Args>(arguments)...));
    }
};

// Returns: the callable, marked as one that may have captures.
template <class F>
[[nodiscard]] capturing_callable<F> capturing(F fn) {
    return {std::move(fn)};
}

// A value that add_cleanup must not copy, for types that say they are copyable and do not compile
// when copied: a lambda or a class with a private member that holds a container of move-only
// elements. It converts to the value, and is called as the value is.
//
//     handrail::add_cleanup(socket, handrail::capturing(handrail::move_only(
//         [parts = std::move(vector_of_unique_ptr)] { keep(parts); })));
template <class T>
struct move_only {
    // The value.
    T value;

    // Effects: takes over the value.
    explicit move_only(T moved) : value(std::move(moved)) {}
    move_only(move_only&&) = default;

    // Returns: the value, to be moved from.
    operator T&&() && noexcept { return std::move(value); }

    // Effects: calls the value with the arguments.
    template <class... Args>
        requires std::is_invocable_v<T, Args...>
    decltype(auto) operator()(Args&&... arguments) && {
        return std::invoke(std::move(value), std::forward<Args>(arguments)...);
    }
};

// Effects: when the owner's resource has ended, calls std::invoke(fn, args...), args passed as
//   rvalues. Cleanups of one owner run newest first. They run on the thread that ended the owner,
//   or on its runner.
// Requires: the owner is a handle that has a name, or a shared<T>: a temporary handle would end,
//   and its cleanups run, in the same statement. fn has no captures (an empty class, a function
//   pointer, a member-function pointer), or is wrapped by capturing().
// Errors: throws std::invalid_argument for an empty owner, self_capture, std::bad_alloc, and what
//   moving an argument throws. The resource stays owned and nothing is registered then.
// Allocates: one record; at most 64 bytes with one argument of pointer size.
// Thread safety: as a non-const member of a handle; for a shared<T> any number of threads.
template <class F, class... Args>
cleanup add_cleanup(owner_ref owner, F fn, Args... args) {
    static_assert(
        detail::acceptable_callable<F>,
        "handrail: add_cleanup takes a callable without captures: pass the state as arguments "
        "after it, or write capturing(fn), which leak-check mode then examines");
    static_assert(
        std::is_invocable_v<F, Args...> || !std::is_invocable_v<F, Args&...>,
        "handrail: add_cleanup: fn takes an argument as an lvalue reference, but is given "
        "the cleanup's own copies, as rvalues: take it by value, by T&& or by T const&");
    static_assert(std::is_invocable_v<F, Args...> || std::is_invocable_v<F, Args&...>,
                  "handrail: add_cleanup cannot call fn with these arguments: each is passed as an "
                  "rvalue of its decayed type");
    return cleanup(
        detail::register_cleanup(owner.view(), owner.where(), std::move(fn), std::move(args)...));
}

// While one exists, cleanups triggered on this thread wait for the end of the outermost one. So
// code that holds a lock of its own can drop references whose cleanups take that lock:
//
//     handrail::deferral wait;              // before the lock: cleanups run after it is released
//     std::lock_guard hold(cache_mutex);
//     cache.erase(key);
//
// Handles are still closed, and objects destroyed, at once. token.run() still runs at once.
// Requires: ends on the thread that made it; not for a coroutine that suspends meanwhile.
class HANDRAIL_API deferral {
public:
    [[nodiscard]] deferral() noexcept;
    deferral(deferral const&) = delete;
    deferral& operator=(deferral const&) = delete;
    ~deferral();
};

}  // namespace handrail
