// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Classes, functions and variables whose debug information the tests read. It is compiled in
// several ways; see meson.build.

#include "tests/unit/inspect/targets/shapes.hpp"

#include "tests/unit/inspect/targets/more_shapes.hpp"

#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace net {

struct empty {};

struct base {
    virtual ~base() = default;
    int first = 1;
};

struct named {
    virtual ~named() = default;
    virtual std::string name() const = 0;
    std::string text;
};

struct connection;  // never defined

class session : public named, public base, private empty {
public:
    std::string name() const override { return text; }
    void start();

    static int count;
    std::function<void(int)> on_close_;
    std::map<int, std::shared_ptr<session const>> peers_;
    std::unique_ptr<unsigned long[]> words_;
    connection* open_ = nullptr;
    union {
        long as_long = 0;
        double as_double;
    };
    unsigned flags_ : 3 = 0, more_ : 5 = 0;
};

int session::count = 3;

constexpr unsigned lambda_line = __LINE__ + 3;
__attribute__((noinline)) void session::start() {
    std::string const kept = text;
    on_close_ = [this, kept](int n) { count += n + static_cast<int>(kept.size()); };
}

struct registry {
    std::shared_ptr<session> one;
    static registry& instance();
};

registry& registry::instance() {
    static registry one;
    return one;
}

template <class F>
struct state : base {
    explicit state(F f) : run(f) {}
    F run;
};

template <class F>
base* make_state(F f) {
    return new state<F>(f);
}

inline __attribute__((always_inline)) int& calls() {
    static int count = 0;
    ++count;
    return count;
}

}  // namespace net

namespace {

struct hidden {
    virtual ~hidden() = default;
    int in_shapes = 0;
};

struct task {
    struct promise_type {
        task get_return_object() { return {handle::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    using handle = std::coroutine_handle<promise_type>;
    handle frame;
};

task wait(std::shared_ptr<net::session> kept) {
    co_await std::suspend_always();
    kept->start();
}

void const* caller() { return __builtin_return_address(0); }

constexpr unsigned call_line = __LINE__ + 3;
inline __attribute__((always_inline)) void const* inlined() {
    static void const* (*volatile through)() = &caller;
    void const* const at = through();
    return at;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void shapes_of(shapes& all) {
    auto& one = net::registry::instance().one;
    if (one == nullptr) {
        one = std::make_shared<net::session>();
    }
    one->start();
    all.session = one.get();
    all.base = static_cast<net::base*>(one.get());
    all.hidden = new hidden;
    all.other_hidden = other_hidden();
    all.control_block = reinterpret_cast<void* const*>(&one)[1];
    all.thread_state = net::make_state([count = 1] { return count; });
    // The code that calls the functor: the last word of std::function.
    all.function_code = reinterpret_cast<void* const*>(&one->on_close_)[3];
    all.coroutine_resume = *static_cast<void**>(wait(one).frame.address());
    all.local_static = &net::registry::instance();
    all.static_of_inlined = &net::calls();
    all.static_member = &net::session::count;
    all.return_address = inlined();
    all.lambda_line = net::lambda_line;
    all.call_line = call_line;
}
