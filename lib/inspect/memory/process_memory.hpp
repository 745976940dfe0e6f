// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The memory of a process.
//
//     process_memory memory(4711, regions_of(maps_text), {});
//     memory.copy_writable();   // while it is stopped; then it may go on
//
// Pages that the process has never touched are not read: reading would make the system create them,
// and what a program reserves can be far larger than what it uses.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/file_descriptor.hpp"
#include "lib/inspect/memory/memory.hpp"

#include <string_view>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

// Returns: the regions in the text of a file /proc/PID/maps. Lines that cannot be parsed
//   are skipped.
std::vector<region> regions_of(std::string_view maps);

class process_memory final : public memory {
public:
    // `unused` says what need not be copied, such as the parts of stacks below their stack
    // pointers; it reads as zero.
    process_memory(pid_t process, std::vector<region> regions, std::vector<extent> unused);

    // Effects: what has not been copied yet is read from that process, which has the same memory.
    void read_from(pid_t process);
    // Effects: the same from the frozen child of the process, so that it goes on sharing its pages.
    void read_from_child(pid_t child);

    // Effects: copies the content of all writable regions but sparse ones, see max_copied_region.
    void copy_writable() const;

    // Larger regions are not copied while the process is stopped: finding out which of their pages
    // are used would take too long. They are read when they are asked for.
    static constexpr std::uint64_t max_copied_region = std::uint64_t{16} << 30;
    static bool is_copied(region const& each) noexcept {
        return each.readable && each.writable && each.size() <= max_copied_region;
    }

private:
    bool copy(address from, std::span<std::byte> to) const override;
    bool copy_pages(address from, std::span<std::byte> to) const;
    // Returns: how many bytes, from the first on, could be read; not positive: none.
    ssize_t read_pages(address from, std::span<std::byte> to) const;
    ssize_t read_through_file(address from, std::span<std::byte> to) const;
    // Effects: copies what is in use.
    bool copy_used(address from, std::span<std::byte> to) const;

    pid_t process_;
    bool is_child_ = false;
    std::vector<extent> unused_;
    file_descriptor pagemap_;
    file_descriptor mem_;
};

}  // namespace handrail::inspect
