// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/snapshot.hpp"

#include "lib/base/mutex.hpp"
#include "lib/heap/prefetch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <new>

namespace handrail::detail {

namespace {

// A group ends early after this many edges.
constexpr std::ptrdiff_t max_group_edges = 256;

void prefetch(tracked_object const* soon) noexcept {
    __builtin_prefetch(soon, 1);
    __builtin_prefetch(reinterpret_cast<std::byte const*>(soon) + sizeof(tracked_object));
}

}  // namespace

snapshot::~snapshot() { delete[] first_; }

// Each shard is listed up to the number of members that it had when its turn came, as long as there
// is room, because nothing is allocated under a shard's lock. What is not listed, such as most
// objects that are made meanwhile, counts as outside. When an object is removed, the last member of
// the shard moves to its index. If that index has been listed already, the pass misses the member,
// and everything that it refers to counts as alive.
void snapshot::list(heap_state& heap) {
    std::size_t const expected = count_members(heap);
    if (expected >= none) {
        throw std::bad_alloc();  // an index has 32 bits
    }
    candidates_.reserve(expected + 1);
    ranges_.reserve(heap.shards.size());
    for (shard& each : heap.shards) {
        list_shard(each);
    }
    listed_ = static_cast<std::uint32_t>(candidates_.size());
    candidates_.push_back({});
}

void snapshot::list_shard(shard& home) {
    auto const begin = static_cast<std::uint32_t>(candidates_.size());
    std::size_t size = 0;
    {
        lock_guard hold(home.mutex);
        size = home.members.size();
    }
    size = std::min(size, candidates_.capacity() - 1 - candidates_.size());
    for (std::size_t at = 0; at < size;) {
        at = list_group(home, at, std::min(size, at + group));
    }
    ranges_.push_back({&home, begin, static_cast<std::uint32_t>(candidates_.size())});
}

// Returns: the index of the first member that is still to be listed.
std::size_t snapshot::list_group(shard& home, std::size_t begin, std::size_t end) {
    pass_hold const hold(home.mutex);
    std::size_t const size = home.members.size();
    if (begin >= size) {
        return end;
    }
    std::size_t at = begin;
    do {
        if (at + prefetch_distance < size) {
            __builtin_prefetch(home.members[at + prefetch_distance], 1);
        }
        tracked_object& member = *home.members[at];
        member.candidate_index = static_cast<std::uint32_t>(candidates_.size());
        // acquire: an object with a count is built, and its edges can be read.
        std::uint64_t const word = member.word.load(std::memory_order_acquire);
        candidates_.push_back({.object = &member,
                               .word = strong_count(word) != 0 ? word : 0,
                               .in = 0,
                               .first_edge = 0});
        ++at;
    } while (at < std::min(end, size) && !home.mutex.is_wanted());
    return at;
}

void snapshot::read_edges() {
    targets_.reserve(candidates_.size());
    for (range const& each : ranges_) {
        for (std::uint32_t at = each.begin; at != each.end;) {
            at = read_group(*each.home, at, std::min(each.end, at + group));
        }
    }
    candidates_[listed_].first_edge = static_cast<std::uint32_t>(targets_.size());
}

// Returns: the first candidate that is still to be read. Edges are read under the lock, and their
// targets found after it.
std::uint32_t snapshot::read_group(shard& home, std::uint32_t const begin, std::uint32_t end) {
    std::array<std::size_t, group + 1> offsets;
    next_ = first_;
    std::uint32_t index = begin;
    {
        pass_hold const hold(home.mutex);
        do {
            if (index + prefetch_distance < listed_) {
                prefetch(candidates_[index + prefetch_distance].object);
            }
            offsets[index - begin] = static_cast<std::size_t>(next_ - first_);
            read_object(candidates_[index]);
            ++index;
        } while (index != end && next_ - first_ < max_group_edges && !home.mutex.is_wanted());
    }
    end = index;
    offsets[end - begin] = static_cast<std::size_t>(next_ - first_);
    for (index = begin; index != end; ++index) {
        add_targets(index, {first_ + offsets[index - begin], first_ + offsets[index - begin + 1]});
    }
    return end;
}

// Requires: the lock of its shard.
void snapshot::read_object(candidate& c) {
    if (!c.is_suspect()) {
        return;  // its constructor or destructor may be running
    }
    if (tracked_object::has_left_shard(c.object->shard_index)) {
        c.word = 0;  // it ends by itself
        return;
    }
    complete_ = true;
    c.object->operations->edges->read(*c.object, *this);
    c.word |= complete_ ? 0 : candidate::incomplete;
}

void snapshot::add_targets(std::uint32_t index, std::span<tracked_object* const> targets) {
    candidates_[index].first_edge = static_cast<std::uint32_t>(targets_.size());
    for (tracked_object const* const each : targets) {
        if (std::uint32_t const target = index_of(*each); target != none) {
            targets_.push_back(target);
            ++candidates_[target].in;
        }
    }
    if (targets_.size() >= std::numeric_limits<std::uint32_t>::max()) {
        throw std::bad_alloc();  // first_edge has 32 bits
    }
}

void snapshot::mark() noexcept {
    for (std::uint32_t index = 0; index != listed_; ++index) {
        candidate const& c = candidates_[index];
        bool const incomplete = (c.word & candidate::incomplete) != 0;
        if (c.is_suspect() && (incomplete || strong_count(c.word) != c.in)) {
            revive(index, [](candidate&) {});
        }
    }
}

}  // namespace handrail::detail
