// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edge_list, which is what edges<…> names, and the walk over the edges of an object that a list
// declares.
//
// A visitor has the members edge(e) and traced(t). The walk calls them for every declared member:
// edges, arrays of them, traced containers, and the edges of members and bases that have a list of
// their own. A list that names anything else does not compile; the message says what to do.

#pragma once

#include <handrail/detail/heap/edge_base.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>

namespace handrail {

template <class T>
class edge;
template <class C>
class traced;

}  // namespace handrail

namespace handrail::detail {

// ---- does a class have a list? ----

struct declares_managed_edges {
    using managed_edges = void;
};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
// managed_edges is ambiguous in it when T has one, even a private one, which lists_edges_openly
// does not find.
template <class T>
struct name_probe : T, declares_managed_edges {};
#pragma GCC diagnostic pop

template <class T>
concept lists_edges_openly = requires { typename T::managed_edges; };
template <class T>
concept lists_edges_hidden = !lists_edges_openly<T> && std::is_class_v<T> && !std::is_final_v<T> &&
                             !requires { typename name_probe<T>::managed_edges; };

// The class in which a member was declared.
template <class M>
struct class_of_member;
template <class M, class T>
struct class_of_member<M T::*> {
    using type = T;
};

// Returns: whether T inherits its list from a base that declared Member: then edges of T itself may
//   be missing.
template <class T, auto Member>
consteval bool inherits_list_of() {
    using declarer = typename class_of_member<decltype(Member)>::type;
    if constexpr (!std::is_same_v<declarer, T> && lists_edges_openly<declarer>) {
        return std::is_same_v<typename declarer::managed_edges, typename T::managed_edges>;
    } else {
        return false;
    }
}

template <class T>
consteval bool has_edge_list() {
    if constexpr (std::is_class_v<T>) {
        static_assert(!lists_edges_hidden<T>,
                      "handrail: managed_edges must be public, so that the collector can use it");
        return lists_edges_openly<T>;
    } else {
        return false;
    }
}

// ---- what a member is ----

template <class T>
inline constexpr bool is_edge = false;
template <class T>
inline constexpr bool is_edge<edge<T>> = true;
template <class T>
inline constexpr bool is_traced = false;
template <class C>
inline constexpr bool is_traced<traced<C>> = true;
template <class T>
inline constexpr bool is_array = std::is_bounded_array_v<T>;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;
template <class A, class B>
inline constexpr bool is_tuple<std::pair<A, B>> = true;

// Not a view: the edges in a view belong to something else, which may declare them itself.
template <class T>
concept range_of_values = std::ranges::input_range<T> && !std::ranges::enable_view<T> &&
                          requires { typename T::value_type; };

inline constexpr int max_edge_depth = 6;  // a range may have ranges of its own type as elements

template <class T, int Depth = 0>
consteval bool holds_edges();

template <class T, int Depth>
struct holds_edges_in : std::false_type {};
template <class... T, int Depth>
struct holds_edges_in<std::tuple<T...>, Depth>
    : std::bool_constant<(holds_edges<std::remove_const_t<T>, Depth>() || ...)> {};
template <class A, class B, int Depth>
struct holds_edges_in<std::pair<A, B>, Depth> : holds_edges_in<std::tuple<A, B>, Depth> {};

// Returns: whether a T can hold edges by value, at any depth.
template <class T, int Depth>
consteval bool holds_edges() {
    if constexpr (Depth == max_edge_depth) {
        return false;
    } else if constexpr (is_edge<T> || is_traced<T>) {
        return true;
    } else if constexpr (has_edge_list<T>()) {
        return T::managed_edges::template any<T>();
    } else if constexpr (std::is_bounded_array_v<T>) {
        return holds_edges<std::remove_all_extents_t<T>, Depth + 1>();
    } else if constexpr (is_tuple<T>) {
        return holds_edges_in<T, Depth + 1>::value;
    } else if constexpr (is_array<T> || is_optional<T> || range_of_values<T>) {
        return holds_edges<typename T::value_type, Depth + 1>();
    } else {
        return false;
    }
}

// ---- the walk ----

template <class T, class V>
void walk_object(T& object, V& visitor);

// Visits a member that a list names.
template <class M, class V>
void walk_member(M& member, V& visitor) {
    using type = std::remove_const_t<M>;
    if constexpr (is_edge<type>) {
        visitor.edge(member);
    } else if constexpr (is_traced<type>) {
        visitor.traced(member);
    } else if constexpr (is_array<type>) {
        for (auto& each : member) {
            detail::walk_member(each, visitor);
        }
    } else if constexpr (has_edge_list<type>()) {
        detail::walk_object(member, visitor);
    } else if constexpr (holds_edges<type>()) {
        static_assert(!sizeof(M*),
                      "handrail: managed_edges names a container of edges that is not traced: "
                      "write traced<C>, which a pass can lock");
    } else {
        static_assert(!sizeof(M*),
                      "handrail: managed_edges names a member that is not an edge: name edges, "
                      "std::arrays of them, traced containers, and members whose class has "
                      "managed_edges");
    }
}

// For the elements of a traced container. Elements come and go, so that nobody could set the owner
// of a traced container inside one.
template <class V>
struct element_visitor {
    V& visitor;
    void edge(auto& each) { visitor.edge(each); }
    template <class T>
    void traced(T&) {
        static_assert(!sizeof(T*),
                      "handrail: traced inside of traced: the inner one would not know its object");
    }
};

// Visits an element of a traced container. Elements may be const, as those of std::set are.
template <class E, class V>
void walk_element(E& element, V& visitor) {
    using type = std::remove_const_t<E>;
    if constexpr (!holds_edges<type>()) {
        return;
    } else if constexpr (is_edge<type>) {
        visitor.edge(const_cast<type&>(element));
    } else if constexpr (is_traced<type>) {
        element_visitor<V>{visitor}.traced(element);
    } else if constexpr (has_edge_list<type>()) {
        element_visitor<V> inner{visitor};
        detail::walk_object(const_cast<type&>(element), inner);
    } else if constexpr (is_optional<type>) {
        if (element) {
            detail::walk_element(*element, visitor);
        }
    } else if constexpr (is_tuple<type>) {
        std::apply([&](auto&... each) { (detail::walk_element(each, visitor), ...); }, element);
    } else {
        for (auto& each : element) {
            detail::walk_element(each, visitor);
        }
    }
}

template <class T, class V>
void walk_object(T& object, V& visitor) {
    if constexpr (has_edge_list<std::remove_const_t<T>>()) {
        std::remove_const_t<T>::managed_edges::walk(object, visitor);
    }
}

template <auto Member>
struct named_member {};

template <class Class>
consteval auto members_named_by() {
    if constexpr (lists_edges_openly<Class>) {
        return Class::managed_edges::named();
    } else {
        return std::tuple<>();
    }
}

template <class... T>
consteval bool are_distinct(std::tuple<T...>) {
    auto const is_single = []<class X>(X) { return (0 + ... + std::is_same_v<X, T>) == 1; };
    return (is_single(T()) && ...);
}

// A list: pointers to members, and bases that have lists of their own.
template <class Bases, auto... Members>
struct edge_list;
template <class... Bases, auto... Members>
struct edge_list<std::tuple<Bases*...>, Members...> {
    template <class... More>
    using with = edge_list<std::tuple<Bases*..., More*...>, Members...>;

    template <class T>
    static consteval bool any() {
        static_assert((!inherits_list_of<T, Members>() && ...),
                      "handrail: this class has managed_edges from a base only; say which edges "
                      "it has itself: using managed_edges = handrail::edges<…>::with<base>");
        static_assert(are_distinct(named()),
                      "handrail: managed_edges names an edge twice, itself or through bases: a "
                      "pass would count it twice and take what it refers to for garbage");
        return sizeof...(Members) != 0 || (holds_edges<Bases>() || ...);
    }

    // Returns: all members that the list names, those of the bases included.
    static consteval auto named() {
        return std::tuple_cat(std::tuple<named_member<Members>...>(), members_named_by<Bases>()...);
    }

    template <class T, class V>
    static void walk([[maybe_unused]] T& object, [[maybe_unused]] V& visitor) {
        (detail::walk_object(as_base<Bases>(object), visitor), ...);
        (detail::walk_member(object.*Members, visitor), ...);
    }

private:
    template <class Base, class T>
    static auto& as_base(T& object) noexcept {
        static_assert(lists_edges_openly<Base>,
                      "handrail: with<base>: the base has no managed_edges");
        return static_cast<std::conditional_t<std::is_const_v<T>, Base const, Base>&>(object);
    }
};

// Whether managed objects of type T are tracked objects.
template <class T>
inline constexpr bool has_edges = holds_edges<T>() && has_edge_list<T>();

}  // namespace handrail::detail
