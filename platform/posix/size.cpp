// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The size of a file. POSIX reports neither the size of a block device nor that of huge pages.

#include "platform/posix/system_call.hpp"

#include <sys/stat.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

std::uint64_t size(handle h, error_code& ec) noexcept {
    struct stat about;
    return succeeded(::fstat(h, &about), ec) ? static_cast<std::uint64_t>(about.st_size) : 0;
}

map_source map_source_of(handle h, error_code& ec) noexcept {
    struct stat about;
    if (!succeeded(::fstat(h, &about), ec)) {
        return {};
    }
    return {kind_of_mode(about.st_mode), static_cast<std::uint64_t>(about.st_size),
            mapping_granularity()};
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
