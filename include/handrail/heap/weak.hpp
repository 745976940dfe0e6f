// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// weak<T>: the reference that does not keep its managed object alive. Include
// <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/heap/shared.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <utility>

namespace handrail {

namespace detail {

// From* converts to To* without access to the object, which may have ended: To is not a virtual
// base.
template <class From, class To>
concept static_upcast = requires(To* to) { static_cast<From const volatile*>(to); };

}  // namespace detail

// Refers to a managed object without keeping it alive. It is empty from the moment the object ends,
// before the destructor runs.
//
//     if (auto session = watcher.lock()) { session->ping(); }
//
// It can be a key: ==, std::hash and std::owner_less go by the object that is watched. They do not
// change when the object ends, and while a weak to an object exists, no later object compares equal
// to it.
//
//     std::unordered_map<handrail::weak<session>, std::string> names;
//
// Not promised: access by a weak to a virtual base that was converted while the object was under
//   construction: lock() gives a shared that is not empty but points to null.
// Allocates: nothing, in no member. Complexity: constant, in every member.
// Thread safety: as std::weak_ptr.
template <class T>
class weak {
public:
    // The type of the object that lock() gives access to.
    using element_type = T;

    // Effects: empty. Usable in constant initialisation.
    constexpr weak() noexcept = default;

    // Effects: watches what other owns or watches; a moved weak is left empty. A U* must convert to
    //   a T*.
    weak(weak const& other) noexcept : weak(other.managed(), other.object_) {}
    weak(weak&& other) noexcept : weak(taken{}, other, other.object_) {}
    template <detail::points_to<T> U>
    weak(shared<U> const& other) noexcept : weak(other.header_, other.object_) {}
    template <detail::points_to<T> U>
    weak(weak<U> const& other) noexcept : weak(other.managed(), upcast(other)) {}
    template <detail::points_to<T> U>
    weak(weak<U>&& other) noexcept : weak(taken{}, other, upcast(other)) {}

    // Effects: watches what other watches.
    weak& operator=(weak const& other) noexcept {
        weak(other).swap(*this);
        return *this;
    }
    weak& operator=(weak&& other) noexcept {
        weak(std::move(other)).swap(*this);
        return *this;
    }

    // Effects: as reset().
    ~weak() {
        if (detail::object_header* const held = managed()) {
            if (detail::watching_ends()) [[unlikely]] {
                end_watched();
            }
            detail::release_weak(*held);
        }
    }

    // Returns: a shared that keeps the object alive; an empty one when the object has ended, or is
    //   still under construction. Atomic: while the object is not ending, lock() succeeds. If a
    //   pass of the collector is committing the object, waits for that.
    [[nodiscard]] shared<T> lock() const noexcept {
        detail::object_header* const held = managed();
        return held != nullptr && detail::lock_weak(*held)
                   ? detail::heap_access::adopt_strong(held, object_)
                   : shared<T>();
    }

    // Returns: whether use_count() is 0.
    [[nodiscard]] bool expired() const noexcept { return use_count() == 0; }
    // Returns: how many shared and edges keep the object alive, at some moment during the call; 0
    //   when empty.
    [[nodiscard]] long use_count() const noexcept { return detail::use_count(managed()); }

    // Effects: empty afterwards. Memory of an object that has ended is freed with the last weak.
    void reset() noexcept { weak().swap(*this); }
    // Effects: exchanges what the two watch.
    void swap(weak& other) noexcept {
        std::swap(tagged_, other.tagged_);
        std::swap(object_, other.object_);
        detail::notify_probe_of_change(this, managed(), false);
        detail::notify_probe_of_change(&other, other.managed(), false);
    }
    friend void swap(weak& a, weak& b) noexcept { a.swap(b); }

    // Order, equality and hash by the object that is watched; other is a shared, a weak or an edge.
    // They do not change when the object ends.
    [[nodiscard]] bool owner_before(detail::refers_to_managed auto const& other) const noexcept {
        return detail::managed_before(managed(), detail::heap_access::header_of(other));
    }
    [[nodiscard]] bool owner_equal(detail::refers_to_managed auto const& other) const noexcept {
        return managed() == detail::heap_access::header_of(other);
    }
    [[nodiscard]] std::size_t owner_hash() const noexcept {
        return std::hash<detail::object_header*>{}(managed());
    }

    // For the library, found through ADL: compare_exchange, and the check of arguments.
    friend bool handrail_equivalent(weak const& a, weak const& b) noexcept {
        return a.tagged_ == b.tagged_ && a.object_ == b.object_;
    }
    friend detail::referent handrail_referent(weak const& watched) noexcept {
        return {watched.managed(), {}, false};
    }

private:
    template <class U>
    friend class weak;
    friend struct detail::heap_access;
    struct taken {};

    // Effects: adds a weak reference. Requires: something keeps the header's memory meanwhile.
    weak(detail::object_header* managed, T* object) noexcept
        : tagged_(tag(managed)), object_(object) {
        if (managed != nullptr) {
            detail::add_weak(*managed);
            detail::notify_probe(this, managed, false);
        }
    }
    template <class U>
    weak(taken, weak<U>& from, T* object) noexcept
        : tagged_(std::exchange(from.tagged_, 0)), object_(object) {
        from.object_ = nullptr;
        detail::notify_probe_of_change(&from, nullptr, false);
        detail::notify_probe(this, managed(), false);
    }
    detail::object_header* managed() const noexcept {
        return reinterpret_cast<detail::object_header*>(tagged_ & ~detail::weak_tag);
    }

    template <class U>
    static T* upcast(weak<U> const& other) noexcept {
        if constexpr (detail::static_upcast<U, T>) {
            return other.object_;
        } else {
            return other.lock().get();  // valid as long as this weak can be locked; see above
        }
    }

    // Effects: as shared::end_watched().
    void end_watched() noexcept {
        if (detail::probing()) {
            detail::track::reference_ended(this);
        }
        tagged_ = 0;
        object_ = nullptr;
        detail::keep_stores(this);
    }

    // The tag tells a weak from a shared when raw memory is scanned.
    static std::uintptr_t tag(detail::object_header* managed) noexcept {
        return managed != nullptr ? detail::as_integer(managed) | detail::weak_tag : 0;
    }

    std::uintptr_t tagged_ = 0;  // the address of the header, with weak_tag; 0 when empty
    T* object_ = nullptr;
};

template <class T>
weak(shared<T> const&) -> weak<T>;

// Equal when both watch the same object, whichever part of it they point to; or when both are
// empty.
template <class T, class U>
bool operator==(weak<T> const& a, weak<U> const& b) noexcept {
    return a.owner_equal(b);
}

// Effects: writes an address that is the same for all weak to one object.
template <class C, class Traits, class T>
std::basic_ostream<C, Traits>& operator<<(std::basic_ostream<C, Traits>& out, weak<T> const& w) {
    return out << static_cast<void const*>(detail::heap_access::header_of(w));
}

}  // namespace handrail

// owner_hash(), to match ==.
template <class T>
struct std::hash<handrail::weak<T>> {
    std::size_t operator()(handrail::weak<T> const& w) const noexcept { return w.owner_hash(); }
};

template <class T>
struct std::owner_less<handrail::weak<T>> : handrail::detail::owner_order {};
