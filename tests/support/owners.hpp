// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Owners and runners for tests that need neither files nor sockets.

#pragma once

#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>
#include <handrail/runner.hpp>
#include <handrail/runner_base.hpp>

#include <boost/system/errc.hpp>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace handrail_test {

// The events of the current test case, in order.
inline std::vector<std::string>& events() {
    static std::vector<std::string> log;
    return log;
}
inline void note(std::string what) { events().push_back(std::move(what)); }

// Returns: the events that were noted since the last call.
inline std::vector<std::string> take_events() { return std::exchange(events(), {}); }

// A fixture that discards events from before its test.
struct clean_log {
    clean_log() { take_events(); }
};

struct noting_traits {
    using native_handle_type = int;
    static constexpr char const* kind = "test handle";
    static int invalid() noexcept { return -1; }
    static bool is_valid(int h) noexcept { return h >= 0; }
    static boost::system::error_code close(int h) noexcept {
        note("close " + std::to_string(h));
        return h == failing ? make_error_code(boost::system::errc::io_error)
                            : boost::system::error_code();
    }
    static constexpr int failing = 13;  // closing this number reports an error
};
using handle = handrail::unique_handle<noting_traits>;

// Notes no events: for threads and benchmarks.
struct quiet_traits : noting_traits {
    static boost::system::error_code close(int) noexcept { return {}; }
};
using quiet_handle = handrail::unique_handle<quiet_traits>;

// Keeps batches until the test runs them.
class manual_runner : public handrail::runner_base {
public:
    void execute(handrail::batch queued) override {
        std::lock_guard hold(mutex_);
        queue_.push_back(std::move(queued));
        arrived_.notify_all();
    }
    // Effects: runs the oldest batch on this thread; waits for one if there is none.
    void run_one() { take().run(); }
    handrail::batch take() {
        std::unique_lock hold(mutex_);
        arrived_.wait(hold, [&] { return !queue_.empty(); });
        handrail::batch first = std::move(queue_.front());
        queue_.pop_front();
        return first;
    }
    std::size_t size() {
        std::lock_guard hold(mutex_);
        return queue_.size();
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<handrail::batch> queue_;
};

// Refuses every batch.
class refusing_runner : public handrail::runner_base {
public:
    void execute(handrail::batch) override { throw std::runtime_error("refused"); }
};

// The state stays valid as long as the runner, or a copy of it.
template <class State>
std::pair<handrail::runner, State*> make_test_runner() {
    auto made = std::make_unique<State>();
    State* const state = made.get();
    return {handrail::runner(std::move(made)), state};
}

// A one-shot event.
class event {
public:
    void set() {
        std::lock_guard hold(mutex_);
        set_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock hold(mutex_);
        changed_.wait(hold, [&] { return set_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool set_ = false;
};

// Records failures while it exists. One at a time.
class failure_recorder {
public:
    failure_recorder() : before_(handrail::set_failure_handler(&record)) {
        recorded().clear();
        recorded().reserve(16);  // tests fail allocations
    }
    failure_recorder(failure_recorder const&) = delete;
    failure_recorder& operator=(failure_recorder const&) = delete;
    ~failure_recorder() { handrail::set_failure_handler(before_); }

    static std::vector<handrail::failure>& recorded() {
        static std::vector<handrail::failure> failures;
        return failures;
    }

private:
    static void record(handrail::failure const& f) noexcept { recorded().push_back(f); }
    handrail::failure_handler before_;
};

}  // namespace handrail_test
