// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edge<T>: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/heap/edge_base.hpp>
#include <handrail/heap/pointer.hpp>

#include <compare>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

namespace handrail {

// An owning reference from one managed object to another, which the collector sees.
//
//     struct session {
//         handrail::edge<room> where;
//         handrail::traced<std::vector<handrail::edge<session>>> friends;
//         using managed_edges = handrail::edges<&session::where, &session::friends>;
//     };
//     session->where = lobby;                          // assign from shared
//     handrail::shared<room> const held = session->where;   // convert to shared
//
// Requires: the thread that works on an edge holds a shared from which the edge's object is
//   reachable. Outside of managed objects, or when managed_edges does not name it, an edge is
//   merely a shared: what it refers to counts as reachable.
// Thread safety: distinct edges may be used by distinct threads; one edge by one thread at a time.
template <class T>
class edge : public detail::edge_base {
public:
    using element_type = T;

    constexpr edge() noexcept = default;
    constexpr edge(std::nullptr_t) noexcept {}
    template <detail::points_to<T> U>
    edge(shared<U> const& other) noexcept {
        begin(counted(other.managed()), other.get());
    }
    edge(edge const& other) noexcept { begin(counted(other.managed()), other.object_); }
    template <detail::points_to<T> U>
    edge(edge<U> const& other) noexcept {
        begin(counted(other.managed()), other.get());
    }
    edge(edge&& other) noexcept {
        T* const object = std::exchange(other.object_, nullptr);
        begin(other.take(), object);
    }

    edge& operator=(edge const& other) noexcept {
        replace(counted(other.managed()), other.object_);
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
    edge& operator=(edge<U> const& other) noexcept {
        replace(counted(other.managed()), other.get());
        return *this;
    }
    // The shared keeps its reference, also when it is a temporary.
    template <detail::points_to<T> U>
    edge& operator=(shared<U> const& other) noexcept {
        replace(counted(other.managed()), other.get());
        return *this;
    }
    edge& operator=(std::nullptr_t) noexcept {
        reset();
        return *this;
    }

    void reset() noexcept { replace(nullptr, nullptr); }
    void swap(edge& other) noexcept {
        edge held(std::move(other));
        other = std::move(*this);
        *this = std::move(held);
    }
    friend void swap(edge& a, edge& b) noexcept { a.swap(b); }

    T* get() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }
    long use_count() const noexcept { return detail::use_count(managed()); }

    // As shared's.
    bool owner_before(detail::refers_to_managed auto const& other) const noexcept {
        return detail::managed_before(managed(), other.managed());
    }
    bool owner_equal(detail::refers_to_managed auto const& other) const noexcept {
        return managed() == other.managed();
    }
    std::size_t owner_hash() const noexcept {
        return std::hash<detail::object_header*>{}(managed());
    }

    // Returns: a root for the same object.
    operator shared<T>() const noexcept { return root<T>(); }
    template <class U>
        requires(detail::points_to<T, U> && !std::is_same_v<T, U>)
    operator shared<U>() const noexcept {
        return root<U>();
    }

    // For the collector.
    void clear_in_garbage() noexcept {
        object_ = nullptr;
        edge_base::clear_in_garbage();
    }

    friend detail::referent handrail_referent(edge const& held) noexcept {
        detail::object_header const* const target = held.managed();
        return target != nullptr ? detail::referent{target, target->object(), true}
                                 : detail::referent{};
    }

private:
    template <class U>
    friend class edge;

    template <class U>
    shared<U> root() const noexcept {
        return shared<U>(counted(managed()), object_);
    }
    void begin(detail::object_header* target, T* object) noexcept {
        object_ = object;
        edge_base::begin(target);
        detail::note_reference(this, target, true);
    }
    // The object first: the exchange may end the edge itself.
    void replace(detail::object_header* target, T* object) noexcept {
        object_ = object;
        edge_base::replace(target);
    }

    T* object_ = nullptr;
};

template <class T>
edge(shared<T>) -> edge<T>;

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

template <class T>
struct std::hash<handrail::edge<T>> {
    std::size_t operator()(handrail::edge<T> const& e) const noexcept {
        return std::hash<T*>{}(e.get());
    }
};

template <class T>
struct std::owner_less<handrail::edge<T>> : handrail::detail::owner_order {};
