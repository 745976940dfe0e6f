// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The types of the port (platform/port.hpp), visible there as port::access and so on. They have a
// namespace of their own because the real port and the fake that wraps it share them.

#pragma once

#include <handrail/detail/base/io_piece.hpp>
#include <handrail/detail/base/native_handle.hpp>
#include <handrail/detail/base/socket_end.hpp>
#include <handrail/path_view.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace handrail::port_types {

using boost::system::error_code;
using handle = detail::native_handle;
using detail::io_piece;
using detail::io_pieces;
inline constexpr auto const& invalid_handle = detail::invalid_native_handle;

enum class access { read, write, read_write };

struct open_options {
    port_types::access access = port_types::access::read;
    bool append = false;             // every write goes to the end, atomically
    bool create = false;             // create the file if it does not exist
    bool exclusive = false;          // with create: fail with file_exists if it exists
    bool truncate = false;           // empty an existing file; needs write access
    bool sync_all_on_write = false;  // a write returns when data and metadata are on the device
    bool non_blocking = false;       // neither opening nor a transfer waits
    unsigned permissions = 0666;     // of a new file: rwx for owner, group, others; minus the umask
};

// How a handle was opened.
struct handle_mode {
    port_types::access access = port_types::access::read;
    bool append = false;
};

enum class seek_origin { begin, current, end };

enum class handle_kind {
    regular_file,
    directory,
    pipe,
    socket,
    character_device,
    block_device,
    other
};

// What of a handle can be mapped.
struct map_source {
    handle_kind kind = handle_kind::other;
    std::uint64_t size = 0;       // as port.hpp's size()
    std::size_t granularity = 0;  // offsets and lengths of its mappings are multiples of this, a
                                  // power of two; more than mapping_granularity() for huge pages
};

enum class map_access {
    read,           // writing to the memory is a fault
    read_write,     // writes go to the file and to every other mapping of it
    copy_on_write,  // writes stay private; the handle needs read access only
};

struct handle_pair {
    handle first = invalid_handle;
    handle second = invalid_handle;
};

using detail::socket_end;

// The system's numbers of a socket's address family and type; whether it is listening.
struct socket_facts {
    int family = 0;
    int type = 0;
    bool listens = false;
};

// The identity of an open file (st_dev, st_ino, type); all 0 if it is not known.
struct handle_identity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::uint64_t type = 0;
    bool operator==(handle_identity const&) const = default;
};

// A copy of the process (make_frozen_copy).
struct frozen_copy {
    handle process = invalid_handle;
    handle output = invalid_handle;
};

// Memory of a loaded module.
struct segment {
    void const* begin;
    std::size_t size;
    bool writable;
    bool executable;
};

struct module_place {
    std::string file;
    std::uintptr_t offset = 0;  // the address as the file's own tables have it
    std::string build_id{};     // in hexadecimal; empty if the file has none
};

}  // namespace handrail::port_types
