// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The process: identity, environment, fork and exit.

#include "platform/posix/system_call.hpp"

#include <cstdlib>
#include <string>

#include <cxxabi.h>
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

std::uint64_t process_id() noexcept { return static_cast<std::uint64_t>(::getpid()); }

error_code at_fork(void (*prepare)() noexcept, void (*parent)() noexcept,
                   void (*child)() noexcept) noexcept {
    return system_error_code(::pthread_atfork(prepare, parent, child));  // 0 or the error itself
}

void* exported_function(char const* name) noexcept { return ::dlsym(RTLD_DEFAULT, name); }

char const* environment_variable(char const* name) noexcept { return std::getenv(name); }

// Not atexit(): what a library registers with it is called together with the library's destructors.
// A function that is registered without a module is called in reverse order of registration alone.
// The destructors of all libraries are one entry in that order, which the C library makes after it
// has initialised them: they run before a function that was registered during initialisation.
// ThreadSanitizer loses the argument of such a function.
error_code at_exit_last(void (*fn)(void*) noexcept) noexcept {
    bool const registered = __cxxabiv1::__cxa_atexit(fn, nullptr, nullptr) == 0;
    return registered ? error_code{} : system_error_code(ENOMEM);
}

// atexit(3): POSIX does not define a second exit(); on Linux and the BSDs it continues where the
// first one was.
void change_exit_status(int code) noexcept { std::exit(code); }

std::string working_directory() {
    std::string path(PATH_MAX, '\0');
    bool const succeeded = ::getcwd(path.data(), path.size()) != nullptr;
    path.resize(succeeded ? path.find('\0') : 0);
    return path;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
