// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The constructor: what is not async-signal-safe is done here, once.

#include "lib/preload/backtrace.hpp"
#include "lib/preload/look.hpp"
#include "lib/preload/program.hpp"
#include "lib/preload/replaced.hpp"
#include "lib/preload/settings.hpp"
#include "lib/preload/system_call.hpp"

#include <unistd.h>

namespace handrail::preload {

namespace {

// glibc gives constructors main()'s arguments. Another library's constructor may have called
// setenv(3) already: then environ is another list of the same texts.
[[gnu::constructor]] void start(int, char**, char** environment) noexcept {
    kept_errno const kept;
    find_replaced();
    if (!in_program()) {
        return;
    }
    std::uint64_t frame[1];
    backtrace(frame);  // the unwinder initialises tables when it is first used
    settings const given = take_settings(environment);
    if (environ != nullptr && environ != environment && !given.children) {
        clean_environment(environ);
    }
    connect_to_tool(given);
}

}  // namespace

}  // namespace handrail::preload
