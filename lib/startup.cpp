// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The composition root: connects the layers when the library is loaded. The only file that may see all of them.

#include "lib/base/host.hpp"
#include "lib/core/thread_state.hpp"
#include "lib/leak_check/check.hpp"
#include "lib/leak_check/exit_report.hpp"
#include "lib/leak_check/settings.hpp"
#include "platform/port.hpp"

#include <string>

#ifndef HANDRAIL_DEFAULT_LEVEL
#define HANDRAIL_DEFAULT_LEVEL 0
#endif

namespace handrail::detail {

namespace {

// The core's lock is taken last and given back first: the leak check may be called under no lock of the core, never the other
// way round.
void before_any_fork() noexcept {
    leak_check::before_fork();
    before_fork();
}
void after_fork_parent() noexcept {
    after_fork_in_parent();
    leak_check::after_fork();
}
void after_fork_child() noexcept {
    after_fork_in_child();
    leak_check::after_fork();
    leak_check::forget_exit_report();
}

// A program that runs with more rights than its user takes no orders from the user's environment.
leak_check::parsed_settings settings_of_process() {
    char const* const text = port::is_privileged() ? nullptr : port::environment_variable("HANDRAIL_DEBUG");
    auto parsed = leak_check::parse_settings(text != nullptr ? text : "");
    if (!parsed.values.level) {
        parsed.values.level = static_cast<leak_check::level>(HANDRAIL_DEFAULT_LEVEL);
    }
    return parsed;
}

bool start() noexcept {
    try {
        if (port::at_fork(&before_any_fork, &after_fork_parent, &after_fork_child).failed()) {
            leak_check::warn("fork is not handled: out of memory");
        }
        auto const parsed = settings_of_process();
        for (auto const& warning : parsed.warnings) {
            leak_check::warn(warning);
        }
        leak_check::start(parsed.values);
    } catch (...) {
        leak_check::warn("leak checking is not available: out of memory");
    }
    return true;
}

}  // namespace

namespace host {

void ensure_started() noexcept {
    static bool const started = start();
    static_cast<void>(started);
}

bool at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept {
    return !port::at_thread_exit(fn, argument).failed();
}

}  // namespace host

namespace {

// At load time, so that the leak check sees the first handle.
[[maybe_unused]] bool const started_at_load = (host::ensure_started(), true);

}  // namespace

}  // namespace handrail::detail
