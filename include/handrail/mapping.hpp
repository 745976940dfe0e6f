// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// mapping: bytes of a file as memory.
//
//     auto image = handrail::file::open("disk.img", handrail::file::read_only);
//     auto header = handrail::mapping::map(image, {.offset = 100, .length = 512});
//     image.close();                                            // the mapping stays
//     std::span<std::byte const> bytes = std::as_const(header).bytes();
//
// Offset and length need not be multiples of a page, also in files of huge pages (hugetlbfs,
// MFD_HUGETLB). A mapping of length 0, or of an empty file, is open and an owner like every other,
// and has no bytes.
//
// Not for pipes, sockets and directories, nor for files whose contents the system generates when
// they are read (/proc, /sys): they have no bytes that could be mapped, and are refused.
//
// Not promised: anything about bytes that the file loses while it is mapped. Access to a page that
// lies wholly past the new end is a fault (SIGBUS on POSIX).

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

// Which bytes to map, and for which access: {.offset = 100, .access = map_options::read_write}.
struct map_options {
    // What the bytes may be used for.
    enum access_type {
        read_only,      // a write to the bytes is a fault
        read_write,     // writes change the file, and every other mapping of it
        copy_on_write,  // writes stay private to this mapping; a file opened for reading suffices
    };

    std::uint64_t offset = 0;                          // in bytes from the beginning of the file
    std::optional<std::size_t> length = std::nullopt;  // in bytes; none: to the end of the file
    // What the bytes may be used for.
    access_type access = read_only;
};

namespace detail {

// The memory that bytes of a file are mapped to: a window of bytes, which begins somewhere in the
// first of the mapped pages.
//
//  1. not open: window_ = 0.
//  2. size_ > 0: window_ is the address of the window's first byte, which is before_ bytes after
//     the beginning of the pages. A page has 2^page_bits_ bytes.
//  3. size_ = 0: nothing is mapped; window_ is a number that no other region has.
class HANDRAIL_API mapped_region {
public:
    static constexpr char const* kind = "mapping";
    static constexpr char const* domain = "memory";

    mapped_region() noexcept = default;
    // Requires: pages are memory from port::map, of page_size bytes each; the window of size bytes
    //   begins after the first `before` bytes; size > 0.
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
    // Returns: the name for error messages.
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
// arguments of its cleanups. A move does not change the address of the bytes.
//
// There is no release(): to unmap bytes that begin inside a page, the caller would have to know the
// address and length of the pages around them.
//
// Allocates: as unique_handle.
// Thread safety: one thread at a time; the bytes are memory like any other.
class HANDRAIL_API mapping {
public:
    // Effects: *this is empty.
    constexpr mapping() noexcept = default;
    mapping(mapping const&) = delete;
    mapping& operator=(mapping const&) = delete;

    // Effects: the memory, its cleanups, its runner and its deferred close move; other is empty
    //   then. What *this owned before ends as in the destructor.
    mapping(mapping&& other) noexcept = default;
    mapping& operator=(mapping&& other) noexcept = default;

    // Effects: unmaps, or leaves that to the owner's runner (defer_close); then the cleanups run.
    //   The system writes changes of a read_write mapping to the file later: see flush.
    // Errors: an error of the unmap goes to the failure handler. errno is kept.
    ~mapping() = default;

    // Effects: maps bytes of an open file. The mapping stays when the file is closed.
    // Returns: the mapping; an empty one when ec is set.
    // Errors: system_error, whose what() names the operation and the file, or ec:
    //   - error::bytes_past_end_of_file if the file or block device does not have all the bytes
    //     (what() says how long it is), error::length_needed for another device if no length is
    //     given; both equal invalid_argument;
    //   - error::not_opened_for_reading (reading is always needed) and
    //     error::not_opened_for_writing, which equal permission_denied;
    //   - is_a_directory; no_such_device for files without bytes of their own, whatever the length
    //     (pipes, sockets, terminals, files of /proc and /sys);
    //   - bad_file_descriptor if the file is not open; not_enough_memory, also if the process has
    //     too many mappings; what else mmap(2) names.
    // Allocates: address space; from the heap as unique_handle, whose default runner it also gets.
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

    // Returns: whether *this owns mapped memory, even of length 0. operator bool is the same.
    bool is_open() const noexcept { return guard_.is_open(); }
    explicit operator bool() const noexcept { return is_open(); }

    // Returns: the bytes, at the same address until the mapping ends; none if *this is empty. A
    //   write to those of a read_only mapping is a fault; from a const mapping they are const.
    std::span<std::byte> bytes() noexcept { return {guard_.resource().data(), size()}; }
    std::span<std::byte const> bytes() const noexcept { return {guard_.resource().data(), size()}; }
    // Returns: how many bytes there are; 0 if *this is empty.
    std::size_t size() const noexcept { return guard_.resource().size(); }

    // Effects: returns when all changes made through a read_write mapping are on the device.
    // Errors: system_error, whose what() names the file, or ec, which is returned, too: io_error;
    //   bad_file_descriptor if *this is empty; what else msync(2) names.
    void flush();
    boost::system::error_code flush(boost::system::error_code& ec) noexcept;

    // Effects: unmaps on this thread, also with defer_close; then the cleanups run, on the owner's
    //   runner if it has one. Nothing happens if *this is empty. When an error is reported *this is
    //   empty, too.
    // Errors: what the system says: system_error, whose what() names the mapping by its number, or
    //   by its file if the leak check is on; or ec, which is returned, too.
    void close();
    boost::system::error_code close(boost::system::error_code& ec) noexcept {
        return ec = guard_.close();
    }

    // Effects: what *this owns ends as in the destructor; *this is empty.
    // Errors: as the destructor.
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
