// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/memory/file_descriptor.hpp"

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace handrail::inspect {

namespace {

// Opening a device or a FIFO can have effects: `found` is only a name that has been looked up
// (open(2), O_PATH), and is opened if it has led to a regular file.
file_descriptor open_found(file_descriptor const& found) {
    struct stat about{};
    if (!found || ::fstat(found.number(), &about) == -1) {
        return {};
    }
    if (!S_ISREG(about.st_mode)) {
        errno = ENOTSUP;
        return {};
    }
    std::string const link = "/proc/self/fd/" + std::to_string(found.number());
    return file_descriptor(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

file_descriptor open_regular(std::string const& name) {
    return open_found(file_descriptor(::open(name.c_str(), O_PATH | O_CLOEXEC)));
}

file_descriptor open_regular_of(pid_t process, std::string const& name) {
    std::string const root = "/proc/" + std::to_string(process) + "/root";
    file_descriptor const top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!top) {
        return {};
    }
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return open_found(file_descriptor(
        static_cast<int>(::syscall(SYS_openat2, top.number(), name.c_str(), &how, sizeof how))));
}

}  // namespace handrail::inspect
