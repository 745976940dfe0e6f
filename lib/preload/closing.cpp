// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Deaths: a number that is used again by a call that is not seen must not show the birth before.
// The channel to the tool is not the program's to close.

#include "lib/preload/births.hpp"
#include "lib/preload/channel.hpp"
#include "lib/preload/program.hpp"
#include "lib/preload/replaced.hpp"

#include <cerrno>

#include <unistd.h>

using handrail::preload::call;
using handrail::preload::channel;
using handrail::preload::forget;
using handrail::preload::forget_range;
using handrail::preload::in_program;

namespace {

// A child does without the channel.
bool is_channel(int number) noexcept { return number >= 0 && number == channel() && in_program(); }

bool has_channel(unsigned first, unsigned last) noexcept {
    int const number = channel();
    return number >= 0 && first <= static_cast<unsigned>(number) &&
           static_cast<unsigned>(number) <= last && in_program();
}

int close_between(unsigned first, unsigned last, int flags) noexcept {
    return first > last ? 0 : HANDRAIL_REPLACED(close_range)(first, last, flags);
}

}  // namespace

// A cancellation point.
HANDRAIL_REPLACES int close(int number) {
    if (is_channel(number)) {
        errno = EBADF;
        return -1;
    }
    forget(number);
    return HANDRAIL_REPLACED(close)(number);
}

HANDRAIL_REPLACES int close_range(unsigned first, unsigned last, int flags) noexcept {
    if ((flags & CLOSE_RANGE_CLOEXEC) == 0) {
        forget_range(first, last);
    }
    if (!has_channel(first, last)) {
        return HANDRAIL_REPLACED(close_range)(first, last, flags);
    }
    auto const kept = static_cast<unsigned>(channel());
    int const result = kept == 0 ? 0 : close_between(first, kept - 1, flags);
    return result != 0 ? result : close_between(kept + 1, last, flags);
}

HANDRAIL_REPLACES void closefrom(int first) noexcept {
    unsigned const from = first < 0 ? 0 : static_cast<unsigned>(first);
    forget_range(from, ~0U);
    if (has_channel(from, ~0U)) {
        int const kept = channel();
        for (int number = static_cast<int>(from); number != kept; ++number) {
            HANDRAIL_REPLACED(close)(number);
        }
        first = kept + 1;
    }
    HANDRAIL_REPLACED(closefrom)(first);
}
