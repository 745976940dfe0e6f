// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// owner_ref: the parameter type of functions that work on an owner. It converts from every guard
// of this library and from shared<T>, and records the caller's source location.
//
//     void watch(handrail::owner_ref owner) { handrail::add_cleanup(owner, &log_end); }
//     watch(file);

#pragma once

#include <handrail/detail/track/owner.hpp>

#include <concepts>
#include <source_location>
#include <type_traits>
#include <utility>

namespace handrail {

class owner_ref;

// Satisfied by file&, mapping&, tcp_socket&, …, and by shared<T>, which may be a temporary.
template <class T>
concept owner = !std::same_as<std::remove_cvref_t<T>, owner_ref> && requires(T&& t) {
    { handrail_owner(std::forward<T>(t)) } -> std::same_as<detail::owner_view>;
};

namespace detail {

// Compilers show these names if something is passed that is not an owner.
struct this_is_no_owner_pass_a_guard_or_a_shared {};
struct this_owner_is_a_temporary_give_the_guard_a_name_and_pass_that {};
struct this_owner_is_const_pass_a_reference_that_is_not {};

template <class T>
concept owner_as_lvalue = owner<std::remove_cvref_t<T>&>;
template <class T>
concept is_owner_ref = std::same_as<std::remove_cvref_t<T>, owner_ref>;

template <class T>
concept temporary_guard = !owner<T> && owner_as_lvalue<T> && !std::is_lvalue_reference_v<T>;
template <class T>
concept const_guard = !owner<T> && owner_as_lvalue<T> && std::is_lvalue_reference_v<T>;
template <class T>
concept no_owner = !owner<T> && !owner_as_lvalue<T> && !is_owner_ref<T>;

}  // namespace detail

// A reference to an owner for the duration of one call. Copyable; must not be used after the owner
// has been moved or closed.
class owner_ref {
public:
    // Effects: refers to the owner, and records the location of the call, for reports. An empty
    //   owner is reported by the function that is called with it.
    template <owner T>
    owner_ref(T&& t, std::source_location where = std::source_location::current()) noexcept
        : view_(handrail_owner(std::forward<T>(t))), where_(where) {}

    // clang-format off: compilers show the line.
    template <detail::temporary_guard T>
    owner_ref(T&&, detail::this_owner_is_a_temporary_give_the_guard_a_name_and_pass_that = {}) = delete;
    template <detail::const_guard T>
    owner_ref(T&&, detail::this_owner_is_const_pass_a_reference_that_is_not = {}) = delete;
    template <detail::no_owner T>
    owner_ref(T&&, detail::this_is_no_owner_pass_a_guard_or_a_shared = {}) = delete;
    // clang-format on

    // For the library: where the owner's cleanups are.
    detail::owner_view const& view() const noexcept { return view_; }
    // Returns: where the conversion took place.
    std::source_location where() const noexcept { return where_; }

private:
    detail::owner_view view_;
    std::source_location where_;
};

}  // namespace handrail
