// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// deeply_copyable<T>: whether copying a T compiles. std::is_copy_constructible only asks for the
// declaration, so it says yes for a vector of unique_ptr, whose copy is a hard error inside the
// library. Containers, pairs, tuples and the like are therefore asked element by element.

#pragma once

#include <array>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace handrail::detail {

// A range whose elements are ranges of the same type (std::filesystem::path); walking it never
// ends.
template <class T>
concept self_similar =
    std::ranges::range<T> && std::is_same_v<std::remove_cvref_t<std::ranges::range_value_t<T>>, T>;

template <class T, int Depth>
struct copyable_trait : std::is_copy_constructible<T> {};

// Beyond the depth nothing is instantiated, which ends the question for types that contain each
// other.
template <class T, int Depth>
consteval bool copyable_at_depth() {
    if constexpr (Depth < 8) {
        return copyable_trait<std::remove_cv_t<T>, Depth>::value;
    } else {
        return std::is_copy_constructible_v<T>;
    }
}

template <class T, int Depth = 0>
inline constexpr bool deeply_copyable = copyable_at_depth<T, Depth>();

template <class T, int Depth>
    requires(std::ranges::range<T> && std::is_copy_constructible_v<T> && !self_similar<T> &&
             !std::is_array_v<T>)
struct copyable_trait<T, Depth>
    : std::bool_constant<deeply_copyable<std::ranges::range_value_t<T>, Depth + 1>> {};

template <class... T, int Depth>
struct copyable_trait<std::tuple<T...>, Depth>
    : std::bool_constant<(deeply_copyable<T, Depth + 1> && ...)> {};

template <class A, class B, int Depth>
struct copyable_trait<std::pair<A, B>, Depth>
    : std::bool_constant<deeply_copyable<A, Depth + 1> && deeply_copyable<B, Depth + 1>> {};

template <class T, int Depth>
struct copyable_trait<std::optional<T>, Depth> : std::bool_constant<deeply_copyable<T, Depth + 1>> {
};

template <class... T, int Depth>
struct copyable_trait<std::variant<T...>, Depth>
    : std::bool_constant<(deeply_copyable<T, Depth + 1> && ...)> {};

template <class T, std::size_t N, int Depth>
struct copyable_trait<std::array<T, N>, Depth> : std::bool_constant<deeply_copyable<T, Depth + 1>> {
};

}  // namespace handrail::detail
