// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// owner_ref: how functions name the owner they work on. It converts from every handle of this
// library and from shared<T>, and takes the caller's source location along.
//
//     void watch(handrail::owner_ref owner) { handrail::add_cleanup(owner, &log_end); }
//     watch(file);

#pragma once

#include <handrail/detail/owner.hpp>

#include <concepts>
#include <source_location>
#include <type_traits>
#include <utility>

namespace handrail {

class owner_ref;

// Satisfied by file&, mapping&, tcp_socket&, …, and by shared<T>, temporary ones included.
template <class T>
concept owner = !std::same_as<std::remove_cvref_t<T>, owner_ref> && requires(T&& t) {
    { handrail_owner(std::forward<T>(t)) } -> std::same_as<detail::owner_view>;
};

// A reference to an owner for the duration of one call. Copyable; must not outlive the owner's move
// or end.
class owner_ref {
public:
    template <owner T>
    owner_ref(T&& t, std::source_location where = std::source_location::current()) noexcept
        : view_(handrail_owner(std::forward<T>(t))), where_(where) {}

    detail::owner_view const& view() const noexcept { return view_; }
    std::source_location where() const noexcept { return where_; }

private:
    detail::owner_view view_;
    std::source_location where_;
};

}  // namespace handrail
