// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// weak<T>: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/heap/pointer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <utility>

namespace handrail {

namespace detail {

// Whether From* becomes To* without a look at the object, which may have ended: no virtual base.
template <class From, class To>
concept static_upcast = requires(To* to) { static_cast<From const volatile*>(to); };

}  // namespace detail

// Refers to a managed object without keeping it alive. It is empty from the moment the object ends,
// before its destructor runs.
//
//     if (auto session = watcher.lock()) { session->ping(); }
//
// It can be a key: == and std::hash go by the object that it watches, as the order of
// std::owner_less does. They do not change when the object ends, and no later object compares equal
// to one that has ended while a weak to that one exists.
//
//     std::unordered_map<handrail::weak<session>, std::string> names;
template <class T>
class weak {
public:
    using element_type = T;

    constexpr weak() noexcept = default;
    // Effects: adds a weak reference. Requires: the block's memory is held. For the library.
    weak(detail::object_header* managed, T* object) noexcept
        : tagged_(tag(managed)), object_(object) {
        if (managed != nullptr) {
            detail::add_weak(*managed);
            detail::note_reference(this, managed, false);
        }
    }
    weak(weak const& other) noexcept : weak(other.managed(), other.object_) {}
    weak(weak&& other) noexcept : weak(taken{}, other, other.object_) {}
    template <detail::points_to<T> U>
    weak(shared<U> const& other) noexcept : weak(other.header_, other.object_) {}
    template <detail::points_to<T> U>
    weak(weak<U> const& other) noexcept : weak(other.managed(), upcast(other)) {}
    template <detail::points_to<T> U>
    weak(weak<U>&& other) noexcept : weak(taken{}, other, upcast(other)) {}

    weak& operator=(weak const& other) noexcept {
        weak(other).swap(*this);
        return *this;
    }
    weak& operator=(weak&& other) noexcept {
        weak(std::move(other)).swap(*this);
        return *this;
    }
    ~weak() {
        if (detail::object_header* const held = managed()) {
            if (detail::wiping()) [[unlikely]] {
                wipe();
            }
            detail::release_weak(*held);
        }
    }

    // Returns: the object, kept alive; or an empty shared. Atomic against the object's end.
    shared<T> lock() const noexcept {
        detail::object_header* const held = managed();
        return held != nullptr && detail::lock_weak(*held) ? shared<T>(held, object_) : shared<T>();
    }
    bool expired() const noexcept { return use_count() == 0; }
    // Returns: how many shared keep the object alive; a snapshot.
    long use_count() const noexcept { return detail::use_count(managed()); }

    void reset() noexcept { weak().swap(*this); }
    void swap(weak& other) noexcept {
        std::swap(tagged_, other.tagged_);
        std::swap(object_, other.object_);
    }
    friend void swap(weak& a, weak& b) noexcept { a.swap(b); }

    // As shared's; they do not change when the object ends.
    bool owner_before(detail::refers_to_managed auto const& other) const noexcept {
        return detail::managed_before(managed(), other.managed());
    }
    bool owner_equal(detail::refers_to_managed auto const& other) const noexcept {
        return managed() == other.managed();
    }
    std::size_t owner_hash() const noexcept {
        return std::hash<detail::object_header*>{}(managed());
    }

    // For the library.
    detail::object_header* managed() const noexcept {
        return reinterpret_cast<detail::object_header*>(tagged_ & ~detail::weak_tag);
    }

    friend bool handrail_equivalent(weak const& a, weak const& b) noexcept {
        return a.tagged_ == b.tagged_ && a.object_ == b.object_;
    }

    friend detail::referent handrail_referent(weak const& watched) noexcept {
        return {watched.managed(), {}, false};
    }

private:
    template <class U>
    friend class weak;
    struct taken {};

    template <class U>
    weak(taken, weak<U>& from, T* object) noexcept
        : tagged_(std::exchange(from.tagged_, 0)), object_(object) {
        from.object_ = nullptr;
        detail::note_reference(this, managed(), false);
    }

    template <class U>
    static T* upcast(weak<U> const& other) noexcept {
        if constexpr (detail::static_upcast<U, T>) {
            return other.object_;
        } else {
            return other.lock().get();  // stays good for as long as this weak can be locked
        }
    }

    // Effects: as shared's.
    void wipe() noexcept {
        tagged_ = 0;
        object_ = nullptr;
        asm volatile("" : : "r"(this) : "memory");
    }

    // Lets a look at raw bytes tell a weak from a shared.
    static std::uintptr_t tag(detail::object_header* managed) noexcept {
        return managed != nullptr ? detail::as_integer(managed) | detail::weak_tag : 0;
    }

    std::uintptr_t tagged_ = 0;
    T* object_ = nullptr;
};

template <class T>
weak(shared<T> const&) -> weak<T>;

// By the object that is watched, not by the part of it that is pointed to.
template <class T, class U>
bool operator==(weak<T> const& a, weak<U> const& b) noexcept {
    return a.owner_equal(b);
}

// Effects: writes an address that is the same for all weak to one object.
template <class C, class Traits, class T>
std::basic_ostream<C, Traits>& operator<<(std::basic_ostream<C, Traits>& out, weak<T> const& w) {
    return out << static_cast<void const*>(w.managed());
}

}  // namespace handrail

template <class T>
struct std::hash<handrail::weak<T>> {
    std::size_t operator()(handrail::weak<T> const& w) const noexcept { return w.owner_hash(); }
};

template <class T>
struct std::owner_less<handrail::weak<T>> : handrail::detail::owner_order {};
