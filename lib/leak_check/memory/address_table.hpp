// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A hash table from numbers, mostly addresses, to small values, in scratch memory.
//
// Neighbouring keys lie in neighbouring slots: objects that were allocated together are mostly
// looked up together, and their slots then share cache lines. A key without its lowest bits counts
// grains, the smallest distance of two keys. 64 grains form a group; the hash of a group is the
// slot of its first grain, and groups may overlap.
//
// Invariant: at most half of the slots are taken, so that searches are short. Key 0 marks a free
// slot and is not a key.
// Thread safety: none.

#pragma once

#include "lib/leak_check/memory/scratch.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace handrail::leak_check {

inline constexpr unsigned heap_grain = 4;  // low bits of an address that allocators leave 0

template <class Value, unsigned GrainBits = heap_grain>
class address_table {
public:
    address_table(scratch& memory, std::size_t expected)
        : slots_(std::bit_ceil(expected * 2 + 16), slot{}, memory) {}

    Value* find(std::uint64_t key) noexcept {
        slot& found = slot_of(key);
        return found.key != 0 ? &found.value : nullptr;
    }
    Value const* find(std::uint64_t key) const noexcept {
        return const_cast<address_table*>(this)->find(key);
    }
    // Returns: the value of the key, and whether it is new. Requires: key is not 0.
    std::pair<Value*, bool> insert(std::uint64_t key, Value const& value) {
        if ((used_ + 1) * 2 > slots_.size()) {
            grow();
        }
        slot& found = slot_of(key);
        bool const fresh = found.key == 0;
        if (fresh) {
            found = {key, value};
            ++used_;
        }
        return {&found.value, fresh};
    }

private:
    static constexpr std::size_t group = 64;

    struct slot {
        std::uint64_t key = 0;
        Value value{};
    };

    // Fibonacci hashing: the upper bits of the product depend on all bits of the group's number.
    std::size_t home_of(std::uint64_t key) const noexcept {
        std::uint64_t const grain = key >> GrainBits;
        std::uint64_t const hash = grain / group * 0x9e37'79b9'7f4a'7c15U;
        return (hash >> (64 - std::countr_zero(slots_.size()))) + grain % group;
    }
    slot& slot_of(std::uint64_t key) noexcept {
        std::size_t const mask = slots_.size() - 1;
        std::size_t at = home_of(key) & mask;
        while (slots_[at].key != 0 && slots_[at].key != key) {
            at = (at + 1) & mask;
        }
        return slots_[at];
    }
    void grow() {
        scratch_vector<slot> const before = std::exchange(
            slots_, scratch_vector<slot>(slots_.size() * 2, slot{}, slots_.get_allocator()));
        for (slot const& each : before) {
            if (each.key != 0) {
                slot_of(each.key) = each;
            }
        }
    }

    scratch_vector<slot> slots_;
    std::size_t used_ = 0;
};

}  // namespace handrail::leak_check
