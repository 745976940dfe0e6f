// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// dl_iterate_phdr(3): the loader's own list, under the loader's lock.

#include "platform/port.hpp"

#include <link.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

struct listing {
    segment* out;
    std::size_t max;
    std::size_t count;
};

int add_module(dl_phdr_info* module, std::size_t, void* to) {
    auto& all = *static_cast<listing*>(to);
    for (int i = 0; i != module->dlpi_phnum; ++i) {
        auto const& part = module->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_R) == 0) {
            continue;
        }
        if (all.count < all.max) {
            all.out[all.count] = {reinterpret_cast<void const*>(module->dlpi_addr + part.p_vaddr),
                                  part.p_memsz, (part.p_flags & PF_W) != 0,
                                  (part.p_flags & PF_X) != 0};
        }
        ++all.count;
    }
    return 0;
}

}  // namespace

std::size_t module_segments(segment* out, std::size_t max) noexcept {
    listing all{out, max, 0};
    ::dl_iterate_phdr(&add_module, &all);
    return all.count;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
