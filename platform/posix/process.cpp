// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The process: identity, environment, fork and the end.

#include "platform/posix/system_call.hpp"

#include <cstdlib>

#include <pthread.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

std::uint64_t process_id() noexcept { return static_cast<std::uint64_t>(::getpid()); }

error_code at_fork(void (*prepare)() noexcept, void (*parent)() noexcept,
                   void (*child)() noexcept) noexcept {
    return system_error_code(::pthread_atfork(prepare, parent, child));  // 0 or the error itself
}

char const* environment_variable(char const* name) noexcept { return std::getenv(name); }

void exit_now(int code) noexcept { ::_exit(code); }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
