// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/handles.hpp"

#include "platform/port.hpp"

#include <algorithm>

namespace handrail::leak_check {

namespace {

constexpr port::handle_identity unknown_identity{};

template <class Keep>
std::vector<handle_facts> facts_if(registry const& all, Keep keep) {
    std::vector<handle_facts> found;
    for (auto const& [address, guard] : all.guards) {
        if (guard.open && guard.known && keep(address, guard)) {
            found.push_back(facts_of(guard));
        }
    }
    std::sort(found.begin(), found.end(),
              [](handle_facts const& a, handle_facts const& b) { return a.id < b.id; });
    return found;
}

}  // namespace

std::vector<handle_facts> open_handles(registry const& all) {
    return facts_if(all, [](void const*, guard_entry const&) { return true; });
}

std::vector<handle_facts> leaked_handles(registry const& all, entry_id since) {
    return facts_if(all, [&](void const* address, guard_entry const& guard) {
        object_entry const* const around = all.object_around(address);
        bool const intentional = guard.intentional || (around != nullptr && around->intentional);
        return guard.id >= since && !intentional;
    });
}

std::vector<replaced_handle> replaced_handles(registry const& all, entry_id since) {
    std::vector<replaced_handle> found;
    for (auto const& [address, guard] : all.guards) {
        if (!guard.open || guard.loss_reported || guard.id < since ||
            guard.identity == unknown_identity) {
            continue;
        }
        boost::system::error_code ec;
        auto const now = port::identity_of(static_cast<port::handle>(guard.native), ec);
        if (ec.failed() || now != guard.identity) {
            found.push_back({facts_of(guard), !ec.failed()});
        }
    }
    return found;
}

}  // namespace handrail::leak_check
