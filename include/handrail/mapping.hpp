// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Mappings: bytes of a file as memory.
//
//     auto image = handrail::file::open("disk.img", handrail::file::read_only);
//     auto header = handrail::mapping::map(image, {.offset = 100, .length = 512});
//     image.close();                                            // the mapping stays
//     std::span<std::byte const> bytes = std::as_const(header).bytes();
//
// Any offset and length will do, also length 0 and empty files: that mapping is open, has no bytes,
// and is an owner as every other. So it is for files of huge pages (hugetlbfs, MFD_HUGETLB). Not
// for pipes, sockets and directories, nor for files that the system makes up as they are read
// (/proc, /sys), whose size says nothing: these have no bytes that could be mapped, and are
// refused.
//
// Not promised: anything about bytes that the file loses while it is mapped. Touching a page that
// now lies wholly past its end is a fault (SIGBUS on POSIX).

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/guarded.hpp>
#include <handrail/error.hpp>
#include <handrail/owner_ref.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <utility>

namespace handrail {

class file;

// Which bytes to map, and what for: {.offset = 100, .access = map_options::read_write}.
struct map_options {
    // What the bytes may be used for.
    enum access_type {
        read_only,      // writing to the bytes is a fault
        read_write,     // writes go to the file, and to every other mapping of it
        copy_on_write,  // writes stay private to this mapping; the file needs to be readable only
    };

    std::uint64_t offset = 0;                          // in bytes from the beginning of the file
    std::optional<std::size_t> length = std::nullopt;  // in bytes; none: to the end of the file
    // What the bytes may be used for.
    access_type access = read_only;
};

namespace detail {

// Memory that a file is mapped to: a window of bytes, which begins anywhere in the first of the
// pages that are mapped.
//
//  1. not open: window_ = 0.
//  2. size_ > 0: window_ is the address of the window's first byte, and lies before_ bytes behind
//     the beginning of the pages, each of 2^page_bits_ bytes.
//  3. size_ = 0: nothing is mapped; window_ is a number that no other region has.
class HANDRAIL_API mapped_region {
public:
    static constexpr char const* kind = "mapping";
    static constexpr char const* domain = "memory";

    mapped_region() noexcept = default;
    // Requires: pages are memory from port::map, of so many bytes each, in which the window of size
    //   bytes begins behind the first `before` bytes; size > 0.
    mapped_region(void* pages, std::size_t page_size, std::size_t before,
                  std::size_t size) noexcept;
    static mapped_region empty() noexcept;

    mapped_region(mapped_region&& other) noexcept { *this = std::move(other); }
    mapped_region& operator=(mapped_region&& other) noexcept {
        window_ = std::exchange(other.window_, 0);
        size_ = std::exchange(other.size_, 0);
        before_ = other.before_;
        page_bits_ = other.page_bits_;
        return *this;
    }
    ~mapped_region() = default;

    bool is_open() const noexcept { return window_ != 0; }
    std::byte* data() const noexcept {
        return size_ != 0 ? reinterpret_cast<std::byte*>(window_) : nullptr;
    }
    std::size_t size() const noexcept { return size_; }
    extent mapped() const noexcept { return {data(), size_}; }
    std::uint64_t number() const noexcept;
    // Returns: what error messages call it.
    std::string label() const;

    boost::system::error_code close() noexcept;
    boost::system::error_code flush() const noexcept;

private:
    void* pages() const noexcept;
    std::size_t length() const noexcept;

    std::uintptr_t window_ = 0;
    std::size_t size_ = 0;
    std::uint64_t before_ : 56 = 0;
    std::uint64_t page_bits_ : 8 = 0;
};

}  // namespace detail

// Owns mapped memory, or is empty: default-constructed, closed or moved from. It is an owner:
// add_cleanup, set_runner and defer_close take it; pointers and spans into its bytes are refused as
// arguments of its cleanups. Moving it leaves the bytes where they are.
//
// Thread safety: one thread at a time; the bytes, as any memory.
class HANDRAIL_API mapping {
public:
    mapping() noexcept = default;
    mapping(mapping const&) = delete;
    mapping& operator=(mapping const&) = delete;

    // Effects: the memory, its cleanups and its deferred close move; other is empty. What *this
    //   owned before is unmapped and its cleanups run.
    mapping(mapping&& other) noexcept = default;
    mapping& operator=(mapping&& other) noexcept = default;

    // Effects: unmaps, then the cleanups run. Changes to a read_write mapping reach the file, some
    //   time.
    // Errors: an error of the unmap goes to the failure handler. errno is kept.
    ~mapping() = default;

    // Effects: maps bytes of an open file. The mapping outlives the file object.
    // Returns: the mapping; an empty one when ec is set.
    // Errors: system_error naming the operation and the file, or ec: error::bytes_past_end_of_file
    //   if the bytes do not all lie in the file or block device (what() says how long it is), and
    //   error::length_needed for another device without a length: both equal invalid_argument;
    //   error::not_opened_for_reading (which is always needed) or error::not_opened_for_writing,
    //   which equal permission_denied; is_a_directory; no_such_device for what has no bytes of its
    //   own, whatever the length (pipes, sockets, terminals, files of /proc and /sys);
    //   bad_file_descriptor if the file is not open; not_enough_memory.
    [[nodiscard]] static mapping map(file const& from, map_options const& options = {},
                                     std::source_location where = std::source_location::current());
    [[nodiscard]] static mapping map(
        file const& from, map_options const& options, boost::system::error_code& ec,
        std::source_location where = std::source_location::current()) noexcept;
    [[nodiscard]] static mapping map(
        file const& from, boost::system::error_code& ec,
        std::source_location where = std::source_location::current()) noexcept {
        return map(from, {}, ec, where);
    }

    // Returns: whether a mapping is owned. It may have no bytes.
    bool is_open() const noexcept { return guard_.is_open(); }
    explicit operator bool() const noexcept { return is_open(); }

    // Returns: the bytes, valid until the mapping ends; none if it is empty. Writing to those of a
    //   read_only mapping is a fault: take them through a const mapping.
    std::span<std::byte> bytes() noexcept { return {guard_.resource().data(), size()}; }
    std::span<std::byte const> bytes() const noexcept { return {guard_.resource().data(), size()}; }
    std::size_t size() const noexcept { return guard_.resource().size(); }

    // Effects: returns when changes made through a read_write mapping are on the device.
    // Errors: system_error naming the file, or ec: io_error; bad_file_descriptor if the mapping is
    //   not open.
    void flush();
    boost::system::error_code flush(boost::system::error_code& ec) noexcept;

    // Effects: unmaps on this thread, then lets the cleanups run (on the owner's runner). Empty
    //   already: nothing. *this is empty when an error is reported.
    void close();
    boost::system::error_code close(boost::system::error_code& ec) noexcept {
        return ec = guard_.close();
    }

    // Effects: as the destructor; *this is empty.
    void reset() noexcept { guard_.end(); }

    // Effects: exchanges memory, cleanups and deferred closes.
    void swap(mapping& other) noexcept { guard_.swap(other.guard_); }
    friend void swap(mapping& a, mapping& b) noexcept { a.swap(b); }

    friend detail::owner_view handrail_owner(mapping& m) noexcept {
        return m.guard_.view(sizeof(mapping));
    }

private:
    // Returns: the owner of the region, mapped from this file.
    static mapping guard(detail::mapped_region&& region, file const& from,
                         std::source_location where) noexcept;

    detail::guarded<detail::mapped_region> guard_;
};

}  // namespace handrail
