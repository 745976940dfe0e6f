// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// make<T>: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/block.hpp>
#include <handrail/detail/switches.hpp>
#include <handrail/heap/pointer.hpp>

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace handrail {

namespace detail {

// Frees the memory of an object that was not built. Weak references handed out by its constructor stay valid, and empty.
struct release_unbuilt {
    void operator()(block* unbuilt) const noexcept { release_weak(*unbuilt); }
};

template <class T, class... A>
void construct(managed<T>& fresh, A&&... arguments) {
    construction scope(fresh);
    if constexpr (std::is_constructible_v<T, A...>) {
        ::new (static_cast<void*>(std::addressof(fresh.value))) T(std::forward<A>(arguments)...);
    } else {
        ::new (static_cast<void*>(std::addressof(fresh.value))) T{std::forward<A>(arguments)...};
    }
}

template <class T, class... A>
shared<T> make_managed(A&&... arguments) {
    using object = std::remove_cv_t<T>;
    std::unique_ptr<block, release_unbuilt> fresh(new managed<object>);
    auto& typed = static_cast<managed<object>&>(*fresh);
    construct(typed, std::forward<A>(arguments)...);
    typed.cleanups.begin();
    if (tracking()) {
        track::block_made(&typed, typed.object(), typeid(object).name());
    }
    // release: threads that get a reference through a weak handed out by the constructor see the object built.
    typed.word.store(word_increment, std::memory_order_release);
    return shared<T>(fresh.release(), std::addressof(typed.value));
}

}  // namespace detail

// Effects: make<T>(args...) builds a managed T from the arguments: T(args...), or T{args...} for aggregates.
// Errors: throws std::bad_alloc and what the constructor throws.
// Allocates: one piece of memory, 32 bytes more than T.
// It is an object, not a function template, so that argument-dependent lookup finds no stranger's make.
template <class T>
inline constexpr auto make = []<class... A>(A&&... arguments)
    requires(!std::is_array_v<T> && (std::is_constructible_v<T, A...> || requires { T{std::declval<A>()...}; }))
{ return detail::make_managed<T>(std::forward<A>(arguments)...); };

}  // namespace handrail
