// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// handle_traits: what unique_handle needs to know about a kind of native handle.
//
//     struct library_traits {
//         using native_handle_type = void*;
//         static void* invalid() noexcept { return nullptr; }
//         static bool is_valid(void* h) noexcept { return h != nullptr; }
//         static boost::system::error_code close(void* h) noexcept;   // dlclose
//         static constexpr char const* kind = "library";
//     };
//     static_assert(handrail::handle_traits<library_traits>);
//
// Required members, all static; none of the functions may throw:
//     native_handle_type      trivially copyable, with ==
//     invalid()               the value that stands for no handle; constexpr if it can be
//     is_valid(h)             whether h is a handle that close can be given
//     close(h) -> error_code  ends h, whatever it returns
//     kind                    what messages and reports call such a handle; static storage
//
// Optional members:
//     domain                              handles of equal domains share one number space ("fd" for
//                                         descriptors); without it, the traits are a domain of
//                                         their own
//     number(h) -> an integer             identifies an open handle within its domain
//     accept(h) -> error_code             called by assign, which refuses h if an error is returned
//     set_close_on_exec(h) -> error_code  called by assign and out_handle
//     name(h) -> std::string              what an open handle refers to, for messages and reports;
//                                         may throw
//     facts                               a type, default-constructed for each handle that is owned
//                                         and moved along with it: what operations learn about an
//                                         open handle
//
// Two native handles are the same resource if they compare equal. Integers, enumerations and
// pointers have == and are their own number. A struct needs an == that compares what identifies the
// resource. Give it a number(h), too, if it has one: without a number, the leak check does not
// detect double closes of such handles.
//
//     struct image {
//         void* device;
//         int id;
//         bool operator==(image const&) const = default;
//     };

#pragma once

#include <boost/system/error_code.hpp>

#include <concepts>
#include <type_traits>

namespace handrail {

// Satisfied by types that can be native handles. The name of this concept and of the next one are
// what a compiler shows when traits do not fit.
template <class Native>
concept native_handles_need_equality =
    std::is_trivially_copyable_v<Native> && std::equality_comparable<Native>;

// Satisfied by traits without number(h), and by those whose number(h) returns an integer.
template <class Traits>
concept number_returns_an_integer =
    !requires { &Traits::number; } || requires(typename Traits::native_handle_type h) {
        { Traits::number(h) } -> std::integral;
    };

// Satisfied by traits with the members required above.
template <class Traits>
concept handle_traits = native_handles_need_equality<typename Traits::native_handle_type> &&
                        requires(typename Traits::native_handle_type h) {
                            {
                                Traits::invalid()
                            } -> std::convertible_to<typename Traits::native_handle_type>;
                            { Traits::is_valid(h) } -> std::convertible_to<bool>;
                            { Traits::close(h) } -> std::convertible_to<boost::system::error_code>;
                            { Traits::kind } -> std::convertible_to<char const*>;
                        } && number_returns_an_integer<Traits>;

}  // namespace handrail
