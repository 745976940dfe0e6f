// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// managed<T>: a managed object, which is the header followed by a T, and the operations of its
// class.

#pragma once

#include <handrail/detail/heap/access.hpp>
#include <handrail/detail/heap/destroy_queue.hpp>
#include <handrail/detail/heap/edge_walk.hpp>
#include <handrail/detail/heap/tracked_object.hpp>
#include <handrail/heap/edge.hpp>
#include <handrail/heap/traced.hpp>

#include <memory>
#include <type_traits>
#include <typeinfo>

namespace handrail::detail {

struct reading_visitor {
    edge_reader& reader;
    void edge(edge_base const& each) { heap_access::read(each, reader); }
    template <class C>
    void traced(handrail::traced<C> const& each) {
        if (!heap_access::try_walk(each, *this)) {
            reader.skip();
        }
    }
};

struct clearing_visitor {
    template <class T>
    void edge(handrail::edge<T>& each) noexcept {
        heap_access::clear_in_garbage(each);
    }
    template <class C>
    void traced(handrail::traced<C>& each) noexcept {
        heap_access::walk_in_garbage(each, *this);
    }
};

struct binding_visitor {
    object_header& owner;
    void edge(edge_base&) noexcept {}
    template <class C>
    void traced(handrail::traced<C>& each) noexcept {
        heap_access::bind(each, owner);
    }
};

// The object is in a union, because its lifetime begins after that of the header and ends before
// it.
template <class T>
struct managed final : std::conditional_t<has_edges<T>, tracked_object, object_header> {
    union {
        T value;
    };

    explicit managed(heap_state* heap)
        requires has_edges<T>
        : tracked_object(table, *heap) {}
    explicit managed(heap_state*) noexcept
        requires(!has_edges<T>)
        : object_header(table) {}
    ~managed() {}

    // Requires: the destructor is trivial. If there are no cleanups either, no other object can end
    //   inside this end, and the destroy queue is not needed.
    static void end_trivial(object_header* dead) noexcept {
        if (!dead->cleanups.empty() || leak_check_on()) {
            end_object(dead);
        } else if (drop_weak(*dead)) {
            deallocate(dead);
        }
    }
    static void destroy(object_header& self) noexcept {
        std::destroy_at(std::addressof(static_cast<managed&>(self).value));
    }
    static void free(object_header* self) noexcept { delete static_cast<managed*>(self); }
    static void deallocate(object_header* self) noexcept {
        if constexpr (has_edges<T>) {
            free_tracked(static_cast<tracked_object*>(self));
        } else {
            free(self);
        }
    }
    static extent extent_of(object_header const& self) noexcept {
        return {std::addressof(static_cast<managed const&>(self).value), sizeof(T)};
    }

    template <class V>
    static void walk(tracked_object& self, V visitor) {
        detail::walk_object(static_cast<managed&>(self).value, visitor);
    }
    static void read_edges(tracked_object const& self, edge_reader& reader) {
        reading_visitor visitor{reader};
        detail::walk_object(static_cast<managed const&>(self).value, visitor);
    }
    static void clear_edges(tracked_object& self) noexcept { walk(self, clearing_visitor{}); }
    static void bind_traced(tracked_object& self) noexcept { walk(self, binding_visitor{self}); }
    static void free_as_tracked(tracked_object* self) noexcept { free(self); }

    static consteval edge_operations const* edge_table() {
        if constexpr (has_edges<T>) {
            return &edges_of_type;
        } else {
            return nullptr;
        }
    }
    static constexpr edge_operations edges_of_type = [] {
        if constexpr (has_edges<T>) {
            return edge_operations{&read_edges, &clear_edges, &free_as_tracked};
        } else {
            return edge_operations{};
        }
    }();
    static constexpr object_operations table{
        std::is_trivially_destructible_v<T> && !has_edges<T> ? &end_trivial : &end_object,
        &destroy,
        &deallocate,
        &extent_of,
        &typeid(T),
        edge_table()};
};

}  // namespace handrail::detail
