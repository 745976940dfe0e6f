// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Operations on descriptors of every kind.

#include "platform/posix/system_call.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// close(2): Linux frees the number first and reports errors afterwards, EINTR included, so that a
// second call could close what another thread has opened in between. POSIX does not say what EINTR
// means; only HP-UX keeps the descriptor open, and leaking it there is the lesser harm. Callers
// need not know of EINTR: the handle is closed.
error_code close_handle(handle h) noexcept {
    if (::close(h) == -1 && errno != EINTR) {
        return last_error();
    }
    return {};
}

void set_close_on_exec(handle h, error_code& ec) noexcept {
    int const flags = ::fcntl(h, F_GETFD);
    if (succeeded(flags, ec) && (flags & FD_CLOEXEC) == 0) {
        succeeded(::fcntl(h, F_SETFD, flags | FD_CLOEXEC), ec);
    }
}

bool is_close_on_exec(handle h, error_code& ec) noexcept {
    int const flags = ::fcntl(h, F_GETFD);
    return succeeded(flags, ec) && (flags & FD_CLOEXEC) != 0;
}

handle_kind kind_of(handle h, error_code& ec) noexcept {
    struct stat about;
    if (!succeeded(::fstat(h, &about), ec)) {
        return handle_kind::other;
    }
    return kind_of_mode(about.st_mode);
}

handle_kind kind_of_mode(mode_t mode) noexcept {
    switch (mode & S_IFMT) {
        case S_IFREG: return handle_kind::regular_file;
        case S_IFDIR: return handle_kind::directory;
        case S_IFIFO: return handle_kind::pipe;
        case S_IFSOCK: return handle_kind::socket;
        case S_IFCHR: return handle_kind::character_device;
        case S_IFBLK: return handle_kind::block_device;
        default: return handle_kind::other;  // Linux: epoll, eventfd and so on have no type
    }
}

handle_mode mode_of(handle h, error_code& ec) noexcept {
    int const flags = ::fcntl(h, F_GETFL);
    if (!succeeded(flags, ec)) {
        return {};
    }
    int const how = flags & O_ACCMODE;
    return {.access = how == O_WRONLY ? access::write
                      : how == O_RDWR ? access::read_write
                                      : access::read,
            .append = (flags & O_APPEND) != 0};
}

handle_identity identity_of(handle h, error_code& ec) noexcept {
    struct stat about;
    if (!succeeded(::fstat(h, &about), ec)) {
        return {};
    }
    return {about.st_dev, about.st_ino, about.st_mode & S_IFMT};
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
