// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A walk along frame pointers, for processors whose frame record is {caller's frame pointer, return
// address}: x86-64 and 64-bit ARM. The build takes posix/frames.cpp for others.
//
// It cannot fault: a frame is read only if both words lie between the frame of capture_frames and
// the end of the thread's stack, all of which is in use, hence mapped; and each frame must lie
// above the one before. In a caller that was built without frame pointers the register has any
// value: the walk then ends, or reads a word of the stack that is not a return address.

#include "platform/port.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <cerrno>

#include <pthread.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

struct stack_limits {
    std::uintptr_t low, high;  // both 0: not queried yet; low == high otherwise: unknown
};

thread_local constinit stack_limits limits{};

// pthread_getattr_np(3): for the main thread glibc reads /proc/self/maps, with stdio. Called once
// per thread.
stack_limits ask_for_limits() noexcept {
    stack_limits found{1, 1};
    int const keep = errno;
    pthread_attr_t attributes;
    if (::pthread_getattr_np(::pthread_self(), &attributes) == 0) {
        void* address = nullptr;
        std::size_t size = 0;
        if (::pthread_attr_getstack(&attributes, &address, &size) == 0) {
            found.low = detail::as_integer(address);
            found.high = found.low + size;
        }
        ::pthread_attr_destroy(&attributes);
    }
    errno = keep;
    return found;
}

// AddressSanitizer would report reads of its red zones, ThreadSanitizer those of other frames.
__attribute__((no_sanitize("address", "thread"))) std::size_t walk(std::uintptr_t frame,
                                                                   stack_limits const& stack,
                                                                   void const** out,
                                                                   std::size_t max) noexcept {
    constexpr std::size_t record_size = 2 * sizeof(std::uintptr_t);
    std::size_t count = 0;
    while (count != max && frame % sizeof(std::uintptr_t) == 0 && frame >= stack.low &&
           frame < stack.high && stack.high - frame >= record_size) {
        auto const* const record = reinterpret_cast<std::uintptr_t const*>(frame);
        std::uintptr_t const caller = record[0];
        std::uintptr_t const address = record[1];
        if (address == 0) {
            break;
        }
        out[count++] = reinterpret_cast<void const*>(address);
        if (caller <= frame) {
            break;
        }
        frame = caller;
    }
    return count;
}

}  // namespace

[[gnu::noinline]] std::size_t capture_frames(void const** out, std::size_t max) noexcept {
    if (limits.high == 0) {
        limits = ask_for_limits();
    }
    auto const frame = detail::as_integer(__builtin_frame_address(0));
    return walk(frame, limits, out, max);
}

[[gnu::noinline]] segment own_stack() noexcept {
    if (limits.high == 0) {
        limits = ask_for_limits();
    }
    auto const frame = detail::as_integer(__builtin_frame_address(0));
    bool const known = frame >= limits.low && frame < limits.high;
    return {reinterpret_cast<void const*>(frame), known ? limits.high - frame : 0, true, false};
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
