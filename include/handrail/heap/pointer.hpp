// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// shared<T>: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/heap/object_header.hpp>

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

// shared and weak.
template <class R>
concept refers_to_managed = requires(R const& r) {
    { r.managed() } -> std::same_as<object_header*>;
};

// Tells an active probe that a counted reference was built here.
inline void note_reference(void const* reference, object_header const* managed,
                           bool strong) noexcept {
    if (probing() && managed != nullptr) {
        track::note_reference(reference, managed, managed->operations->type->name(), strong);
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

// Orders shared and weak, mixed, by what they keep alive or watch.
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

// Owns a managed object together with other shared, or is empty. Has std::shared_ptr's members, but
// for those that would take over a pointer made elsewhere, and those of arrays; docs/heap.md has a
// table of the two.
template <class T>
class shared {
public:
    using element_type = T;
    using weak_type = weak<T>;

    constexpr shared() noexcept = default;
    constexpr shared(std::nullptr_t) noexcept {}
    // Effects: takes over one strong reference to the block. For the library.
    shared(detail::object_header* managed, T* object) noexcept : header_(managed), object_(object) {
        detail::note_reference(this, header_, true);
    }

    shared(shared const& other) noexcept : shared(retained(other.header_), other.object_) {}
    shared(shared&& other) noexcept
        : shared(std::exchange(other.header_, nullptr), std::exchange(other.object_, nullptr)) {}
    template <detail::points_to<T> U>
    shared(shared<U> const& other) noexcept : shared(retained(other.header_), other.object_) {}
    template <detail::points_to<T> U>
    shared(shared<U>&& other) noexcept
        : shared(std::exchange(other.header_, nullptr), std::exchange(other.object_, nullptr)) {}

    // Aliases: keeps owner's object alive and points to part, a member of it, say.
    template <class U>
    shared(shared<U> const& owner, T* part) noexcept : shared(retained(owner.header_), part) {}
    template <class U>
    shared(shared<U>&& owner, T* part) noexcept
        : shared(std::exchange(owner.header_, nullptr), part) {
        owner.object_ = nullptr;
    }

    // Errors: throws std::bad_weak_ptr when the object has ended.
    template <detail::points_to<T> U>
    explicit shared(weak<U> const& other) : shared(other.lock()) {
        if (header_ == nullptr) {
            throw std::bad_weak_ptr();
        }
    }

    shared& operator=(shared const& other) noexcept {
        shared(other).swap(*this);
        return *this;
    }
    shared& operator=(shared&& other) noexcept {
        shared(std::move(other)).swap(*this);
        return *this;
    }

    ~shared() {
        if (detail::object_header* const held = header_) {
            if (detail::wiping()) [[unlikely]] {
                wipe();
            }
            detail::release_strong(*held);
        }
    }

    // Effects: lets go; the object ends if this was the last reference.
    void reset() noexcept { shared().swap(*this); }
    void swap(shared& other) noexcept {
        std::swap(header_, other.header_);
        std::swap(object_, other.object_);
    }
    friend void swap(shared& a, shared& b) noexcept { a.swap(b); }

    T* get() const noexcept { return object_; }
    std::add_lvalue_reference_t<T> operator*() const noexcept
        requires(!std::is_void_v<T>)
    {
        return *object_;
    }
    T* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

    // Returns: how many shared keep the object alive; a snapshot. 0 for an empty one.
    long use_count() const noexcept { return detail::use_count(header_); }

    // Order and equality by the object kept alive, not by the address pointed to: aliases of one
    // object are equal.
    bool owner_before(detail::refers_to_managed auto const& other) const noexcept {
        return detail::managed_before(header_, other.managed());
    }
    bool owner_equal(detail::refers_to_managed auto const& other) const noexcept {
        return header_ == other.managed();
    }
    std::size_t owner_hash() const noexcept { return std::hash<detail::object_header*>{}(header_); }

    // For the library.
    detail::object_header* managed() const noexcept { return header_; }
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

    // Effects: what is left in memory is no reference, for those who look at bytes. Before the
    //   release, which may end the memory that this lies in.
    void wipe() noexcept {
        header_ = nullptr;
        object_ = nullptr;
        asm volatile("" : : "r"(this) : "memory");  // else nobody could see the stores
    }

    static detail::object_header* retained(detail::object_header* managed) noexcept {
        if (managed != nullptr) {
            detail::add_strong(*managed);
        }
        return managed;
    }

    detail::object_header* header_ = nullptr;
    T* object_ = nullptr;
};

template <class T>
shared(weak<T>) -> shared<T>;

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

// For boost::mem_fn and its like.
template <class T>
T* get_pointer(shared<T> const& s) noexcept {
    return s.get();
}

template <class T, class U>
shared<T> static_pointer_cast(shared<U> from) noexcept {
    T* const object = static_cast<T*>(from.get());
    return shared<T>(std::move(from), object);
}
template <class T, class U>
shared<T> const_pointer_cast(shared<U> from) noexcept {
    T* const object = const_cast<T*>(from.get());
    return shared<T>(std::move(from), object);
}
template <class T, class U>
shared<T> reinterpret_pointer_cast(shared<U> from) noexcept {
    T* const object = reinterpret_cast<T*>(from.get());
    return shared<T>(std::move(from), object);
}
// Returns: an empty shared when the object is no T; from, when moved, is left as it was then.
template <class T, class U>
shared<T> dynamic_pointer_cast(shared<U>&& from) noexcept {
    T* const object = dynamic_cast<T*>(from.get());
    return object != nullptr ? shared<T>(std::move(from), object) : shared<T>();
}
template <class T, class U>
shared<T> dynamic_pointer_cast(shared<U> const& from) noexcept {
    T* const object = dynamic_cast<T*>(from.get());
    return object != nullptr ? shared<T>(from, object) : shared<T>();
}

// Returns: a std::shared_ptr that holds one reference of this library's; one that owns nothing when
//   from owns nothing.
// Allocates: its control block; throws std::bad_alloc.
template <class T>
std::shared_ptr<T> to_std(shared<T> from) {
    T* const object = from.get();
    if (from.managed() == nullptr) {
        return std::shared_ptr<T>(std::shared_ptr<void>(), object);
    }
    // The reference is given up with the last std::shared_ptr; a std::weak_ptr may keep the holder.
    return std::shared_ptr<T>(object, [held = std::move(from)](T*) mutable { held.reset(); });
}

}  // namespace handrail

template <class T>
struct std::hash<handrail::shared<T>> {
    std::size_t operator()(handrail::shared<T> const& s) const noexcept {
        return std::hash<T*>{}(s.get());
    }
};

template <class T>
struct std::owner_less<handrail::shared<T>> : handrail::detail::owner_order {};
