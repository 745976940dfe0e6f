// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// deeply_copyable<T>: whether copying a T compiles. std::is_copy_constructible only checks the
// declaration, so it is true for a vector of unique_ptr, whose copy is a hard error inside the
// standard library. Containers, pairs, tuples, aggregates and the like are therefore checked
// element by element. Closures and classes with private members cannot be examined: for them the
// declaration decides.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace handrail::detail {

// A range whose elements are ranges of the same type (std::filesystem::path): a recursive walk over
// it would not terminate.
template <class T>
concept self_similar =
    std::ranges::range<T> && std::is_same_v<std::remove_cvref_t<std::ranges::range_value_t<T>>, T>;

template <class T, int Depth>
struct copyable_trait : std::is_copy_constructible<T> {};

// Beyond the depth nothing is instantiated, so that the check terminates for types that contain
// each other.
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

// Converts to a member of any type. The conversion is noexcept if Believe is true, or if the type
// is deeply copyable. Not copyable itself, or std::any would store it as its value.
template <bool Believe, int Depth>
struct any_member {
    any_member() = default;
    any_member(any_member const&) = delete;
    template <class T>
    operator T() const noexcept(Believe || deeply_copyable<T, Depth>);
};

template <class T, class Member, std::size_t... I>
consteval bool initialised_by(std::index_sequence<I...>) {
    return requires { T{(static_cast<void>(I), Member())...}; };
}
template <class T, class Member, std::size_t... I>
consteval bool noexcept_by(std::index_sequence<I...>) {
    return requires {
        {
            T { (static_cast<void>(I), Member())... }
        } noexcept;
    };
}

// Checks the members up to the last one that takes an initialiser. For the others the declaration
// decides, and for all of them if their initialisation may throw for another reason.
template <class T, int Depth, std::size_t Most = 16>
consteval bool members_copyable() {
    using count = std::make_index_sequence<Most>;
    if constexpr (Most == 0) {
        return true;
    } else if constexpr (initialised_by<T, any_member<true, Depth>>(count())) {
        return !noexcept_by<T, any_member<true, Depth>>(count()) ||
               noexcept_by<T, any_member<false, Depth>>(count());
    } else {
        return members_copyable<T, Depth, Most - 1>();
    }
}

template <class T, int Depth>
    requires(std::is_aggregate_v<T> && std::is_class_v<T> && std::is_copy_constructible_v<T> &&
             !std::is_trivially_copy_constructible_v<T> && !std::ranges::range<T>)
struct copyable_trait<T, Depth> : std::bool_constant<members_copyable<T, Depth + 1>()> {};

}  // namespace handrail::detail
