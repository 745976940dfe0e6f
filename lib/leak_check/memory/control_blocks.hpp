// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The control blocks of libstdc++, by which std::shared_ptr keeps an object alive. A control block
// is recognised by its first word, which points to the vtable of a class whose name begins with
// std::_Sp_counted_. Its layout, by offset in bytes (bits/shared_ptr_base.h of libstdc++):
//
//   0   the vtable
//   8   use count and weak count, 32 bits each; all strong references together count as one weak
//   16  the object itself (make_shared), or a pointer to it, or a deleter and a pointer
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/memory/address_table.hpp"
#include "platform/port.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

inline constexpr std::size_t control_block_header = 16;

struct control_block {
    std::uintptr_t begin = 0;
    std::size_t size = 0;
    char const* type = nullptr;  // of the control block, mangled; static storage of a module
    bool in_place = false;       // the object lies in the block, at offset 16
    bool is_pointer = false;     // the word at offset 16 points to the object

    std::uint32_t strong() const noexcept;
    std::uint32_t weak() const noexcept;     // references of std::weak_ptr
    std::uintptr_t object() const noexcept;  // 0: behind a deleter
};

class control_blocks {
public:
    // Requires: the segments are those of the loaded modules, and outlive this object.
    control_blocks(scratch& memory, std::span<port::segment const> modules);

    // Requires: a live heap block of this size, in bytes, begins there. Returns: the control block;
    //   its type is null if the heap block is not one.
    control_block at(std::uintptr_t begin, std::size_t size);

    bool is_code(std::uintptr_t address) const noexcept;

private:
    struct vtable {
        char const* type = nullptr;
        bool in_place = false;
        bool is_pointer = false;
    };

    port::segment const* segment_around(std::uintptr_t address) const noexcept;
    bool is_static(std::uintptr_t address, std::size_t size) const noexcept;
    vtable read_vtable(std::uintptr_t address) const noexcept;

    scratch_vector<port::segment> modules_;  // by address
    address_table<vtable> known_;
};

}  // namespace handrail::leak_check
