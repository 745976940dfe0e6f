// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// traced<C>: a container of edges inside a managed object, and its guards. Include
// <handrail/shared.hpp>, which explains managed objects; docs/collector.md explains cycles.

#pragma once

#include <handrail/detail/heap/access.hpp>
#include <handrail/detail/heap/container_mutex.hpp>
#include <handrail/detail/heap/destroy_queue.hpp>
#include <handrail/detail/heap/edge_walk.hpp>
#include <handrail/heap/edges.hpp>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <type_traits>
#include <utility>

namespace handrail {

namespace detail {

// The lock of a container of edges, and the managed object around the container.
class traced_base {
public:
    traced_base(traced_base const&) = delete;
    traced_base& operator=(traced_base const&) = delete;

protected:
    constexpr traced_base() noexcept {
        if (!std::is_constant_evaluated() && leak_check_on()) {
            notify_edge_built(this);
        }
    }
    ~traced_base() {
        if (leak_check_on()) [[unlikely]] {
            notify_edge_ended(this);
        }
    }

    // Called by make when the object around the container is built.
    void bind(object_header& owner) noexcept { owner_ = &owner; }

    // Effects: adds 1 to the increments of the object around the container. A pass that has read
    //   the container before then finds the object changed: any number of edges may have been moved
    //   out. Requires: the lock is held for writing.
    void count_change() noexcept {
        // If this thread has dropped the last reference to the owner under the guard, which the
        // guards forbid, the owner is in a destroy queue, with a link in its word.
        if (owner_ != nullptr && strong_count(owner_->word.load(std::memory_order_relaxed)) != 0) {
            // release: who reads the sum reads the container as the writer left it.
            owner_->word.fetch_add(one_increment, std::memory_order_release);
        }
    }

    mutable container_mutex mutex_;

private:
    object_header* owner_ = nullptr;  // null outside of managed objects, and during construction
};

}  // namespace detail

// A container of edges inside a managed object. Because a pass may read it from another thread, it
// is accessed through guards, which lock it:
//
//     {
//         auto kids = kids_.write();
//         kids->push_back(child);
//     }
//     for (auto const& kid : *kids_.read()) { … }
//
// The elements of C are edges, or pairs, tuples, arrays, optionals, ranges or classes that contain
// edges. Managed objects whose last reference a thread releases while it has a guard end when its
// outermost guard is destroyed, so that no destructor or cleanup runs under the lock.
//
// Requires: iterating over C (begin(), end(), ++, *) neither waits, throws nor uses the library:
//   passes do it under locks, checks in a frozen copy. A thread that has a guard holds a shared
//   that keeps the object around the container alive, destroys the guard itself, and makes no
//   second one of the same container.
// Thread safety: read() and write() may be called by any thread, but not in a child of fork() that
//   one thread made while another had a guard of the same container: they may wait there for ever.
template <class C>
class traced : private detail::traced_base {
    static_assert(detail::holds_edges<C>(), "handrail: traced<C>: C holds no edges");

public:
    // The container.
    using container_type = C;

    class [[nodiscard]] write_guard;
    class [[nodiscard]] read_guard;

    // Effects: default-constructs the container. Errors: throws what that throws.
    traced() = default;
    // Effects: constructs the container from the arguments. Errors: throws what that throws.
    template <class... A>
    explicit traced(std::in_place_t, A&&... arguments)
        : container_(std::forward<A>(arguments)...) {}
    traced(traced const&) = delete;
    traced& operator=(traced const&) = delete;

    // Effects: locks the container for reading and writing, as long as the guard exists. Blocks
    //   while other guards of the container exist, or a pass reads it. Requires: this thread has no
    //   guard of it; it would wait for itself. Allocates: nothing.
    [[nodiscard]] write_guard write() noexcept { return write_guard(*this); }
    // Effects: locks the container for reading, as long as the guard exists. Blocks while a
    //   write_guard of the container exists; other threads may have read_guards. Requires: as for
    //   write(). Allocates: nothing.
    [[nodiscard]] read_guard read() const noexcept { return read_guard(*this); }

private:
    friend struct detail::heap_access;

    // Returns: false when the container is locked for writing, perhaps by this thread, and was not
    //   visited.
    template <class V>
    bool try_walk(V& visitor) const {
        std::shared_lock hold(mutex_, std::try_to_lock);
        if (hold) {
            detail::walk_element(container_, visitor);
        }
        return hold.owns_lock();
    }
    // Requires: the owner is garbage, so that no other thread can reach the container.
    template <class V>
    void walk_in_garbage(V& visitor) noexcept {
        detail::walk_element(container_, visitor);
    }

    C container_;
};

// Access to the container for reading and writing, as long as the guard exists.
template <class C>
class traced<C>::write_guard {
public:
    // Returns: the container. The reference must not be used after the guard.
    C& operator*() const noexcept { return whole_.container_; }
    C* operator->() const noexcept { return &whole_.container_; }
    C* get() const noexcept { return &whole_.container_; }

    write_guard(write_guard const&) = delete;
    write_guard& operator=(write_guard const&) = delete;
    // Effects: unlocks. If it is the thread's outermost guard, objects that wait for that end here.
    ~write_guard() { whole_.count_change(); }

private:
    friend class traced;
    explicit write_guard(traced& whole) noexcept : whole_(whole), lock_(whole.mutex_) {}

    detail::deferred_destruction ends_;  // destroyed last, after the unlock
    traced& whole_;
    std::unique_lock<detail::container_mutex> lock_;
};

// Access to the container for reading, as long as the guard exists.
template <class C>
class traced<C>::read_guard {
public:
    // Returns: the container. The reference must not be used after the guard.
    C const& operator*() const noexcept { return whole_.container_; }
    C const* operator->() const noexcept { return &whole_.container_; }
    C const* get() const noexcept { return &whole_.container_; }

    read_guard(read_guard const&) = delete;
    read_guard& operator=(read_guard const&) = delete;
    // Effects: as ~write_guard().
    ~read_guard() = default;

private:
    friend class traced;
    explicit read_guard(traced const& whole) noexcept : whole_(whole), lock_(whole.mutex_) {}

    detail::deferred_destruction ends_;  // destroyed last, after the unlock
    traced const& whole_;
    std::shared_lock<detail::container_mutex> lock_;
};

}  // namespace handrail
