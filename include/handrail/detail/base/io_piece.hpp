// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// io_piece: memory that a system call reads into or writes from, declared without the system's
// header. Its layout is that of struct iovec, which the port checks.

#pragma once

#include <cstddef>
#include <span>

namespace handrail::detail {

struct io_piece {
    void* data;        // only read from when it is written to a file
    std::size_t size;  // in bytes
};

using io_pieces = std::span<io_piece const>;

// Limits of one system call: the number of pieces (IOV_MAX of Linux, the BSDs and macOS), and of
// bytes in all (read(2), NOTES: 2 GiB less a page of 4 KiB).
inline constexpr std::size_t max_pieces = 1024;
inline constexpr std::size_t max_bytes = 0x7ffff000;

}  // namespace handrail::detail
