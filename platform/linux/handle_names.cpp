// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What descriptors and mappings refer to.

#include "platform/posix/system_call.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <cinttypes>
#include <cstdio>
#include <sstream>

#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

struct open_while_read {
    handle h;
    ~open_while_read() {
        if (h != invalid_handle) {
            ::close(h);
        }
    }
};

// Returns: the content of the file, or the part before the first error. Not read through a stream,
// whose descriptor would not be close-on-exec, and might be that of a standard stream.
std::string text_of(path_view path) {
    error_code ec;
    open_while_read const file{open_regular_file(path, ec)};
    std::array<char, 4096> part;
    std::string text;
    for (std::size_t got = part.size(); !ec && got != 0;) {
        got = read_some(file.h, part.data(), part.size(), ec);
        text.append(part.data(), got);
    }
    return text;
}

}  // namespace

// proc(5): /proc/[pid]/fd has a symbolic link for every descriptor. readlink truncates its text to
// the size of the buffer.
std::string handle_name(handle h) {
    std::array<char, 32> link;
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", h);
    std::array<char, PATH_MAX> target;
    ssize_t const length = ::readlink(link.data(), target.data(), target.size());
    return {target.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

// proc(5): each line of /proc/self/maps is "begin-end permissions offset device inode   path".
std::string mapping_name(void const* address) {
    auto const at = detail::as_integer(address);
    std::istringstream maps(text_of("/proc/self/maps"));
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        int path = 0;
        constexpr char const* format = "%" SCNxPTR "-%" SCNxPTR " %*s %*s %*s %*s %n";
        bool const read = std::sscanf(line.c_str(), format, &begin, &end, &path) == 2;
        if (read && begin <= at && at < end) {
            return line.substr(std::min(static_cast<std::size_t>(path), line.size()));
        }
    }
    return {};
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
