// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Executors and execution contexts as parameters.

#pragma once

#include <boost/asio/execution/context_as.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/is_executor.hpp>
#include <boost/asio/query.hpp>

#include <concepts>
#include <type_traits>

namespace handrail::detail {

template <class T>
concept asio_executor = boost::asio::execution::is_executor<std::remove_cvref_t<T>>::value ||
                        boost::asio::is_executor<std::remove_cvref_t<T>>::value;

template <class Context>
concept asio_context = std::convertible_to<Context&, boost::asio::execution_context&>;

// An executor, or an lvalue of a context.
template <class T>
concept executor_or_context = asio_executor<T> || asio_context<std::remove_reference_t<T>>;

using execution_context_of = boost::asio::execution::context_as_t<boost::asio::execution_context&>;

// An executor that knows its execution context.
template <class Executor>
concept has_context = boost::asio::can_query<Executor const&, execution_context_of>::value;

// What a socket with this type of executor can be constructed on: such an executor, or an lvalue of
// a context that has one.
template <class T, class Executor>
concept converts_to_executor = std::convertible_to<T, Executor> ||
                               (std::is_lvalue_reference_v<T> &&
                                asio_context<std::remove_reference_t<T>> && requires(T context) {
                                    { context.get_executor() } -> std::convertible_to<Executor>;
                                });

template <executor_or_context T>
auto executor_of(T&& executor_or_context) {
    if constexpr (asio_executor<T>) {
        return executor_or_context;
    } else {
        return executor_or_context.get_executor();
    }
}

}  // namespace handrail::detail
