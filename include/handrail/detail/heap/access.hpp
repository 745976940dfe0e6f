// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// heap_access: the only way to the private parts of shared, weak, edge, traced and heap. It is for
// the library: nothing that it returns is part of the public interface.

#pragma once

#include <concepts>

namespace handrail {

class heap;
template <class T>
class shared;
template <class T>
class weak;

namespace detail {

class edge_reader;
struct heap_state;
struct object_header;

struct heap_access {
    // Returns: the header of the managed object; null for an empty reference.
    template <class R>
    static auto header_of(R const& reference) noexcept -> decltype(reference.managed()) {
        return reference.managed();
    }

    // Effects: takes over one strong reference.
    template <class T>
    static shared<T> adopt_strong(object_header* managed, T* object) noexcept {
        return shared<T>(managed, object);
    }
    // Effects: adds a weak reference. Requires: something keeps the header's memory meanwhile.
    template <class T>
    static weak<T> add_weak(object_header* managed, T* object) noexcept {
        return weak<T>(managed, object);
    }

    template <class Heap>
    static heap_state& state_of(Heap const& owner) noexcept {
        return *owner.state_;
    }

    // For the collector's visitors: the operations of edges and traced containers.
    template <class Edge>
    static void read(Edge const& from, edge_reader& reader) {
        from.read(reader);
    }
    template <class Edge>
    static void clear_in_garbage(Edge& of_garbage) noexcept {
        of_garbage.clear_in_garbage();
    }
    template <class Traced, class Visitor>
    static bool try_walk(Traced const& container, Visitor& visitor) {
        return container.try_walk(visitor);
    }
    template <class Traced, class Visitor>
    static void walk_in_garbage(Traced& container, Visitor& visitor) noexcept {
        container.walk_in_garbage(visitor);
    }
    template <class Traced>
    static void bind(Traced& container, object_header& owner) noexcept {
        container.bind(owner);
    }
};

// shared, weak and edge.
template <class R>
concept refers_to_managed = requires(R const& reference) {
    { heap_access::header_of(reference) } -> std::same_as<object_header*>;
};

}  // namespace detail

}  // namespace handrail
