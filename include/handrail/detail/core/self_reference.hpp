// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The walk over a cleanup's arguments that finds those through which the owner would keep itself
// alive, or which would dangle when the cleanup runs. It depends on types: what a value contains or
// owns uniquely is walked, too; of shared pointers and raw pointers only the address is compared,
// because another thread may be changing what they point to; aggregates, views and other classes
// are not examined.
//
// self_reference<T>::possible is false for types that cannot hold a reference; no code is generated
// for them. A limit of depth terminates the walk over types that contain each other.

#pragma once

#include <handrail/detail/core/copyable.hpp>
#include <handrail/detail/track/owner.hpp>

#include <array>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace handrail::detail {

// How an argument reaches the owner.
enum class reach { none, counted, address };

// What the walk looks for. address_found is called with every address found, for the leak check;
// null if that is off.
struct walk_context {
    owner_view const& owner;
    void (*address_found)(void const*) noexcept = nullptr;

    reach address(void const* p) const noexcept {
        if (p == nullptr) {
            return reach::none;
        }
        if (address_found != nullptr) {
            address_found(p);
        }
        bool const mapped =
            owner.type->bytes != nullptr && owner.type->bytes(owner.object.begin).contains(p);
        return mapped || owner.object.contains(p) ? reach::address : reach::none;
    }
    reach counted(referent const& r) const noexcept {
        bool const same = r.managed != nullptr && r.managed == owner.managed;
        bool const around = r.object.contains(owner.object.begin);
        return r.strong && (same || around) ? reach::counted : reach::none;
    }
    // part: what a reference of another library points to and keeps alive.
    reach counted(void const* part) const noexcept {
        return part != nullptr && owner.object.contains(part) ? reach::counted : reach::none;
    }
};

template <class T>
concept counted_reference = std::is_class_v<T> && requires(T const& t) {
    { handrail_referent(t) } -> std::same_as<referent>;
};

template <class T>
concept sized_owning_range = std::ranges::sized_range<T const> && !std::ranges::view<T> &&
                             !self_similar<T> && !std::is_array_v<T>;

inline constexpr int max_walk_depth = 8;

template <class T, int Depth = 0>
struct self_reference {
    static constexpr bool possible = false;
};

// Beyond the depth nothing is instantiated, so that the walk terminates for types that contain each
// other.
template <int Depth, class T>
consteval bool may_reach_at_depth() {
    if constexpr (Depth < max_walk_depth) {
        return self_reference<std::remove_cv_t<T>, Depth>::possible;
    } else {
        return false;
    }
}
template <int Depth, class T>
inline constexpr bool may_reach = may_reach_at_depth<Depth, T>();

// One element of a composite. Elements that cannot hold a reference are skipped.
template <int Depth, class T>
reach reach_of(walk_context const& context, T const& value) {
    if constexpr (may_reach<Depth, T>) {
        return self_reference<std::remove_cv_t<T>, Depth>::find(context, value);
    } else {
        return reach::none;
    }
}

// Elements of the types T..., which are given explicitly because some may be references.
template <int Depth, class... T>
reach first_reach(walk_context const& context, T const&... values) {
    reach found = reach::none;
    static_cast<void>(
        (((found = detail::reach_of<Depth, T>(context, values)) != reach::none) || ...));
    return found;
}

template <counted_reference T, int Depth>
struct self_reference<T, Depth> {
    static constexpr bool possible = true;
    static reach find(walk_context const& context, T const& value) {
        return context.counted(handrail_referent(value));
    }
};

template <class T, int Depth>
    requires(std::is_object_v<T> || std::is_void_v<T>)
struct self_reference<T*, Depth> {
    static constexpr bool possible = true;
    static reach find(walk_context const& context, T const volatile* value) {
        return context.address(const_cast<void const*>(static_cast<void const volatile*>(value)));
    }
};

// An element of a pair or tuple of references.
template <class T, int Depth>
    requires std::is_object_v<T>
struct self_reference<T&, Depth> {
    static constexpr bool possible = true;
    static reach find(walk_context const& context, T& value) {
        return self_reference<T*>::find(context, std::addressof(value));
    }
};

template <class T, int Depth>
    requires std::is_object_v<T>
struct self_reference<std::reference_wrapper<T>, Depth> {
    static constexpr bool possible = true;
    static reach find(walk_context const& context, std::reference_wrapper<T> const& value) {
        return self_reference<T*>::find(context, std::addressof(value.get()));
    }
};

template <class T, std::size_t N, int Depth>
struct self_reference<std::span<T, N>, Depth> {
    static constexpr bool possible = true;
    static reach find(walk_context const& context, std::span<T, N> const& value) {
        return self_reference<T*>::find(context, value.data());
    }
};

template <class C, class Traits, int Depth>
struct self_reference<std::basic_string_view<C, Traits>, Depth> {
    static constexpr bool possible = true;
    static reach find(walk_context const& context, std::basic_string_view<C, Traits> const& value) {
        return context.address(value.data());
    }
};

template <class T, int Depth>
    requires(!std::is_function_v<T>)
struct self_reference<std::shared_ptr<T>, Depth> {
    static constexpr bool possible = true;
    using element = std::remove_extent_t<T>;
    static reach find(walk_context const& context, std::shared_ptr<T> const& value) {
        if (value.use_count() == 0) {  // a plain pointer, by the aliasing constructor
            return self_reference<element*>::find(context, value.get());
        }
        return context.counted(const_cast<std::remove_cv_t<element>*>(value.get()));
    }
};

// If the deleter has its own pointer type it is not examined: only the deleter knows what it means.
template <class T, class D, int Depth>
struct self_reference<std::unique_ptr<T, D>, Depth> {
    using pointer = typename std::unique_ptr<T, D>::pointer;
    static constexpr bool possible = self_reference<pointer>::possible;
    static reach find(walk_context const& context, std::unique_ptr<T, D> const& value) {
        reach const found = self_reference<pointer>::find(context, value.get());
        if constexpr (requires { sizeof(T); } && !std::is_array_v<T>) {
            if constexpr (may_reach<Depth + 1, T>) {
                return found == reach::none && value ? detail::reach_of<Depth + 1>(context, *value)
                                                     : found;
            }
        }
        return found;
    }
};

template <class A, class B, int Depth>
struct self_reference<std::pair<A, B>, Depth> {
    static constexpr bool possible = may_reach<Depth + 1, A> || may_reach<Depth + 1, B>;
    static reach find(walk_context const& context, std::pair<A, B> const& value) {
        return detail::first_reach<Depth + 1, A, B>(context, value.first, value.second);
    }
};

template <class... T, int Depth>
struct self_reference<std::tuple<T...>, Depth> {
    static constexpr bool possible = (may_reach<Depth + 1, T> || ...);
    static reach find(walk_context const& context, std::tuple<T...> const& value) {
        return std::apply(
            [&](auto&... elements) {
                return detail::first_reach<Depth + 1, T...>(context, elements...);
            },
            value);
    }
};

template <class T, int Depth>
struct self_reference<std::optional<T>, Depth> {
    static constexpr bool possible = may_reach<Depth + 1, T>;
    static reach find(walk_context const& context, std::optional<T> const& value) {
        return value ? detail::reach_of<Depth + 1>(context, *value) : reach::none;
    }
};

template <class... T, int Depth>
struct self_reference<std::variant<T...>, Depth> {
    static constexpr bool possible = (may_reach<Depth + 1, T> || ...);
    static reach find(walk_context const& context, std::variant<T...> const& value) {
        if (value.valueless_by_exception()) {
            return reach::none;
        }
        return std::visit(
            [&](auto const& element) { return detail::reach_of<Depth + 1>(context, element); },
            value);
    }
};

template <sized_owning_range T, int Depth>
    requires(!counted_reference<T>)
struct self_reference<T, Depth> {
    using element = std::ranges::range_value_t<T const>;
    static constexpr bool possible = may_reach<Depth + 1, element>;
    static reach find(walk_context const& context, T const& value) {
        for (auto const& item : value) {
            if (reach const found = detail::reach_of<Depth + 1>(context, item);
                found != reach::none) {
                return found;
            }
        }
        return reach::none;
    }
};

}  // namespace handrail::detail
