// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/posix/directory.hpp"

#include <sys/ioctl.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// Called whenever a file is opened for reading, so the common case is tested first: for regular
// files FIONREAD (ioctl_tty(2)), which neither reads nor waits, takes a third of the time of fstat:
// 0.15 µs instead of 0.43 on the machine where it was measured (open and close: 1.5).
bool refers_to_directory(handle h) noexcept {
    int unread = 0;
    if (::ioctl(h, FIONREAD, &unread) == 0) {
        return false;  // a directory has no bytes to read: ENOTTY
    }
    error_code ignored;  // h is new: its first use reports whatever else is wrong with it
    return kind_of(h, ignored) == handle_kind::directory;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
