// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// traced<C>: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/heap/edge_walk.hpp>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace handrail {

namespace detail {

// The lock of a container of edges, and the managed object it lies in.
class traced_base {
public:
    // For make: the object is built, from here on passes look at it.
    void bind(object_header& owner) noexcept { owner_ = &owner; }

protected:
    traced_base() noexcept {
        if (tracking()) {
            note_edge_built(this);
        }
    }
    ~traced_base() = default;

    // Effects: a pass that read the container before sees that the owner has changed since: any
    //   number of edges may have been moved out. Requires: the lock is held for writing.
    void touch_owner() noexcept {
        // An owner that ended inside its own guard waits in a queue, with a link in its word.
        if (owner_ != nullptr && strong_count(owner_->word.load(std::memory_order_relaxed)) != 0) {
            // release: whoever sees the bump sees the container as it was left.
            owner_->word.fetch_add(word_version, std::memory_order_release);
        }
    }

    mutable std::shared_mutex mutex_;

private:
    object_header* owner_ = nullptr;  // null outside of managed objects, and while they are built
};

}  // namespace detail

// A container of edges inside a managed object. It is reached through guards, because a pass reads
// it from another thread:
//
//     {
//         auto kids = kids_.write();
//         kids->push_back(child);
//     }
//     for (auto const& kid : *kids_.read()) { … }
//
// C's elements are edges, or pairs, tuples, arrays, optionals, ranges or classes that hold some.
// Managed objects that a thread lets go of while it has a guard end when its outermost guard is
// gone, so that no destructor or cleanup runs under the lock.
//
// Requires: a guard is destroyed by the thread that made it, which holds a shared that keeps the
//   object around the container alive; and makes no second guard for the same container.
// Thread safety: any thread may call read() and write(); readers do not exclude each other.
template <class C>
class traced : private detail::traced_base {
    static_assert(detail::holds_edges<C>(), "handrail: traced<C>: C holds no edges");

public:
    using container_type = C;

    class write_guard;
    class read_guard;

    traced() = default;
    // Effects: starts with a container built from the arguments.
    template <class... A>
    explicit traced(std::in_place_t, A&&... arguments)
        : container_(std::forward<A>(arguments)...) {}
    traced(traced const&) = delete;
    traced& operator=(traced const&) = delete;

    // Blocks while other guards of this container exist.
    write_guard write() { return write_guard(*this); }
    // Blocks while a write guard of this container exists.
    read_guard read() const { return read_guard(*this); }

    // For the collector.
    using detail::traced_base::bind;
    template <class V>
    bool try_walk(V& visitor) const {
        std::shared_lock hold(mutex_, std::try_to_lock);
        if (hold) {
            detail::walk_element(container_, visitor);
        }
        return hold.owns_lock();
    }
    // Requires: the owner is garbage: nobody else can get here.
    template <class V>
    void walk_in_garbage(V& visitor) noexcept {
        detail::walk_element(container_, visitor);
    }

private:
    C container_;
};

// Access for reading and writing, as long as it exists.
template <class C>
class traced<C>::write_guard {
public:
    C& operator*() const noexcept { return whole_.container_; }
    C* operator->() const noexcept { return &whole_.container_; }
    C* get() const noexcept { return &whole_.container_; }

    write_guard(write_guard const&) = delete;
    write_guard& operator=(write_guard const&) = delete;
    ~write_guard() { whole_.touch_owner(); }

private:
    friend class traced;
    explicit write_guard(traced& whole) : whole_(whole), lock_(whole.mutex_) {}

    detail::held_ends ends_;  // goes last: after the unlock
    traced& whole_;
    std::unique_lock<std::shared_mutex> lock_;
};

// Access for reading, as long as it exists.
template <class C>
class traced<C>::read_guard {
public:
    C const& operator*() const noexcept { return whole_.container_; }
    C const* operator->() const noexcept { return &whole_.container_; }
    C const* get() const noexcept { return &whole_.container_; }

    read_guard(read_guard const&) = delete;
    read_guard& operator=(read_guard const&) = delete;
    ~read_guard() = default;

private:
    friend class traced;
    explicit read_guard(traced const& whole) : whole_(whole), lock_(whole.mutex_) {}

    detail::held_ends ends_;  // goes last: after the unlock
    traced const& whole_;
    std::shared_lock<std::shared_mutex> lock_;
};

}  // namespace handrail
