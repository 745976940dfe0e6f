// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Files on POSIX descriptors, except transfers (transfer.cpp).

#include "platform/posix/directory.hpp"
#include "platform/posix/system_call.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

bool contradictory(open_options const& options) noexcept {
    bool const writes = options.access != access::read;
    return ((options.append || options.truncate) && !writes) ||
           (options.exclusive && !options.create);
}

int open_flags(open_options const& options) noexcept {
    int flags = O_CLOEXEC | O_NOCTTY;
    flags |= options.access == access::read    ? O_RDONLY
             : options.access == access::write ? O_WRONLY
                                               : O_RDWR;
    flags |= options.append ? O_APPEND : 0;
    flags |= options.create ? O_CREAT : 0;
    flags |= options.exclusive ? O_EXCL : 0;
    flags |= options.truncate ? O_TRUNC : 0;
    flags |= options.sync_all_on_write ? O_SYNC : 0;
    flags |= options.non_blocking ? O_NONBLOCK : 0;
    return flags;
}

int whence(seek_origin origin) noexcept {
    switch (origin) {
        case seek_origin::begin: return SEEK_SET;
        case seek_origin::current: return SEEK_CUR;
        case seek_origin::end: return SEEK_END;
    }
    return -1;  // EINVAL
}

}  // namespace

handle open_file(path_view path, open_options const& options, error_code& ec) noexcept {
    terminated_path const name(path, ec);
    if (!ec && contradictory(options)) {
        ec = system_error_code(EINVAL);
    }
    if (ec) {
        return invalid_handle;
    }
    // open(2) waits for the other side of a FIFO, so a signal can interrupt it.
    int const opened = above_standard_streams(retried(
        [&] { return ::open(name.c_str(), open_flags(options), options.permissions & 07777U); }));
    if (!succeeded(opened, ec)) {
        return invalid_handle;
    }
    // open(2) refuses directories for writing only; for reading, the error would come with the
    // first read.
    if (options.access == access::read && refers_to_directory(opened)) {
        ::close(opened);
        ec = system_error_code(EISDIR);
        return invalid_handle;
    }
    return opened;
}

std::uint64_t seek(handle h, std::int64_t offset, seek_origin origin, error_code& ec) noexcept {
    off_t const position = ::lseek(h, offset, whence(origin));
    return succeeded(position, ec) ? static_cast<std::uint64_t>(position) : 0;
}

// ftruncate(2): EINVAL for a negative size and for descriptors without write access.
void resize(handle h, std::uint64_t size, error_code& ec) noexcept {
    succeeded(retried([&] { return ::ftruncate(h, static_cast<off_t>(size)); }), ec);
}

// fsync(2): after EIO Linux marks the lost pages clean, so that a second call does not report them.
// After EINTR nothing is lost, and the call can be repeated.
void sync_all(handle h, error_code& ec) noexcept {
    succeeded(retried([&] { return ::fsync(h); }), ec);
}

void sync_data(handle h, error_code& ec) noexcept {
    succeeded(retried([&] { return ::fdatasync(h); }), ec);
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
