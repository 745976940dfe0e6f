// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// make<T>: how managed objects are made. Include <handrail/shared.hpp>, which explains them.

#pragma once

#include <handrail/detail/heap/access.hpp>
#include <handrail/detail/heap/construction.hpp>
#include <handrail/detail/heap/edge_census.hpp>
#include <handrail/detail/heap/managed.hpp>
#include <handrail/detail/track/observer.hpp>
#include <handrail/heap/shared.hpp>

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace handrail {

namespace detail {

// When the constructor of an object throws: frees the memory, unless weak references that the
// constructor handed out still need it. Those are empty.
struct release_unbuilt {
    void operator()(object_header* unbuilt) const noexcept {
        if (unbuilt->operations->edges != nullptr) {
            remove_from_heap(static_cast<tracked_object&>(*unbuilt));
        }
        release_weak(*unbuilt);
    }
};

// Braces may be elided, of which Clang warns: make<pair_of_arrays>(1, 2) means
// pair_of_arrays{1, 2}.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-braces"
template <class T, class... A>
void build(T* storage, A&&... arguments) {
    if constexpr (std::is_constructible_v<T, A...>) {
        ::new (static_cast<void*>(storage)) T(std::forward<A>(arguments)...);
    } else {
        ::new (static_cast<void*>(storage)) T{std::forward<A>(arguments)...};
    }
}
#pragma GCC diagnostic pop

template <class T, class... A>
T* build_in(managed<T>& fresh, A&&... arguments) {
    T* const storage = std::addressof(fresh.value);
    if constexpr (std::is_base_of_v<enable_shared_from_this_base, T>) {
        construction const scope(fresh);
        build(storage, std::forward<A>(arguments)...);
    } else {
        build(storage, std::forward<A>(arguments)...);
    }
    return storage;
}

// An edge has a destructor: a class without one contains no edge that it could fail to declare. (It
// can declare an array of no edges.)
template <class T, class... A>
T* build_checking_edges(managed<T>& fresh, A&&... arguments) {
    if constexpr (!std::is_trivially_destructible_v<T>) {
        if (leak_check_on()) [[unlikely]] {
            edge_census census(fresh);
            T* const built = detail::build_in(fresh, std::forward<A>(arguments)...);
            census.compare(declared_edges_of(fresh));
            return built;
        }
    }
    return detail::build_in(fresh, std::forward<A>(arguments)...);
}

template <class T, class... A>
concept buildable = std::is_object_v<T> && !std::is_array_v<T> &&
                    (std::is_constructible_v<T, A...> || requires { T{std::declval<A>()...}; });

// Requires: heap is not null if T has edges. Other objects belong to no heap.
template <class T, class... A>
shared<T> make_managed(heap_state* heap, A&&... arguments) {
    using object = std::remove_cv_t<T>;
    auto* const typed = new managed<object>(heap);
    std::unique_ptr<object_header, release_unbuilt> fresh(typed);
    object* const built = build_checking_edges(*typed, std::forward<A>(arguments)...);
    if constexpr (has_edges<object>) {
        managed<object>::bind_traced(*typed);
    }
    fresh->cleanups.adopt_default_runner({"managed object", "", 0, 0, false}, typeid(object).name(),
                                         {});
    if (leak_check_on()) {
        track::the_observer().object_created(fresh.get());
    }
    // release: a thread that locks a weak which the constructor handed out finds the object built,
    // and so does a pass.
    fresh->word.store(one_reference, std::memory_order_release);
    return heap_access::adopt_strong<T>(fresh.release(), built);
}

// The compiler shows this name to a user who asks for a managed array. An alias keeps an element:
// shared<U>(whole, &element).
struct no_array_is_managed_make_a_std_vector_or_a_std_array {};

template <class T>
struct make_function {
    template <class... A>
        requires std::is_array_v<T>
    no_array_is_managed_make_a_std_vector_or_a_std_array operator()(A&&...) const = delete;

    template <class... A>
        requires buildable<T, A...>
    [[nodiscard]] shared<T> operator()(A&&... arguments) const {
        heap_state* heap = nullptr;
        if constexpr (has_edges<std::remove_cv_t<T>>) {
            heap = &global_heap();
        }
        return detail::make_managed<T>(heap, std::forward<A>(arguments)...);
    }
};

}  // namespace detail

// make<T>(args...) makes a managed object.
//
//     auto session = handrail::make<chat::session>(socket);    // shared<chat::session>
//
// Effects: constructs a managed T as T(args...), or as T{args...} where only that compiles. If T
//   has edges, the object belongs to heap::global().
// Returns: the first shared of the object.
// Errors: throws std::bad_alloc, and what the constructor throws.
// Allocates: one piece of memory with operator new: the size of T, 32 bytes (48 when T has edges),
//   and what the alignment of T adds. Now and then, for objects with edges, space in the heap's
//   list of objects; and, if the heap is collected automatically, a batch and a pass, which it
//   hands to the execute() of the heap's runner (user code, without a lock). If there is no memory
//   for these two, a later make tries again.
// Thread safety: may be called by any thread at any time, also in destructors and cleanups.
// Not promised: an operator new that T has is not used. There is no counterpart of
//   std::allocate_shared, because the collector frees an object on any thread, and perhaps after
//   the allocator has been destroyed; nor of std::make_shared<T[]> and
//   std::make_shared_for_overwrite: make<std::vector<U>>(n) and make<std::array<U, n>>() make an
//   owner as any other.
//
// make is an object, not a function template, so that argument-dependent lookup finds no other
// make.
template <class T>
inline constexpr detail::make_function<T> make{};

}  // namespace handrail
