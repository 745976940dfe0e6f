// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// libgcc's unwinder, linked statically: it allocates nothing, and finds a function's unwind table
// by _dl_find_object(3), which takes no lock (glibc 2.35). A copy of our own is also not the one
// with which a program may have registered tables of generated code, behind a mutex.

#include "lib/preload/backtrace.hpp"

#include <unwind.h>

extern "C" {
// Bounds of this library, from the linker.
extern char const __ehdr_start [[gnu::visibility("hidden")]];
extern char const _end [[gnu::visibility("hidden")]];
}

namespace handrail::preload {

namespace {

struct collected {
    std::span<std::uint64_t> to;
    std::size_t count;
};

bool in_this_library(std::uint64_t at) noexcept {
    return reinterpret_cast<std::uint64_t>(&__ehdr_start) <= at &&
           at < reinterpret_cast<std::uint64_t>(&_end);
}

_Unwind_Reason_Code collect(_Unwind_Context* frame, void* argument) noexcept {
    auto& all = *static_cast<collected*>(argument);
    std::uint64_t const at = _Unwind_GetIP(frame);
    if (at == 0 || all.count == all.to.size()) {
        return _URC_END_OF_STACK;
    }
    if (!in_this_library(at)) {
        all.to.data()[all.count++] = at;
    }
    return _URC_NO_REASON;
}

}  // namespace

std::size_t backtrace(std::span<std::uint64_t> to) noexcept {
    collected all{to, 0};
    _Unwind_Backtrace(collect, &all);
    return all.count;
}

}  // namespace handrail::preload
