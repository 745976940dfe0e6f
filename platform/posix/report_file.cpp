// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Report files: other users may be able to write to the directory of a report. So no file is opened
// through a link, and none is truncated before it is known to belong to this user. And files whose
// names come from outside: opening and reading them must not wait.

#include "platform/posix/system_call.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

// Another user may have made a second name (hard link) in order to have the file overwritten.
error_code own_regular_file(int descriptor) noexcept {
    struct stat about;
    if (::fstat(descriptor, &about) == -1) {
        return last_error();
    }
    bool const ours = S_ISREG(about.st_mode) && about.st_uid == ::geteuid() && about.st_nlink == 1;
    return ours ? error_code{} : system_error_code(EACCES);
}

error_code empty_and_protect(int descriptor) noexcept {
    if (::fchmod(descriptor, 0600) == -1 ||
        retried([&] { return ::ftruncate(descriptor, 0); }) == -1) {
        return last_error();
    }
    return {};
}

// fstat(2). fifo(7): a FIFO opens at once for reading with O_NONBLOCK; open(2): so do devices.
error_code regular_file(int descriptor) noexcept {
    struct stat about;
    if (::fstat(descriptor, &about) == -1) {
        return last_error();
    }
    return S_ISREG(about.st_mode)   ? error_code{}
           : S_ISDIR(about.st_mode) ? system_error_code(EISDIR)
                                    : system_error_code(ENOTSUP);
}

}  // namespace

handle open_regular_file(path_view path, error_code& ec) noexcept {
    terminated_path const name(path, ec);
    if (ec) {
        return invalid_handle;
    }
    constexpr int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int const opened = above_standard_streams(retried([&] { return ::open(name.c_str(), flags); }));
    if (!succeeded(opened, ec)) {
        ec = errno == ENXIO ? system_error_code(ENOTSUP) : ec;  // a socket
        return invalid_handle;
    }
    ec = regular_file(opened);
    if (ec) {
        ::close(opened);
        return invalid_handle;
    }
    return opened;
}

handle create_report_file(path_view path, error_code& ec) noexcept {
    terminated_path const name(path, ec);
    if (ec) {
        return invalid_handle;
    }
    // No O_TRUNC: it would take effect before the checks. O_NONBLOCK: a FIFO at this path must not
    // make open wait for a reader (fifo(7): ENXIO instead); it has no effect on regular files.
    constexpr int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int const opened =
        above_standard_streams(retried([&] { return ::open(name.c_str(), flags, 0600); }));
    if (opened == -1) {
        ec = errno == ENXIO ? system_error_code(EACCES) : last_error();
        return invalid_handle;
    }
    ec = own_regular_file(opened);
    if (!ec) {
        ec = empty_and_protect(opened);
    }
    if (ec) {
        ::close(opened);
        return invalid_handle;
    }
    return opened;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
