// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/snapshot.hpp"

#include "lib/heap/prefetch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <mutex>
#include <new>

namespace handrail::detail {

namespace {

constexpr std::ptrdiff_t most_edges = 256;  // kept of one group, or those of one object

void prefetch(tracked_object const* soon) noexcept {
    __builtin_prefetch(soon, 1);
    __builtin_prefetch(reinterpret_cast<std::byte const*>(soon) + sizeof(tracked_object));
}

}  // namespace

void edge_reader::grow() {
    auto const size = static_cast<std::size_t>(end_ - first_);
    auto* const larger = new tracked_object*[std::max<std::size_t>(256, 2 * size)];
    std::copy(first_, next_, larger);
    next_ = larger + (next_ - first_);
    delete[] first_;
    first_ = larger;
    end_ = larger + std::max<std::size_t>(256, 2 * size);
}

snapshot::~snapshot() { delete[] first_; }

// Nodes that are made meanwhile come behind the size that was seen: they are no candidates. Nodes
// that leave make the last one take their place; if that place was passed, it is missed, and what
// it refers to counts as alive.
void snapshot::list(heap_state& heap) {
    std::size_t const expected = count_members(heap);
    if (expected >= none) {
        throw std::bad_alloc();  // numbers have 32 bits
    }
    candidates_.reserve(expected + 1);
    ranges_.reserve(heap.shards.size());
    for (shard& each : heap.shards) {
        list_shard(each);
    }
    listed_ = static_cast<std::uint32_t>(candidates_.size());
    candidates_.push_back({nullptr, 0, 0, 0});
}

void snapshot::list_shard(shard& home) {
    auto const begin = static_cast<std::uint32_t>(candidates_.size());
    std::size_t size = 0;
    {
        std::lock_guard hold(home.mutex);
        size = home.members.size();
    }
    size = std::min(size, candidates_.capacity() - 1 - candidates_.size());
    for (std::size_t at = 0; at < size;) {
        at = list_group(home, at, std::min(size, at + group));
    }
    ranges_.push_back({&home, begin, static_cast<std::uint32_t>(candidates_.size())});
}

// Returns: the first place that is left.
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
        tracked_object& met = *home.members[at];
        met.candidate = static_cast<std::uint32_t>(candidates_.size());
        // acquire: an object with a count is built, and its edges can be read.
        std::uint64_t const word = met.word.load(std::memory_order_acquire);
        candidates_.push_back({&met, strong_count(word) != 0 ? word : 0, 0, 0});
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

// Returns: the first one that is left. What is read under the lock is looked at after it.
std::uint32_t snapshot::read_group(shard& home, std::uint32_t const begin, std::uint32_t end) {
    std::array<std::size_t, group + 1> offsets;
    next_ = first_;
    std::uint32_t number = begin;
    {
        pass_hold const hold(home.mutex);
        do {
            if (number + prefetch_distance < listed_) {
                prefetch(candidates_[number + prefetch_distance].object);
            }
            offsets[number - begin] = static_cast<std::size_t>(next_ - first_);
            read_object(candidates_[number]);
            ++number;
        } while (number != end && next_ - first_ < most_edges && !home.mutex.is_wanted());
    }
    end = number;
    offsets[end - begin] = static_cast<std::size_t>(next_ - first_);
    for (number = begin; number != end; ++number) {
        add_targets(number,
                    {first_ + offsets[number - begin], first_ + offsets[number - begin + 1]});
    }
    return end;
}

// Requires: the lock of its shard.
void snapshot::read_object(candidate& c) {
    if (c.alive()) {
        return;  // its constructor or destructor may be at work
    }
    if (c.object->place >= tracked_object::left_in_pass) {
        c.word = 0;  // it is ending by itself
        return;
    }
    complete_ = true;
    c.object->operations->edges->read(*c.object, *this);
    c.word |= complete_ ? 0 : candidate::incomplete;
}

void snapshot::add_targets(std::uint32_t number, std::span<tracked_object* const> met) {
    candidates_[number].first_edge = static_cast<std::uint32_t>(targets_.size());
    for (tracked_object const* const each : met) {
        if (std::uint32_t const target = number_of(*each); target != none) {
            targets_.push_back(target);
            ++candidates_[target].in;
        }
    }
    if (targets_.size() >= std::numeric_limits<std::uint32_t>::max()) {
        throw std::bad_alloc();  // offsets have 32 bits
    }
}

void snapshot::mark() noexcept {
    for (std::uint32_t number = 0; number != listed_; ++number) {
        candidate const& c = candidates_[number];
        bool const incomplete = (c.word & candidate::incomplete) != 0;
        if (!c.alive() && (incomplete || strong_count(c.word) != c.in)) {
            revive(number, [](candidate&) {});
        }
    }
}

}  // namespace handrail::detail
