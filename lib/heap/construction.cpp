// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/heap/construction.hpp>

namespace handrail::detail {

namespace {

thread_local constinit construction* own_innermost = nullptr;

}  // namespace

construction*& construction::innermost() noexcept { return own_innermost; }

object_header* construction::around(void const* part) noexcept {
    for (construction const* each = own_innermost; each != nullptr; each = each->outer_) {
        if (each->fresh_.object().contains(part)) {
            return &each->fresh_;
        }
    }
    return nullptr;
}

}  // namespace handrail::detail
