// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What all sessions share. Only the cache changes; any thread may use it.

#pragma once

#include "document_root.hpp"
#include "file_cache.hpp"

#include <handrail/shared.hpp>

#include <chrono>

namespace file_server {

struct site {
    document_root root;
    handrail::shared<file_cache> files;
    std::chrono::seconds timeout;  // for a whole request, and for each step of a response
};

}  // namespace file_server
