// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// deeply_copyable<T>: whether copying a T compiles. std::is_copy_constructible only asks for the
// declaration, so it says yes for a vector of unique_ptr, whose copy is a hard error inside the
// library. Containers, pairs, tuples, aggregates and the like are therefore asked element by
// element. Into closures and classes with private members nobody can look: they are believed.

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

// Initialises a member of any type; does so without an exception when Believe says so, or when the
// type may be copied. Not copyable itself, or std::any would take it for its value.
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

// Asks the members up to the last one that takes an initialiser. The others are believed, and all
// of them where their initialisation throws by itself.
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
