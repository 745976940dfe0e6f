// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edge<T>: the owning reference inside a managed object that the collector can read. Include
// <handrail/shared.hpp>, which explains managed objects; docs/collector.md explains cycles.

#pragma once

#include <handrail/detail/heap/edge_base.hpp>
#include <handrail/heap/shared.hpp>

#include <compare>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

namespace handrail {

// An owning reference from one managed object to another, which the collector can read.
//
//     struct session {
//         handrail::edge<room> where;
//         handrail::traced<std::vector<handrail::edge<session>>> friends;
//         using managed_edges = handrail::edges<&session::where, &session::friends>;
//     };
//     session->where = lobby;                               // assign a shared
//     handrail::shared<room> const held = session->where;   // convert to a shared
//
// Use one in each member that may be part of a cycle. Outside of managed objects, or if
// managed_edges does not name it, an edge is like a shared: its target counts as reachable.
//
// Requires, for every member: the thread that uses an edge holds a shared from which the object
//   that contains the edge is reachable.
// Allocates: nothing, in no member. Complexity: constant, in every member; but the end of a target
//   runs user code.
// Thread safety: distinct edges may be used by distinct threads; one edge by one thread at a time.
//   The collector may read it at any time.
template <class T>
class edge : public detail::edge_base {
public:
    // The type of the object that the edge refers to.
    using element_type = T;

    // Effects: null. Usable in constant initialisation.
    constexpr edge() noexcept = default;
    constexpr edge(std::nullptr_t) noexcept {}

    // Effects: refers to what other refers to, with a reference of its own; a moved edge is left
    //   null, and its reference taken over. A U* must convert to a T*.
    template <detail::points_to<T> U>
    edge(shared<U> const& other) noexcept {
        set(detail::with_strong_added(detail::heap_access::header_of(other)), other.get());
    }
    edge(edge const& other) noexcept {
        set(detail::with_strong_added(other.managed()), other.object_);
    }
    template <detail::points_to<T> U>
    edge(edge<U> const& other) noexcept {
        set(detail::with_strong_added(detail::heap_access::header_of(other)), other.get());
    }
    edge(edge&& other) noexcept {
        T* const object = std::exchange(other.object_, nullptr);
        set(other.take(), object);
    }
    template <detail::points_to<T> U>
    edge(edge<U>&& other) noexcept {
        T* const object = std::exchange(other.object_, nullptr);
        set(other.take(), object);
    }

    // Effects: as reset().
    ~edge() {
        if (detail::watching_ends()) [[unlikely]] {
            detail::notify_probe_of_change(this, nullptr, true);
            object_ = nullptr;
            detail::keep_stores(this);
        }
    }

    // Effects: as construction; then the old target is released, which may end it, and with it the
    //   object that contains this edge. A shared keeps its own reference, even if it is a
    //   temporary.
    edge& operator=(edge const& other) noexcept {
        replace(detail::with_strong_added(other.managed()), other.object_);
        return *this;
    }
    edge& operator=(edge&& other) noexcept {
        if (this != &other) {
            T* const object = std::exchange(other.object_, nullptr);
            replace(other.take(), object);
        }
        return *this;
    }
    template <detail::points_to<T> U>
    edge& operator=(edge<U>&& other) noexcept {
        T* const object = std::exchange(other.object_, nullptr);
        replace(other.take(), object);
        return *this;
    }
    template <detail::points_to<T> U>
    edge& operator=(edge<U> const& other) noexcept {
        replace(detail::with_strong_added(detail::heap_access::header_of(other)), other.get());
        return *this;
    }
    template <detail::points_to<T> U>
    edge& operator=(shared<U> const& other) noexcept {
        replace(detail::with_strong_added(detail::heap_access::header_of(other)), other.get());
        return *this;
    }
    edge& operator=(std::nullptr_t) noexcept {
        reset();
        return *this;
    }

    // Effects: null afterwards; releases the target.
    void reset() noexcept { replace(nullptr, nullptr); }
    // Effects: exchanges the targets.
    void swap(edge& other) noexcept {
        edge held(std::move(other));
        other = std::move(*this);
        *this = std::move(held);
    }
    friend void swap(edge& a, edge& b) noexcept { a.swap(b); }

    // Returns: the target; null if there is none. Requires, for * and ->: not null.
    T* get() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

    // Returns: how many shared and edges keep the target alive, at some moment during the call; 0
    //   when null.
    [[nodiscard]] long use_count() const noexcept { return detail::use_count(managed()); }

    // Order, equality and hash by the object that is referred to; other is a shared, a weak or an
    // edge.
    [[nodiscard]] bool owner_before(detail::refers_to_managed auto const& other) const noexcept {
        return detail::managed_before(managed(), detail::heap_access::header_of(other));
    }
    [[nodiscard]] bool owner_equal(detail::refers_to_managed auto const& other) const noexcept {
        return managed() == detail::heap_access::header_of(other);
    }
    [[nodiscard]] std::size_t owner_hash() const noexcept {
        return std::hash<detail::object_header*>{}(managed());
    }

    // Returns: a shared for the same object, with a reference of its own.
    operator shared<T>() const noexcept { return to_shared<T>(); }
    template <class U>
        requires(detail::points_to<T, U> && !std::is_same_v<T, U>)
    operator shared<U>() const noexcept {
        return to_shared<U>();
    }

    // For the library, found through ADL: the check of arguments.
    friend detail::referent handrail_referent(edge const& held) noexcept {
        detail::object_header const* const target = held.managed();
        return target != nullptr ? detail::referent{target, target->object(), true}
                                 : detail::referent{};
    }

private:
    template <class U>
    friend class edge;
    friend struct detail::heap_access;

    template <class U>
    shared<U> to_shared() const noexcept {
        return detail::heap_access::adopt_strong<U>(detail::with_strong_added(managed()), object_);
    }
    void set(detail::object_header* target, T* object) noexcept {
        object_ = object;
        edge_base::set(target);
        detail::notify_probe(this, target, true);
    }
    // The exchange comes last: it may end the edge itself.
    void replace(detail::object_header* target, T* object) noexcept {
        object_ = object;
        detail::notify_probe_of_change(this, target, true);
        edge_base::replace(target);
    }
    detail::object_header* take() noexcept {
        detail::notify_probe_of_change(this, nullptr, true);
        return edge_base::take();
    }
    // Requires: the object around the edge is garbage.
    void clear_in_garbage() noexcept {
        object_ = nullptr;
        edge_base::clear_in_garbage();
    }

    T* object_ = nullptr;
};

template <class T>
edge(shared<T>) -> edge<T>;

// Comparisons, as std::shared_ptr's: by get(), also with a shared.
template <class T, class U>
bool operator==(edge<T> const& a, edge<U> const& b) noexcept {
    return a.get() == b.get();
}
template <class T, class U>
bool operator==(edge<T> const& a, shared<U> const& b) noexcept {
    return a.get() == b.get();
}
template <class T>
bool operator==(edge<T> const& a, std::nullptr_t) noexcept {
    return a.get() == nullptr;
}
template <class T, class U>
std::strong_ordering operator<=>(edge<T> const& a, edge<U> const& b) noexcept {
    return detail::compare_addresses(a.get(), b.get());
}
template <class T, class U>
std::strong_ordering operator<=>(edge<T> const& a, shared<U> const& b) noexcept {
    return detail::compare_addresses(a.get(), b.get());
}
template <class T>
std::strong_ordering operator<=>(edge<T> const& a, std::nullptr_t) noexcept {
    return detail::compare_addresses(a.get(), static_cast<T*>(nullptr));
}

// Effects: writes get().
template <class C, class Traits, class T>
std::basic_ostream<C, Traits>& operator<<(std::basic_ostream<C, Traits>& out, edge<T> const& e) {
    return out << e.get();
}

}  // namespace handrail

// Hash of get(), to match ==.
template <class T>
struct std::hash<handrail::edge<T>> {
    std::size_t operator()(handrail::edge<T> const& e) const noexcept {
        return std::hash<T*>{}(e.get());
    }
};

template <class T>
struct std::owner_less<handrail::edge<T>> : handrail::detail::owner_order {};
