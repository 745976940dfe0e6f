// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The part of add_cleanup that depends on types: which callables are accepted, the walk over the
// arguments, and the creation of the record; and what other functions with an owner require of it.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/record.hpp>
#include <handrail/detail/core/self_reference.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/probe.hpp>

#include <cstddef>
#include <source_location>
#include <type_traits>
#include <utility>

namespace handrail {

template <class F>
struct capturing_callable;
template <class T>
struct move_only;

}  // namespace handrail

namespace handrail::detail {

template <class F>
inline constexpr bool is_capturing = false;
template <class F>
inline constexpr bool is_capturing<capturing_callable<F>> = true;

template <class F>
inline constexpr bool acceptable_callable =
    std::is_empty_v<F> || std::is_member_function_pointer_v<F> ||
    (std::is_pointer_v<F> && std::is_function_v<std::remove_pointer_t<F>>) || is_capturing<F>;

template <class F, int Depth>
struct copyable_trait<capturing_callable<F>, Depth>
    : std::bool_constant<deeply_copyable<F, Depth + 1>> {};

template <class T, int Depth>
struct self_reference<move_only<T>, Depth> {
    static constexpr bool possible = may_reach<Depth + 1, T>;
    static reach find(walk_context const& context, move_only<T> const& argument) {
        return detail::reach_of<Depth + 1>(context, argument.value);
    }
};

[[noreturn]] HANDRAIL_API void throw_self_capture(owner_view const& owner,
                                                  std::source_location where, std::size_t argument,
                                                  reach how);
[[noreturn]] HANDRAIL_API void throw_empty_owner(char const* operation, owner_view const& owner,
                                                 std::source_location where);
// Inside the library:
[[noreturn]] void throw_nothing_to_defer(owner_view const& owner, std::source_location where);

// Errors: throws if the owner is empty. It may have become so since the view was made: an argument
//   of the operation may have been made later, by moving the owner into it.
inline void require_owner(char const* operation, owner_view const& owner,
                          std::source_location where) {
    if (owner.cleanups == nullptr ||
        (owner.type->is_open != nullptr && !owner.type->is_open(owner.object.begin))) {
        throw_empty_owner(operation, owner, where);
    }
}

// Effects: links the record into the owner's chain.
// Errors: throws std::bad_alloc, but only in a process that at least 4,095 forks have led to
//   (lib/core/generations.hpp); the record is freed then.
HANDRAIL_API void attach(owner_view const& owner, record& fresh);

template <class... Args>
void refuse_self_reference(owner_view const& owner, std::source_location where, bool probed,
                           Args const&... args) {
    walk_context const context{owner, probed ? &track::address_found : nullptr};
    std::size_t argument = 0;
    auto check = [&](auto const& value) {
        ++argument;
        if (reach const how = detail::reach_of<0>(context, value); how != reach::none) {
            throw_self_capture(owner, where, argument, how);
        }
    };
    (check(args), ...);
}

template <class F, class... Args>
record* register_cleanup(owner_view const& owner, std::source_location where, F&& fn,
                         Args&&... args) {
    require_owner("add_cleanup", owner, where);
    track::registration_probe probe(owner, where);
    if constexpr ((self_reference<Args>::possible || ...)) {
        detail::refuse_self_reference(owner, where, probe.active(),
                                      args...);  // qualified: no argument-dependent lookup
    }
    record* const fresh = new typed_record<F, Args...>(where, std::move(fn), std::move(args)...);
    if (probe.active()) {
        record_operations const& ops = *fresh->operations;
        probe.finish(*fresh, {ops.payload(*fresh), ops.payload_size}, ops.probe_copy);
    }
    attach(owner, *fresh);  // last: the observer hears of the registration before of its end
    return fresh;
}

}  // namespace handrail::detail
