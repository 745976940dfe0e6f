// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "input.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handrail_check {

namespace {

constexpr std::size_t part = std::size_t{1} << 16;

std::optional<std::string> read_all_of(int descriptor, std::size_t max_size) {
    std::string text;
    for (;;) {
        std::size_t const before = text.size();
        text.resize(before + part);
        ssize_t const got = ::read(descriptor, text.data() + before, part);
        int const error = errno;
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0) {
            return text;
        }
        if (text.size() > max_size) {
            errno = EFBIG;
            return std::nullopt;
        }
        if (got == -1 && error != EINTR) {
            errno = error;
            return std::nullopt;
        }
    }
}

}  // namespace

// fifo(7), open(2): with O_NONBLOCK neither a FIFO nor a device waits.
std::optional<input_file> open_input(int directory, std::string const& name, int more_flags) {
    if (name.find('\0') != name.npos) {
        errno = EINVAL;
        return std::nullopt;
    }
    constexpr int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int const opened = ::openat(directory, name.c_str(), flags | more_flags);
    if (opened == -1) {
        return std::nullopt;
    }
    input_file result{handrail::descriptor(opened), 0};
    struct stat about{};
    if (::fstat(opened, &about) == -1) {
        return std::nullopt;
    }
    if (!S_ISREG(about.st_mode)) {
        result.file.close();
        errno = S_ISDIR(about.st_mode) ? EISDIR : ENOTSUP;
        return std::nullopt;
    }
    result.size = static_cast<std::size_t>(about.st_size);
    return result;
}

std::optional<std::string> read_input(input_file const& from, std::size_t max_size) {
    if (from.size > max_size) {
        errno = EFBIG;
        return std::nullopt;
    }
    return read_all_of(from.file.native_handle(), max_size);
}

std::optional<std::string> read_standard_input(std::size_t max_size) {
    return read_all_of(STDIN_FILENO, max_size);
}

std::string reason_of_errno() {
    switch (errno) {
        case ENOTSUP:
        case ENXIO: return "it is not a regular file";
        case EAGAIN: return "reading it would wait";
        case EFBIG: return "it is too large";
        default: return std::generic_category().message(errno);
    }
}

}  // namespace handrail_check
