// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The ends of a program, before each of which the tool looks. main() is wrapped, since libc then
// calls its exit() without passing here. Signals that end a program are in signals.cpp; abort() is
// not seen.

#include "lib/preload/look.hpp"
#include "lib/preload/program.hpp"
#include "lib/preload/replaced.hpp"
#include "lib/preload/settings.hpp"

#include <cstdlib>

#include <unistd.h>

using handrail::preload::call;
using handrail::preload::look_at_end;
using handrail::preload::look_reason;

using main_function = int (*)(int, char**, char**);
extern "C" int __libc_start_main(main_function, int, char**, void (*)(), void (*)(), void (*)(),
                                 void*);

namespace {

constinit main_function programs_main = nullptr;

int watched_main(int count, char** arguments, char** environment) {
    int const status = programs_main(count, arguments, environment);
    look_at_end(look_reason::main_returned);
    return status;
}

// Only libc's own calls of exit come here without a look.
[[gnu::destructor]] void at_late_exit() noexcept { look_at_end(look_reason::late_exit); }

}  // namespace

HANDRAIL_REPLACES int __libc_start_main(main_function main, int count, char** arguments,
                                        void (*init)(), void (*fini)(), void (*loader_fini)(),
                                        void* stack_end) {
    programs_main = main;
    return HANDRAIL_REPLACED(__libc_start_main)(watched_main, count, arguments, init, fini,
                                                loader_fini, stack_end);
}

// libc's do not return.
HANDRAIL_REPLACES void exit(int status) noexcept {
    look_at_end(look_reason::exit);
    HANDRAIL_REPLACED(exit)(status);
    __builtin_unreachable();
}
HANDRAIL_REPLACES void quick_exit(int status) noexcept {
    look_at_end(look_reason::quick_exit);
    HANDRAIL_REPLACED(quick_exit)(status);
    __builtin_unreachable();
}
HANDRAIL_REPLACES void _exit(int status) {
    look_at_end(look_reason::immediate_exit);
    HANDRAIL_REPLACED(_exit)(status);
    __builtin_unreachable();
}
HANDRAIL_REPLACES void _Exit(int status) noexcept {
    look_at_end(look_reason::immediate_exit);
    HANDRAIL_REPLACED(_Exit)(status);
    __builtin_unreachable();
}
