// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// make<T>: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/heap/edge_census.hpp>
#include <handrail/detail/heap/managed.hpp>
#include <handrail/heap/pointer.hpp>

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace handrail {

namespace detail {

// Frees the memory of an object that was not built, unless weak references that its constructor
// handed out still need it; those are empty.
struct release_unbuilt {
    void operator()(object_header* unbuilt) const noexcept {
        if (unbuilt->operations->edges != nullptr) {
            leave_heap(static_cast<tracked_object&>(*unbuilt));
        }
        release_weak(*unbuilt);
    }
};

// Braces may be elided: make<pair_of_arrays>(1, 2) means what pair_of_arrays{1, 2} means. Clang
// warns of it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-braces"
template <class T, class... A>
void build(T* place, A&&... arguments) {
    if constexpr (std::is_constructible_v<T, A...>) {
        ::new (static_cast<void*>(place)) T(std::forward<A>(arguments)...);
    } else {
        ::new (static_cast<void*>(place)) T{std::forward<A>(arguments)...};
    }
}
#pragma GCC diagnostic pop

template <class T, class... A>
T* build_in(managed<T>& fresh, A&&... arguments) {
    T* const place = std::addressof(fresh.value);
    if constexpr (std::is_base_of_v<enable_shared_from_this_base, T>) {
        construction const scope(fresh);
        build(place, std::forward<A>(arguments)...);
    } else {
        build(place, std::forward<A>(arguments)...);
    }
    return place;
}

// An edge has a destructor: what has none contains no edge that its class could have forgotten.
template <class T, class... A>
T* build_counting_edges(managed<T>& fresh, A&&... arguments) {
    if constexpr (!std::is_trivially_destructible_v<T>) {
        if (tracking()) [[unlikely]] {
            edge_census census(fresh);
            T* const built = detail::build_in(fresh, std::forward<A>(arguments)...);
            census.compare(census_of(fresh));
            return built;
        }
    }
    return detail::build_in(fresh, std::forward<A>(arguments)...);
}

template <class T, class... A>
concept buildable = std::is_object_v<T> && !std::is_array_v<T> &&
                    (std::is_constructible_v<T, A...> || requires { T{std::declval<A>()...}; });

// Requires: heap is not null if T has edges; others belong to none.
template <class T, class... A>
shared<T> make_managed(heap_state* heap, A&&... arguments) {
    using object = std::remove_cv_t<T>;
    auto* const typed = new managed<object>(heap);
    std::unique_ptr<object_header, release_unbuilt> fresh(typed);
    object* const built = build_counting_edges(*typed, std::forward<A>(arguments)...);
    if constexpr (has_edges<object>) {
        managed<object>::bind_traced(*typed);
    }
    fresh->cleanups.begin({"managed object", "", 0, 0, false}, typeid(object).name(), {});
    if (tracking()) {
        track::object_made(fresh.get(), fresh->object(), typeid(object).name());
    }
    // release: a thread that locks a weak handed out by the constructor sees the object built, and
    // so does a pass.
    fresh->word.store(word_increment, std::memory_order_release);
    return shared<T>(fresh.release(), built);
}

// The compiler shows this name to who asks for a managed array. An element is kept by an alias,
// shared<U>(whole, &element).
struct no_array_is_managed_make_a_std_vector_or_a_std_array {};

template <class T>
struct make_function {
    template <class... A>
        requires std::is_array_v<T>
    no_array_is_managed_make_a_std_vector_or_a_std_array operator()(A&&...) const = delete;

    template <class... A>
        requires buildable<T, A...>
    shared<T> operator()(A&&... arguments) const {
        heap_state* heap = nullptr;
        if constexpr (has_edges<std::remove_cv_t<T>>) {
            heap = &global_heap();
        }
        return detail::make_managed<T>(heap, std::forward<A>(arguments)...);
    }
};

}  // namespace detail

// Effects: make<T>(args...) builds a managed T from the arguments: T(args...), or T{args...} where
//   only that compiles. An object with edges belongs to heap::global().
// Errors: throws std::bad_alloc and what the constructor throws.
// Allocates: one piece of memory, 32 bytes more than T (48 when T has edges) and what T's alignment
//   adds; now and then, for objects with edges, room in the heap's registry. The memory is from
//   operator new: there is no counterpart of std::allocate_shared, since a collector frees an
//   object on any thread, long after an allocator may be gone. Give T an operator new of its own
//   and it is not asked either. Nor is there one of std::make_shared<T[]>, or of
//   make_shared_for_overwrite: make<std::vector<U>>(n), make<std::array<U, n>>() are owners like
//   any other object.
// It is an object, not a function template, so that argument-dependent lookup finds no other make.
template <class T>
inline constexpr detail::make_function<T> make{};

}  // namespace handrail
