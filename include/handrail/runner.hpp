// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where cleanups run, and how to wait for them.
//
//     boost::asio::thread_pool workers{2};
//     handrail::set_runner(file, handrail::make_runner(workers.get_executor()));
//     file.close();                                  // closes here; the cleanups run on workers
//     if (!handrail::drain(std::chrono::seconds(5))) { log("cleanups still running"); }
//
// The cleanups of one owner form one batch: they run one after the other, newest first, on one
// thread. Batches of different owners may run in parallel.
//
// Not promised: an order between owners; that cleanups run if the process exits without drain().

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/owner_ref.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <source_location>
#include <string_view>
#include <utility>

namespace handrail {

class batch;
class runner_base;

// Where batches run: a value that refers to a shared, reference-counted runner_base, which
// make_runner() makes for Asio's executors and runner_base.hpp lets you write. A
// default-constructed runner means the thread on which the owner ends.
//
// Thread safety: distinct runners may be used by distinct threads, also when they refer to the same
//   runner_base.
class HANDRAIL_API runner {
public:
    // Effects: refers to no runner_base, as if made from null.
    constexpr runner() noexcept = default;
    // Effects: takes over a runner of your own (runner_base.hpp). It is destroyed with the last
    //   runner that refers to it, those of owners and of queued batches included.
    // Allocates: nothing.
    explicit runner(std::unique_ptr<runner_base> own) noexcept;
    // Effects: refers to the same runner_base. A runner that was moved from refers to none.
    // Allocates: nothing.
    runner(runner const& other) noexcept;
    runner(runner&& other) noexcept : base_(std::exchange(other.base_, nullptr)) {}
    // Effects: refers to other's runner_base. Destroys the one before if this was the last runner
    //   that referred to it; that is user code.
    runner& operator=(runner other) noexcept {
        std::swap(base_, other.base_);
        return *this;
    }
    // Effects: destroys the runner_base if this is the last runner that refers to it.
    ~runner() {
        if (base_ != nullptr) {
            drop_reference();
        }
    }

    // Returns: whether this refers to a runner_base; if not, batches run on the thread on which the
    //   owner ends.
    explicit operator bool() const noexcept { return base_ != nullptr; }

    // Effects: passes a batch on, for a runner of your own that is built upon another. Without a
    //   runner_base the batch is run on this thread.
    // Errors: throws what runner_base::execute() throws; the batch is not lost then: unless that
    //   has put it elsewhere, it has run on this thread, by its destructor.
    // Thread safety: several threads may call it for one runner.
    void execute(batch queued) const;

    // Equal if both are copies of one runner, or both run inline.
    friend bool operator==(runner const& a, runner const& b) noexcept { return a.base_ == b.base_; }

private:
    void drop_reference() noexcept;

    runner_base* base_ = nullptr;
};

// Effects: owners that are created from now on use this runner; with an empty runner, none. Owners
//   that exist keep theirs. A forked child begins without one, because the parent's threads do not
//   exist there. For applications, not for libraries.
// Allocates: nothing. But creating an owner allocates what a batch needs, as set_runner() does;
//   when memory is short the owner runs its cleanups inline, and the failure handler is called.
// Thread safety: any thread.
HANDRAIL_API void set_default_runner(runner target);

// Effects: the owner's cleanups, and its close if that is deferred, will go to this runner instead
//   of the one before. With an empty runner they run on the thread on which the owner ends, also if
//   a default runner is set. The runner belongs to the resource that the owner has now: it moves
//   with it, and a swap exchanges it. After close(), reset(), release() and being moved from, the
//   owner has none; a resource that it gets later begins with the default runner, or without one.
//   In a child forked later, owners that have a runner behave as if they had none, because the
//   parent's threads do not exist there, until the child sets one.
// Errors: throws std::invalid_argument for an empty owner, std::bad_alloc, which is possible with
//   an empty runner, too; the owner is unchanged then.
// Allocates: what a batch needs, so that nothing is allocated when the owner's life ends.
// Thread safety: as add_cleanup.
HANDRAIL_API void set_runner(owner_ref owner, runner target);

//     handrail::defer_close(mapping);      // unmapping gigabytes takes long: let the runner do it
//
// Effects: when the owner's life ends, its resource is closed by the owner's runner, before the
//   cleanups, instead of on the thread on which the owner ends; the owner's memory may be freed by
//   then. close() still closes at once. Without a runner nothing is deferred. The reservation
//   belongs to the resource, as the runner does: it moves with it, release() and close() free it,
//   and a resource that the owner gets later is not deferred.
// Requires: the close (a Traits::close of your own, say) does not destroy the runner's execution
//   context.
// Errors: throws std::invalid_argument for an empty owner and for a managed object, which has no
//   close of its own (defer the handle inside it); std::bad_alloc. The owner is unchanged then.
// Allocates: what the close needs.
// Thread safety: as add_cleanup.
HANDRAIL_API void defer_close(owner_ref owner);

//     if (!handrail::drain(std::chrono::seconds(5))) { log("cleanups are still running"); }
//
// Effects: waits until no cleanup and no deferred close is queued or running in the process, but no
//   longer than timeout. It also waits for cleanups of owners that end during the call.
// Returns: whether there was a moment without such a cleanup. Returns false at once inside a
//   cleanup or a deferred close, and while cleanups of this thread wait for the end of a deferral:
//   it would wait for itself.
// Not promised: that it waits for a thread for which there was no memory when it first used the
//   library.
// Allocates: nothing.
// Thread safety: any thread.
[[nodiscard]] HANDRAIL_API bool drain(std::chrono::nanoseconds timeout);

// How many cleanups this process has registered, stopped and run since it started, in all threads.
// Every number only grows: registered - stopped - queued cleanups wait for their owners, and
// queued - executed are waiting to run or running (in a forked child, those that were discarded are
// among them).
struct cleanup_statistics {
    std::uint64_t registered = 0;  // add_cleanup succeeded
    std::uint64_t stopped = 0;     // dropped unrun: by stop(), or by release() of the owner
    std::uint64_t queued = 0;      // claimed to be run: by the owner's end or by run()
    std::uint64_t executed = 0;    // have run, those that threw included
    std::uint64_t failed = 0;      // threw
};

//     auto const stats = handrail::cleanup_stats();
//     log("cleanups still to run:", stats.queued - stats.executed);
//
// Returns: a snapshot; exact when no other thread registers, stops or runs cleanups.
// Not promised: the counts of a thread for which there was no memory when it first used the
//   library.
// Thread safety: any thread.
[[nodiscard]] HANDRAIL_API cleanup_statistics cleanup_stats() noexcept;

// An error that could not be reported to a caller.
struct failure {
    // What failed.
    enum class kind {
        close,          // closing a handle failed at the end of its life: error says why
        cleanup_threw,  // exception is what it threw; the following cleanups run
        // For the three below, exception says why.
        // A runner refused a batch, which runs on the thread that offered it, unless the runner has
        // put it elsewhere.
        runner_refused,
        pass_refused,       // a runner refused an automatic pass, which a later make posts again
        no_batch_reserved,  // memory was too short: the owner does without the default runner
    };
    // What failed, and why: an error code, or an exception.
    kind what;
    boost::system::error_code error;
    std::exception_ptr exception;
    // Where the cleanup was registered; of a deferred close, and of a batch with one, where
    // defer_close was called. Line 0 if not known, and for pass_refused and no_batch_reserved.
    // Valid as long as the module that contains the call is loaded.
    std::source_location where;
    // The handle: its kind, its number if it has one, and its name if the leak check is on and
    // knows it: file 3 "ledger", escaped as in reports. For no_batch_reserved, the name of a file
    // is its path, also with the leak check off. Of a managed object: managed object and the name()
    // of its std::type_info. Valid during the call of the handler. Empty for cleanup_threw, since
    // the owner no longer exists; for runner_refused, unless the batch closes a handle; and for
    // pass_refused.
    std::string_view object{};
    // Where the handle was opened, if the leak check is on and knows, for no_batch_reserved also
    // without it; else line 0.
    std::source_location opened{};
};

// A function that is called for each failure, on the thread on which it happened. Called with a
// failure, by several threads at once if they fail at once, with no lock of this library held.
// errno is kept for the code around the failure. It may use this library; a failure that it causes
// calls it again, before it has returned.
using failure_handler = void (*)(failure const&) noexcept;

//     handrail::set_failure_handler([](handrail::failure const& f) noexcept { log_failure(f); });
//
// Effects: failures go to the handler from now on; with null, to the default one, which writes one
//   line to the standard error stream, as much as the stream takes without waiting, and without
//   SIGPIPE. It writes nothing if the stream was closed when the library was loaded, nor from when
//   a guard owns the stream's descriptor until a guard releases it, also if the guard has closed
//   it: the line would end up in another file. If the program replaces the stream by dup2() at
//   another time, lines go to the new file.
// Requires: the handler can be called until the process ends, or until it is replaced and no call
//   of it is under way any more.
// Returns: the handler that was set before.
// Allocates: nothing.
// Thread safety: any thread.
// Not promised: that no other thread is still in the handler that was set before.
HANDRAIL_API failure_handler set_failure_handler(failure_handler handler) noexcept;

}  // namespace handrail
