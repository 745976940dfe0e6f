// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/allocator.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace handrail::inspect {

namespace {

constexpr std::array<std::string_view, 7> libraries{
    "libasan.", "libhwasan.", "libtsan.", "libmsan.", "libjemalloc.", "libtcmalloc", "libmimalloc.",
};

}  // namespace

std::string other_allocator(memory const& of) {
    for (region const& each : of.regions()) {
        // A sanitizer that is linked statically is known by its shadow memory.
        if (each.size() > memory::max_region) {
            return "a sanitizer";
        }
        std::string_view const name = std::string_view(each.file).substr(each.file.rfind('/') + 1);
        if (std::any_of(libraries.begin(), libraries.end(),
                        [&](std::string_view library) { return name.starts_with(library); })) {
            return std::string(name);
        }
    }
    return {};
}

}  // namespace handrail::inspect
