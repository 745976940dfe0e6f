// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Facts of the handles in the registry, for reports that are written when it is unlocked.
//
// Thread safety: under the registry's mutex. All functions throw std::bad_alloc.

#pragma once

#include "lib/leak_check/registry/registry.hpp"

#include <vector>

namespace handrail::leak_check {

// Returns: the open handles whose opening is known, oldest first.
std::vector<handle_facts> open_handles(registry const& all);

// Returns: of these, those opened from since on that are not intentionally leaked.
std::vector<handle_facts> leaked_handles(registry const& all, entry_id since);

struct replaced_handle {
    handle_facts handle;
    bool is_open = false;  // something else is open under the handle's number
};
// Returns: open descriptors, opened from since on, that are not what their guards opened. Those
//   whose loss has been reported are left out. Asks the system about each descriptor.
std::vector<replaced_handle> replaced_handles(registry const& all, entry_id since);

}  // namespace handrail::leak_check
