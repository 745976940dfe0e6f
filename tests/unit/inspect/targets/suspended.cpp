// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A suspended coroutine with a counted object in a parameter, and one in a variable. Writes a line
// for each, "name address", then "ready", and waits for input.

#include <coroutine>
#include <cstdio>
#include <exception>
#include <memory>
#include <utility>

namespace shop {

struct item {
    int number = 0;
};
using pointer = std::shared_ptr<item>;

pointer make(char const* name) {
    auto made = std::make_shared<item>();
    std::printf("%s %p\n", name, static_cast<void*>(made.get()));
    return made;
}

struct task {
    struct promise_type {
        task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
};

task wait(pointer parameter) {
    pointer variable = make("variable");
    co_await std::suspend_always();
    std::printf("%d %d\n", parameter->number, variable->number);
}

}  // namespace shop

int main() {
    shop::wait(shop::make("parameter"));
    std::puts("ready");
    std::fflush(stdout);
    std::getchar();
}
