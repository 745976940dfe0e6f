// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Cleanups: functions that are called when an owner's life ends, each with its own copies of its
// arguments.
//
//     using handrail::file;
//     file log = file::open("app.log", file::append | file::create);
//     handrail::add_cleanup(log, [](std::string path) { compress(path); }, std::string("app.log"));
//     // … log ends: the file is closed first, then compress("app.log") runs
//
// A cleanup has no access to the resource: it gets what was copied at registration. If that
// contains a reference to the resource, the resource is never released and the cleanup never runs:
// see self_capture and the leak check. Do not use it to undo an operation halfway through a
// function (use Boost.Scope).
//
// A cleanup may end the lives of other owners. Handles are closed at once, as anywhere, and managed
// objects destroyed, unless the first owner is a managed object: then they are destroyed after its
// cleanups. The cleanups of these owners wait until all cleanups of the first owner have run, and
// then run in the order in which these owners ended, before the call that ended the first owner
// returns; those of an owner with a runner go to the runner at once. So the rest of a cleanup that
// ends an owner's life runs before that owner's cleanups: if it needs one of them, it calls run()
// on its token.
//
// Not promised: an order between owners that end independently of each other; that cleanups run if
// the process exits while the owner is alive.
//
// The code of a cleanup belongs to the module that registered it. Before that module is closed with
// dlclose(), its cleanups must have run or been stopped, and their tokens destroyed. The same goes
// for unique_handles of its traits, objects of its classes and weak references to them, its runners
// and its failure handler.
//
// Two mistakes are not detected. A cleanup that is given a descriptor's *number*: when it runs, the
// descriptor is closed, and the number may be another's. And path.c_str(), which is copied as a
// pointer and dangles: pass the std::string.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/register_cleanup.hpp>
#include <handrail/owner_ref.hpp>

#include <functional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace handrail {

// A token: refers to one registration. Copyable; a default-constructed one refers to nothing. It
// keeps a few bytes of memory alive, but neither the resource nor, after the cleanup has run or
// been stopped, its arguments.
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

    // Effects: if the cleanup is pending, it will not run; its arguments are destroyed during this
    //   call.
    // Returns: whether this call stopped it; false if it has run, is running, is queued, or was
    //   stopped before, if the token refers to nothing, and in a forked child for a cleanup of its
    //   parent. A call that returns false does not wait for the one that was first.
    // Allocates: nothing.
    HANDRAIL_API bool stop() noexcept;

    // Effects: if the cleanup is pending, runs it during this call, on this thread, even under a
    //   deferral and if the owner has a runner. What it throws goes to the failure handler.
    // Returns: whether this call ran it; false in the cases of stop().
    // Allocates: nothing.
    HANDRAIL_API bool run() noexcept;

    // Returns: whether the cleanup has neither been stopped nor claimed to be run.
    HANDRAIL_API bool pending() const noexcept;

private:
    template <class F, class... Args>
    friend cleanup add_cleanup(owner_ref owner, F fn, Args... args);

    // Effects: takes over one reference to the record.
    explicit cleanup(detail::record* registered) noexcept : record_(registered) {}

    detail::record* record_ = nullptr;
};

// Thrown by add_cleanup if an argument keeps the owner alive, or points into what is destroyed with
// it. Nothing was registered. what() names the argument and says what to do.
struct HANDRAIL_API self_capture : std::logic_error {
    using std::logic_error::logic_error;
    self_capture(self_capture const&) = default;
    self_capture& operator=(self_capture const&) = default;
    ~self_capture() override;
};

// What capturing() returns.
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

//     handrail::add_cleanup(socket, handrail::capturing([log]() mutable { log.line("gone"); }));
//
// Returns: the callable, marked as one that has captures on purpose. add_cleanup cannot examine
//   captures; the leak check can. While it is on, a copyable callable or argument may be copied
//   once, when it is registered.
// Errors: throws what moving the callable throws.
template <class F>
[[nodiscard]] capturing_callable<F> capturing(F fn) {
    return {std::move(fn)};
}

// A value that add_cleanup must not copy, for types that claim to be copyable but do not compile
// when they are copied: a lambda, or a class with a private member, that holds a container of
// move-only elements. It converts to the value, and can be called as the value can.
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

//     handrail::add_cleanup(socket, [](std::uint64_t id) { sessions.erase(id); }, session.id);
//
// Effects: registers a cleanup: after the owner's resource has been closed or destroyed,
//   std::invoke(fn, args...) is called, with args as rvalues. Cleanups of one owner run newest
//   first, on the thread on which the owner ends, or on its runner.
// Requires: the owner is a guard that has a name, or a shared<T>; a temporary guard, which would
//   end in the same statement, does not compile. fn has no captures (an empty class, a function
//   pointer, a member-function pointer), or is wrapped by capturing().
// Returns: a token; it may be ignored.
// Errors: throws std::invalid_argument for an empty owner, self_capture, std::bad_alloc, and what
//   moving an argument throws. The resource stays owned and nothing is registered then.
// Allocates: one record; at most 64 bytes with one argument of pointer size.
// Thread safety: as a non-const member function of a guard; for a shared<T>, any thread.
template <class F, class... Args>
cleanup add_cleanup(owner_ref owner, F fn, Args... args) {
    static_assert(
        detail::acceptable_callable<F>,
        "handrail: add_cleanup takes a callable without captures: pass the state as arguments "
        "after it, or write capturing(fn), which leak-check mode then examines");
    // disjunction: lvalues are tried only if rvalues do not fit. clang completes the classes that
    // arguments point to when it tries them.
    static_assert(
        std::disjunction_v<std::is_invocable<F, Args...>,
                           std::negation<std::is_invocable<F, Args&...>>>,
        "handrail: add_cleanup: fn takes an argument as an lvalue reference, but is given "
        "the cleanup's own copies, as rvalues: take it by value, by T&& or by T const&");
    static_assert(std::disjunction_v<std::is_invocable<F, Args...>, std::is_invocable<F, Args&...>>,
                  "handrail: add_cleanup cannot call fn with these arguments: each is passed as an "
                  "rvalue of its decayed type");
    return cleanup(
        detail::register_cleanup(owner.view(), owner.where(), std::move(fn), std::move(args)...));
}

// While a deferral exists, cleanups of owners that end on this thread wait; they run when the
// outermost deferral is destroyed. Those of an owner with a runner go to the runner at once, and
// may run on its threads meanwhile. So code that holds a lock of its own can drop references whose
// cleanups take that lock:
//
//     handrail::deferral wait;              // before the lock: cleanups run after it is released
//     std::lock_guard hold(cache_mutex);
//     cache.erase(key);
//
// Handles are still closed, and objects destroyed, as without it; token.run() still runs at once.
// Requires: it is destroyed on the thread that made it; so not across a suspension of a coroutine.
// Allocates: nothing.
class HANDRAIL_API deferral {
public:
    // Effects: cleanups of owners that end on this thread wait from now on.
    [[nodiscard]] deferral() noexcept;
    deferral(deferral const&) = delete;
    deferral& operator=(deferral const&) = delete;
    // Effects: if no other deferral exists on this thread, runs the cleanups that wait, in the
    //   order in which their owners ended; inside a cleanup they wait until that has returned. What
    //   they throw goes to the failure handler.
    ~deferral();
};

}  // namespace handrail
