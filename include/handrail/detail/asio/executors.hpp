// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What constructors of sockets take in the place of an executor.

#pragma once

#include <boost/asio/execution_context.hpp>

#include <concepts>
#include <type_traits>

namespace handrail::detail {

template <class Context>
concept asio_context = std::convertible_to<Context&, boost::asio::execution_context&>;

// What a socket with this type of executor can be put on: such an executor, or an lvalue of a
// context that has one.
template <class Place, class Executor>
concept place_for = std::convertible_to<Place, Executor> ||
                    (std::is_lvalue_reference_v<Place> &&
                     asio_context<std::remove_reference_t<Place>> && requires(Place context) {
                         { context.get_executor() } -> std::convertible_to<Executor>;
                     });

}  // namespace handrail::detail
