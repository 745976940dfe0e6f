// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The memory of an inspected program: a process that has been stopped, or a core file.
//
//     std::optional<std::uint64_t> const vptr = target.memory().read<std::uint64_t>(object);
//
// Nothing in it can be trusted: the program may have been stopped in the middle of a change, and a
// core file may be damaged or forged. Reading never fails in another way than by an empty result,
// and whoever follows pointers bounds the number of steps.
//
//  1. Regions are sorted by address and do not overlap.
//  2. The content of a region is copied when it is first asked for, and stays the same from then
//     on. Pages that cannot be read, and those that the program has never touched, are zero.
//  3. Single values are read without the rest of their region: content is copied in chunks.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/page_area.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace handrail::inspect {

// An address in the inspected program. Never a pointer of the tool's.
using address = std::uint64_t;

// A mapping, a line of /proc/PID/maps (proc(5)).
struct region {
    address begin = 0;
    address end = 0;
    bool readable = false;
    bool writable = false;
    bool executable = false;
    bool shared = false;  // with other processes, or with a file
    std::string file{};   // "/usr/bin/app", "[heap]", "[stack]"; empty: anonymous

    std::uint64_t size() const noexcept { return end - begin; }
    bool contains(address at) const noexcept { return begin <= at && at < end; }
    bool is_module() const noexcept { return !file.empty() && file.front() == '/'; }
};

// Part of a region.
struct extent {
    address begin = 0;
    address end = 0;

    bool contains(address at) const noexcept { return begin <= at && at < end; }
    bool operator==(extent const&) const = default;
};

class memory {
public:
    memory(memory const&) = delete;
    memory& operator=(memory const&) = delete;
    virtual ~memory() = default;

    std::span<region const> regions() const noexcept { return regions_; }

    // Returns: null if nothing is mapped there.
    region const* region_around(address at) const noexcept;

    // Requires: of is one of regions(). Returns: its whole content, of.size() bytes; stays valid as
    //   long as *this. Empty if the region is larger than max_region or memory is short.
    std::span<std::byte const> bytes(region const& of) const;

    // Requires: of is one of regions(). Returns: the parts of it, by address, outside which
    //   bytes(of) is zero: what is reserved but never used need not be searched.
    std::vector<extent> used_parts(region const& of) const;

    // Returns: nothing unless the whole value lies in one region.
    template <class T>
    std::optional<T> read(address at) const {
        static_assert(std::is_trivially_copyable_v<T>);
        std::span<std::byte const> const from = bytes_at(at, sizeof(T));
        if (from.size() != sizeof(T)) {
            return std::nullopt;
        }
        T value;
        std::memcpy(&value, from.data(), sizeof(T));
        return value;
    }

    // Returns: 0 where no word can be read, which is what a null pointer says as well.
    std::uint64_t word(address at) const { return read<std::uint64_t>(at).value_or(0); }

    // Returns: the bytes up to the first zero, at most max_size; empty where nothing is
    //   readable.
    std::string text(address at, std::size_t max_size = 4096) const;

    // Larger regions are reserved address space rather than data.
    static constexpr std::uint64_t max_region = std::uint64_t{1} << 40;

protected:
    explicit memory(std::vector<region> regions);

private:
    struct content {
        page_area area{};
        std::vector<std::uint8_t> chunks{};  // a chunk_state each
    };

    // Effects: fills as much of `to`, which is zero, as can be read.
    // Returns: whether any of it could be read; false also where the program has no data.
    virtual bool copy(address from, std::span<std::byte> to) const = 0;

    // Returns: size bytes, or nothing.
    std::span<std::byte const> bytes_at(address at, std::size_t size) const;
    // Returns: null if the region is too large, or memory is short.
    content* content_of(region const& of) const;
    void load(region const& of, content& into, std::uint64_t from, std::uint64_t to) const;

    std::vector<region> regions_;
    mutable std::vector<content> content_;  // of each region
    mutable std::size_t last_ = 0;          // where region_around() was successful
};

}  // namespace handrail::inspect
