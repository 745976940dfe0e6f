// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// no_destroy<T>: a T in static storage whose destructor is never called. Handles, objects and
// cleanups may end after the static destructors of the program have begun; what they use must
// still be there.
//
//     constinit no_destroy<process_state> process;      // where T's constructor is constexpr
//
//     registry& the_registry() noexcept {
//         static no_destroy<registry> instance;         // where it is not: at the first call
//         return *instance;
//     }
//
// Leak checkers do not report what the T owns: it is reachable from static storage.
//
// Thread safety: as T's.

#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace handrail::detail {

template <class T>
class no_destroy {
public:
    template <class... Args>
        requires std::is_constructible_v<T, Args...>
    constexpr explicit no_destroy(Args&&... arguments) noexcept(
        std::is_nothrow_constructible_v<T, Args...>)
        : value_(std::forward<Args>(arguments)...) {}
    no_destroy(no_destroy const&) = delete;
    no_destroy& operator=(no_destroy const&) = delete;
    ~no_destroy() {}

    T& operator*() noexcept { return value_; }
    T* operator->() noexcept { return std::addressof(value_); }

private:
    union {
        T value_;
    };
};

}  // namespace handrail::detail
