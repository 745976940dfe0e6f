// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The composition root: connects the layers when the library is loaded. The only file that may use
// all of them.

#include "lib/base/process_hooks.hpp"
#include "lib/core/fork.hpp"
#include "lib/heap/fork_handlers.hpp"
#include "lib/leak_check/exit_report.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/report/warning.hpp"
#include "lib/leak_check/settings.hpp"
#include "lib/track/fork_handlers.hpp"
#include "platform/port.hpp"

#include <handrail/detail/base/standard_error.hpp>

#ifndef HANDRAIL_DEFAULT_LEVEL
#define HANDRAIL_DEFAULT_LEVEL 0
#endif

namespace handrail::detail {

namespace {

// Lock order: the observer is notified with no lock of the core held, and does not use the core, so
// that either order is free of deadlocks. The core's locks, which have more contention, are taken
// last.
void before_any_fork() noexcept {
    leak_check::before_fork();
    heap_before_fork();
    before_fork();
}
void after_fork_parent() noexcept {
    after_fork_in_parent();
    heap_after_fork_in_parent();
    leak_check::after_fork();
}
void after_fork_child() noexcept {
    after_fork_in_child();
    heap_after_fork_in_child();
    track::after_fork_in_child();
    leak_check::after_fork();
    leak_check::forget_exit_report();
}

leak_check::settings settings_of_process() {
    auto parsed = leak_check::parse_settings(
        leak_check::permitted(port::environment_variable("HANDRAIL_DEBUG"), port::is_privileged()));
    for (auto const& warning : parsed.warnings) {
        leak_check::warn(warning);
    }
    if (!parsed.values.level) {
        parsed.values.level = static_cast<leak_check::level>(HANDRAIL_DEFAULT_LEVEL);
    }
    return parsed.values;
}

// A host may close a plugin that contains the static library although threads that used it still
// call it at their exit, and the process at its own.
constinit char const in_this_module = 0;

void look_at_standard_error() noexcept {
    boost::system::error_code ec;
    port::is_close_on_exec(port::standard_error(), ec);
    if (ec.failed()) {
        mark_standard_error_closed();
    }
}

bool start() noexcept {
    port::keep_loaded(&in_this_module);
    look_at_standard_error();
    try {
        if (port::at_fork(&before_any_fork, &after_fork_parent, &after_fork_child).failed()) {
            leak_check::warn("fork is not handled: out of memory");
        }
        leak_check::start(settings_of_process());
    } catch (...) {
        leak_check::warn("leak checking is not available: out of memory");
    }
    return true;
}

// At load time, so that the leak check sees the first handle.
struct at_load {
    at_load() noexcept { process_hooks::ensure_started(); }
};
// Initialised before the static objects of a program that is linked with the static library.
[[gnu::init_priority(101), maybe_unused]] at_load const loaded;

}  // namespace

namespace process_hooks {

void ensure_started() noexcept {
    static bool const started = start();
    static_cast<void>(started);
}

void say(std::string_view text) noexcept {
    if (may_write_to_standard_error()) {
        static_cast<void>(port::write_at_once(port::standard_error(), text.data(), text.size()));
    }
}

bool at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept {
    return !port::at_thread_exit(fn, argument).failed();
}

void* process_memory(std::size_t size) noexcept {
    boost::system::error_code ec;
    return port::allocate_pages(size, ec);
}

}  // namespace process_hooks

}  // namespace handrail::detail
