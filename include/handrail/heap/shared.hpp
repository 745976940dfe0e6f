// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// shared<T>: the owning reference to a managed object. Include <handrail/shared.hpp>, which
// explains managed objects.

#pragma once

#include <handrail/detail/heap/access.hpp>
#include <handrail/detail/heap/object_header.hpp>
#include <handrail/detail/track/probe.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

namespace handrail {

namespace detail {

extern HANDRAIL_API owner_type const managed_owner;

template <class From, class To>
concept points_to = std::convertible_to<From*, To*>;

// The hook to call when a counted reference is constructed: an active probe records it.
inline void notify_probe(void const* reference, object_header const* managed,
                         bool strong) noexcept {
    if (probing() && managed != nullptr) {
        track::reference_built(reference, managed, managed->operations->type->name(), strong);
    }
}

// The same when a counted reference that exists refers to something else: to nothing if managed is
// null.
inline void notify_probe_of_change(void const* reference, object_header const* managed,
                                   bool strong) noexcept {
    if (probing()) [[unlikely]] {
        track::reference_ended(reference);
        notify_probe(reference, managed, strong);
    }
}

inline bool managed_before(object_header const* a, object_header const* b) noexcept {
    return std::less<>{}(a, b);
}

template <class T, class U>
std::strong_ordering compare_addresses(T* a, U* b) noexcept {
    // libstdc++ 12 compares pointers of two types without converting them to one.
    using common = std::common_type_t<T*, U*>;
    return std::compare_three_way{}(static_cast<common>(a), static_cast<common>(b));
}

// std::owner_less: orders shared, weak and edge objects, in any mix, by the managed object.
struct owner_order {
    using is_transparent = void;
    bool operator()(refers_to_managed auto const& a,
                    refers_to_managed auto const& b) const noexcept {
        return a.owner_before(b);
    }
};

}  // namespace detail

template <class T>
class weak;

// Owns a managed object together with other shared objects, or is empty. It has the members of
// std::shared_ptr, but for those that take over a pointer made elsewhere, and those of arrays;
// docs/heap.md has a table of the two.
//
//     auto topic = handrail::make<room>("lunch");                 // owns a room
//     handrail::shared<room> other = topic;                       // the same room
//     handrail::shared<std::string> name(topic, &topic->name);    // an alias: keeps the room alive
//     topic.reset();                                              // the room lives on
//
// Allocates: nothing, in no member. Complexity: constant, in every member; but the end of the
//   object runs user code.
// Thread safety: as std::shared_ptr: distinct objects by distinct threads, also when they own the
//   same managed object; one by one thread at a time.
template <class T>
class shared {
public:
    // The type that get() points to, and the weak reference to it, named as in std::shared_ptr.
    using element_type = T;
    using weak_type = weak<T>;

    // Effects: empty; owns nothing and points to nothing. Usable in constant initialisation.
    constexpr shared() noexcept = default;
    constexpr shared(std::nullptr_t) noexcept {}

    // Effects: owns and points to what other does; a moved other is left empty. A U* must convert
    //   to a T*.
    shared(shared const& other) noexcept
        : shared(detail::with_strong_added(other.header_), other.object_) {}
    shared(shared&& other) noexcept : shared(other.take_header(), other.take_object()) {}
    template <detail::points_to<T> U>
    shared(shared<U> const& other) noexcept
        : shared(detail::with_strong_added(other.header_), other.object_) {}
    template <detail::points_to<T> U>
    shared(shared<U>&& other) noexcept : shared(other.take_header(), other.take_object()) {}

    // Aliases. Effects: keeps the object of owner alive, and points to part: a member of it, say. A
    //   moved owner is left empty.
    template <class U>
    shared(shared<U> const& owner, T* part) noexcept
        : shared(detail::with_strong_added(owner.header_), part) {}
    template <class U>
    shared(shared<U>&& owner, T* part) noexcept : shared(owner.take_header(), part) {
        owner.object_ = nullptr;
    }

    // Effects: as other.lock(). Errors: throws std::bad_weak_ptr when the object has ended.
    template <detail::points_to<T> U>
    explicit shared(weak<U> const& other) : shared(other.lock()) {
        if (header_ == nullptr) {
            throw std::bad_weak_ptr();
        }
    }

    // Effects: owns and points to what other does. What it owned before is released as by reset().
    shared& operator=(shared const& other) noexcept {
        shared(other).swap(*this);
        return *this;
    }
    shared& operator=(shared&& other) noexcept {
        shared(std::move(other)).swap(*this);
        return *this;
    }

    // Effects: as reset().
    ~shared() {
        if (detail::object_header* const held = header_) {
            if (detail::watching_ends()) [[unlikely]] {
                end_watched();
            }
            detail::release_strong(*held);
        }
    }

    // Effects: empty afterwards. If this was the last reference, the object ends: weak references
    //   are empty, the destructor runs, then the cleanups. Inside the end of another object this
    //   happens before the outermost release on the thread returns. Leaves errno alone.
    void reset() noexcept { shared().swap(*this); }

    // Effects: exchanges what the two own and point to.
    void swap(shared& other) noexcept {
        std::swap(header_, other.header_);
        std::swap(object_, other.object_);
        detail::notify_probe_of_change(this, header_, true);
        detail::notify_probe_of_change(&other, other.header_, true);
    }
    friend void swap(shared& a, shared& b) noexcept { a.swap(b); }

    // Returns: what it points to; null when empty. Requires, for * and ->: not null.
    T* get() const noexcept { return object_; }
    std::add_lvalue_reference_t<T> operator*() const noexcept
        requires(!std::is_void_v<T>)
    {
        return *object_;
    }
    T* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

    // Returns: how many shared and edges keep the object alive, at some moment during the call; 0
    //   when empty.
    [[nodiscard]] long use_count() const noexcept { return detail::use_count(header_); }

    // Order, equality and hash by the object that is owned, not by the address pointed to: all
    // aliases of one object are equal. other is a shared, a weak or an edge.
    [[nodiscard]] bool owner_before(detail::refers_to_managed auto const& other) const noexcept {
        return detail::managed_before(header_, detail::heap_access::header_of(other));
    }
    [[nodiscard]] bool owner_equal(detail::refers_to_managed auto const& other) const noexcept {
        return header_ == detail::heap_access::header_of(other);
    }
    [[nodiscard]] std::size_t owner_hash() const noexcept {
        return std::hash<detail::object_header*>{}(header_);
    }

    // For the library, found through ADL: compare_exchange, add_cleanup, and the check of
    // arguments.
    friend bool handrail_equivalent(shared const& a, shared const& b) noexcept {
        return a.header_ == b.header_ && a.object_ == b.object_;
    }
    friend detail::owner_view handrail_owner(shared const& owner) noexcept {
        if (owner.header_ == nullptr) {
            return {nullptr, {}, &detail::managed_owner, nullptr};
        }
        detail::object_header& managed = *owner.header_;
        return {&managed.cleanups, managed.object(), &detail::managed_owner, &managed};
    }
    friend detail::referent handrail_referent(shared const& held) noexcept {
        return held.header_ != nullptr
                   ? detail::referent{held.header_, held.header_->object(), true}
                   : detail::referent{};
    }

private:
    template <class U>
    friend class shared;
    template <class U>
    friend class weak;
    friend struct detail::heap_access;

    // Effects: takes over one strong reference.
    shared(detail::object_header* managed, T* object) noexcept : header_(managed), object_(object) {
        detail::notify_probe(this, header_, true);
    }
    detail::object_header* managed() const noexcept { return header_; }
    detail::object_header* take_header() noexcept {
        detail::notify_probe_of_change(this, nullptr, true);
        return std::exchange(header_, nullptr);
    }
    T* take_object() noexcept { return std::exchange(object_, nullptr); }

    // Effects: tells an active probe of the end, and overwrites the reference in memory, so that a
    //   later scan of memory does not take it for one. Called before the release, which may free
    //   the memory that this lies in.
    void end_watched() noexcept {
        if (detail::probing()) {
            detail::track::reference_ended(this);
        }
        header_ = nullptr;
        object_ = nullptr;
        detail::keep_stores(this);
    }

    detail::object_header* header_ = nullptr;
    T* object_ = nullptr;
};

template <class T>
shared(weak<T>) -> shared<T>;

// Comparisons, as std::shared_ptr's: by get().
template <class T, class U>
bool operator==(shared<T> const& a, shared<U> const& b) noexcept {
    return a.get() == b.get();
}
template <class T>
bool operator==(shared<T> const& a, std::nullptr_t) noexcept {
    return a.get() == nullptr;
}
template <class T, class U>
std::strong_ordering operator<=>(shared<T> const& a, shared<U> const& b) noexcept {
    return detail::compare_addresses(a.get(), b.get());
}
template <class T>
std::strong_ordering operator<=>(shared<T> const& a, std::nullptr_t) noexcept {
    return detail::compare_addresses(a.get(), static_cast<T*>(nullptr));
}

// Effects: writes get().
template <class C, class Traits, class T>
std::basic_ostream<C, Traits>& operator<<(std::basic_ostream<C, Traits>& out, shared<T> const& s) {
    return out << s.get();
}

// For boost::mem_fn and the like.
template <class T>
T* get_pointer(shared<T> const& s) noexcept {
    return s.get();
}

// Casts, as the standard library's. Effects: casts get(). Returns: an alias that owns what from
//   owns; a moved from is left empty.
template <class T, class U>
[[nodiscard]] shared<T> static_pointer_cast(shared<U> from) noexcept {
    T* const object = static_cast<T*>(from.get());
    return shared<T>(std::move(from), object);
}
template <class T, class U>
[[nodiscard]] shared<T> const_pointer_cast(shared<U> from) noexcept {
    T* const object = const_cast<T*>(from.get());
    return shared<T>(std::move(from), object);
}
template <class T, class U>
[[nodiscard]] shared<T> reinterpret_pointer_cast(shared<U> from) noexcept {
    T* const object = reinterpret_cast<T*>(from.get());
    return shared<T>(std::move(from), object);
}
// Returns: an empty shared when the object is not a T; then a moved from is unchanged.
template <class T, class U>
[[nodiscard]] shared<T> dynamic_pointer_cast(shared<U>&& from) noexcept {
    T* const object = dynamic_cast<T*>(from.get());
    return object != nullptr ? shared<T>(std::move(from), object) : shared<T>();
}
template <class T, class U>
[[nodiscard]] shared<T> dynamic_pointer_cast(shared<U> const& from) noexcept {
    T* const object = dynamic_cast<T*>(from.get());
    return object != nullptr ? shared<T>(from, object) : shared<T>();
}

// A bridge to code that takes a std::shared_ptr. Nothing leads back.
//
//     library_that_wants(handrail::to_std(session));
//
// Returns: a std::shared_ptr that points to what from does. It and its copies own one reference to
//   the managed object between them, which is released with the last one. It owns nothing when from
//   owns nothing.
// Allocates: a control block. Errors: throws std::bad_alloc.
template <class T>
[[nodiscard]] std::shared_ptr<T> to_std(shared<T> from) {
    T* const object = from.get();
    if (detail::heap_access::header_of(from) == nullptr) {
        return std::shared_ptr<T>(std::shared_ptr<void>(), object);
    }
    // Released with the last std::shared_ptr: a std::weak_ptr may keep the deleter, and what it
    // holds, for longer.
    return std::shared_ptr<T>(object, [held = std::move(from)](T*) mutable { held.reset(); });
}

}  // namespace handrail

// Hash of get(), to match ==.
template <class T>
struct std::hash<handrail::shared<T>> {
    std::size_t operator()(handrail::shared<T> const& s) const noexcept {
        return std::hash<T*>{}(s.get());
    }
};

template <class T>
struct std::owner_less<handrail::shared<T>> : handrail::detail::owner_order {};
