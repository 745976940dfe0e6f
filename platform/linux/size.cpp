// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The size of a file or a block device, and of the pages in which it is mapped.

#include "platform/posix/system_call.hpp"

#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

// stat(2) reports 0 for a block device.
std::uint64_t size_of(handle h, struct stat const& about, error_code& ec) noexcept {
    std::uint64_t bytes = static_cast<std::uint64_t>(about.st_size);
    if (S_ISBLK(about.st_mode)) {
        succeeded(::ioctl(h, BLKGETSIZE64, &bytes), ec);
    }
    return ec ? 0 : bytes;
}

// Files in huge pages (hugetlbfs, memfd_create with MFD_HUGETLB) report the size of these as their
// block size. Other file systems may have large blocks as well, but are mapped in ordinary pages.
std::size_t granularity_of(handle h, struct stat const& about, error_code& ec) noexcept {
    std::size_t const page = mapping_granularity();
    struct statfs system;
    if (!S_ISREG(about.st_mode) || static_cast<std::size_t>(about.st_blksize) <= page ||
        !succeeded(retried([&] { return ::fstatfs(h, &system); }), ec)) {
        return page;
    }
    return system.f_type == HUGETLBFS_MAGIC ? static_cast<std::size_t>(about.st_blksize) : page;
}

}  // namespace

std::uint64_t size(handle h, error_code& ec) noexcept {
    struct stat about;
    return succeeded(::fstat(h, &about), ec) ? size_of(h, about, ec) : 0;
}

map_source map_source_of(handle h, error_code& ec) noexcept {
    struct stat about;
    if (!succeeded(::fstat(h, &about), ec)) {
        return {};
    }
    std::uint64_t const size = size_of(h, about, ec);
    if (ec) {
        return {};
    }
    return {kind_of_mode(about.st_mode), size, granularity_of(h, about, ec)};
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
