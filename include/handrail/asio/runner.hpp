// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runners on Boost.Asio executors, and a drain that blocks no thread.
//
//     boost::asio::thread_pool workers{2};
//     handrail::set_runner(socket, handrail::make_runner(workers));
//
// A batch is posted as one handler, in memory that was reserved with the owner's runner. It runs
// exactly once:
//   - usually on a thread of the executor's context;
//   - on the thread that ends the owner, if posting throws or the context was destroyed before;
//   - on the thread that destroys the context, if the handler is still queued then.
// So contexts and owners may be destroyed in any order; call drain() or async_drain() where the
// work must be done on the context's own threads. A strand that cannot allocate what it needs to
// schedule itself keeps the batch in its queue until its context is destroyed.

#pragma once

#include <handrail/detail/asio/drain_operation.hpp>
#include <handrail/detail/asio/executor_runner.hpp>
#include <handrail/detail/asio/executors.hpp>
#include <handrail/runner.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace handrail {

// Returns: a runner that posts batches to the executor of an io_context or thread_pool, to a strand
//   or the like. A queued batch is work: io_context::run() does not return before it has run. In a
//   context that was stopped, batches wait until it is restarted or destroyed, and drain() waits
//   for them.
// Requires: the executor is not an empty any_io_executor. The runner does not keep the context
//   alive. If the executor cannot be queried for its context (execution::context), it must stay
//   usable as long as owners use the runner.
// Errors: throws std::bad_alloc.
// Allocates: the runner. Sending a batch to an io_context or thread_pool allocates nothing; a
//   strand, and an any_io_executor that holds something else, allocate for themselves.
// Thread safety: any thread.
template <detail::asio_executor Executor>
[[nodiscard]] runner make_runner(Executor executor) {
    if constexpr (std::same_as<Executor, boost::asio::any_io_executor>) {
        using boost::asio::io_context;
        using boost::asio::thread_pool;
        if (auto found = detail::unwrapped_runner<io_context::executor_type>(executor); found) {
            return found;
        }
        if (auto found = detail::unwrapped_runner<thread_pool::executor_type>(executor); found) {
            return found;
        }
    }
    return runner(std::make_unique<detail::executor_runner<Executor>>(std::move(executor)));
}

// Returns: a runner for the context's executor.
template <detail::asio_context Context>
    requires requires(Context& context) { context.get_executor(); }
[[nodiscard]] runner make_runner(Context& context) {
    return make_runner(context.get_executor());
}

// Waits as drain() does, without blocking a thread: completes at a moment when no cleanup is queued
// or running, on any thread.
//
//     co_await handrail::async_drain(boost::asio::use_awaitable);
//     workers.join();                                            // nothing is lost
//
// The completion signature is void(error_code). The operation is work of the executor or context
// that is given; without one, of the handler's associated executor (a coroutine's, say), or of the
// system executor if there is none. Unlike drain() it may be used inside a cleanup and under a
// deferral: it completes later.
// Effects: completes through the handler's executor, never during the call that starts it. Also
//   waits for cleanups of owners that end before it completes.
// Errors: operation_aborted if the operation is cancelled before; every type of cancellation is
//   supported. Not set when the executor's context is destroyed: the handler is destroyed, too.
// Allocates: when it starts, with the handler's allocator; nothing when it completes, beside what
//   the handler's executor needs.
// Thread safety: any thread.
// Not promised: that an operation that was started before a fork completes in the child.
template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code)) Token>
    requires(!detail::executor_or_context<Token>)
auto async_drain(Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
        detail::start_drain_of_handler(), token);
}
template <detail::executor_or_context ExecutorOrContext,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code))
              Token = typename boost::asio::default_completion_token<
                  decltype(detail::executor_of(std::declval<ExecutorOrContext>()))>::type>
auto async_drain(ExecutorOrContext&& executor_or_context, Token&& token = Token()) {
    using executor = decltype(detail::executor_of(executor_or_context));
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
        detail::start_drain<executor>{detail::executor_of(executor_or_context)}, token);
}

}  // namespace handrail
