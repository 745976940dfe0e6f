// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/shard.hpp"

#include "lib/base/mutex.hpp"

#include <atomic>
#include <cstdint>

namespace handrail::detail {

std::uint64_t add_member(shard& home, tracked_object& fresh) {
    lock_guard hold(home.mutex);
    home.members.push_back(&fresh);
    fresh.shard_index = static_cast<std::uint32_t>(home.members.size() - 1);
    fresh.home = &home;
    return ++home.ever_added;
}

void remove_member(shard& locked, std::size_t index) noexcept {
    tracked_object* const last = locked.members.back();
    if (index != locked.members.size() - 1) {
        locked.members[index] = last;
        // relaxed, and atomic: remove_from_heap reads an index without the lock.
        std::atomic_ref(last->shard_index)
            .store(static_cast<std::uint32_t>(index), std::memory_order_relaxed);
    }
    locked.members.pop_back();
}

void remove_committed(pass_lock const&, shard& locked, tracked_object& committed,
                      std::size_t index) noexcept {
    bool const moved = index >= locked.members.size() || locked.members[index] != &committed;
    remove_member(locked, moved ? committed.shard_index : index);
}

}  // namespace handrail::detail
