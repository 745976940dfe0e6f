// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a runner of your own is made of, for executors that make_runner() does not know: a class
// that is derived from runner_base and takes batches.
//
//     class ui_runner final : public handrail::runner_base {
//     public:
//         void execute(handrail::batch queued) override {
//             std::lock_guard hold(mutex_);
//             waiting_.push_back(std::move(queued));
//         }
//         void run_one() { take_first().run(); }   // called by the thread of the user interface
//         …
//     };
//
//     auto ui = std::make_unique<ui_runner>();
//     ui_runner& loop = *ui;  // valid as long as the runner or a copy of it
//     handrail::runner const on_ui_thread(std::move(ui));
//     handrail::set_runner(file, on_ui_thread);

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/batch_state.hpp>
#include <handrail/runner.hpp>

#include <atomic>
#include <cstdint>
#include <utility>

namespace handrail {

// One ended owner's cleanups, and its close if that was deferred, on the way to where they run.
// Whoever has it owns it. A batch that is destroyed without having been run is run by its
// destructor, so that it runs exactly once even when it is refused or forgotten; a close that could
// wait does not wait then, because nobody chose that thread for it.
//
// Thread safety: one thread at a time.
class batch {
public:
    // Takes memory that was reserved with the owner's runner (256 bytes, one allocation at a time);
    // operator new for what does not fit.
    using allocator_type = detail::reserved_allocator<void>;

    // Effects: takes over the batch; other is as if it had been run. Allocates: nothing.
    batch(batch&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    // Effects: takes over the batch, as the constructor does. A batch that *this had and that was
    //   not run is run on this thread, as by the destructor.
    batch& operator=(batch&& other) noexcept {
        batch taken(std::move(other));
        std::swap(state_, taken.state_);
        return *this;
    }
    // Effects: runs the batch on this thread, unless it was run or moved from.
    ~batch() {
        if (state_ != nullptr) {
            detail::run_forgotten_batch(state_);
        }
    }

    // Effects: closes what was left to be closed, then runs the cleanups, newest first, on this
    //   thread. Inside a cleanup, and under a deferral, they wait as those of any owner do. Does
    //   nothing if the batch was run or moved from. What cleanups throw goes to the failure
    //   handler.
    void run() noexcept {
        if (state_ != nullptr) {
            detail::run_batch(std::exchange(state_, nullptr));
        }
    }

    // Returns: an allocator for what a runner must store to queue this batch. What it allocates may
    //   be deallocated after the batch has run.
    // Requires: the batch was neither run nor moved from. Allocates: nothing itself.
    allocator_type get_allocator() const noexcept { return allocator_type(state_); }

private:
    friend void detail::end_batch(detail::batch_state* ended) noexcept;

    explicit batch(detail::batch_state* owned) noexcept : state_(owned) {}

    detail::batch_state* state_;
};

// The base of runners. It is owned by handrail::runner, its copies, and the owners and queued
// batches that use it, and destroyed by whoever gives up the last of them, on any thread.
class HANDRAIL_API runner_base {
public:
    runner_base(runner_base const&) = delete;
    runner_base& operator=(runner_base const&) = delete;
    // Called once, by any thread, with no lock of this library held.
    // Requires: it does not wait for batches, and does not throw.
    virtual ~runner_base();

    // Called by the thread on which an owner ends, for each batch, by runner::execute(), with no
    // lock of this library held.
    // Effects: arranges that the batch is run once, by any thread, now or later.
    // Errors: what it throws goes to the failure handler, as runner_refused; the batch runs as it
    //   is destroyed: here, unless execute has put it elsewhere.
    // Allocates: what it likes; what it allocates by queued.get_allocator() cannot fail while it
    //   fits there.
    // Thread safety: must allow calls from several threads at a time.
    virtual void execute(batch queued) = 0;

protected:
    // Requires: the object is made by operator new, and given to one runner.
    runner_base() noexcept = default;

private:
    friend class runner;

    std::atomic<std::uint32_t> references_{1};
};

}  // namespace handrail
