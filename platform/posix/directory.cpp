// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/posix/directory.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

bool refers_to_directory(handle h) noexcept {
    error_code ignored;  // h is new: its first use reports whatever else is wrong with it
    return kind_of(h, ignored) == handle_kind::directory;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
