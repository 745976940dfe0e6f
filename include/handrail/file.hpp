// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Files, read and written synchronously with Boost.Asio's buffers and free functions.
//
//     auto config = handrail::file::open("app.toml", handrail::file::read_only);
//     std::string text;
//     boost::system::error_code ec;
//     boost::asio::read(config, boost::asio::dynamic_buffer(text), ec);     // ec: asio::error::eof
//
//     auto log = handrail::file::open("app.log", handrail::file::append | handrail::file::create);
//     boost::asio::write(log, boost::asio::buffer("ready\n", 6));
//     handrail::add_cleanup(log, &compress, std::string("app.log"));
//     log.close();                                                         // throws what was lost
//
// A file models Asio's SyncReadStream, SyncWriteStream, SyncRandomAccessReadDevice and
// SyncRandomAccessWriteDevice, so that boost::asio::read, read_until, read_at, write and write_at
// work on it.
// Not for asynchronous file I/O (boost::asio::stream_file), and not for directories.

#pragma once

#include <handrail/detail/buffers.hpp>
#include <handrail/detail/export.hpp>
#include <handrail/detail/path_view.hpp>
#include <handrail/detail/throw.hpp>
#include <handrail/handle.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>

namespace handrail {

struct file_traits : descriptor_traits {
    static constexpr char const* kind = "file";
};

// Owns an open file, or is empty. Opening, closing, owning: as unique_handle.
//
// Errors of all operations: the first overload throws boost::system::system_error, whose what()
//   names the operation and the file; the other sets ec and returns 0, or ec if the operation has no
//   other result. bad_file_descriptor if the
//   file is not open. Interrupted calls are made again.
// Allocates: nothing, unless an error is thrown.
// Thread safety: one thread at a time, except that read_some_at, write_some_at and size may be
//   called by several threads at once.
class HANDRAIL_API file : public unique_handle<file_traits> {
public:
    // How to open: bits. Without one for access a file is opened for writing if append or truncate
    // is given, else for reading.
    enum flags : unsigned {
        read_only = 1,
        write_only = 2,
        read_write = read_only | write_only,
        append = 4,              // every write goes to the end, atomically
        create = 8,              // make the file if it is missing
        exclusive = 16,          // with create: fail if it is there
        truncate = 32,           // cut an existing file to nothing
        sync_all_on_write = 64,  // a write returns when data and metadata are on the device
    };
    friend constexpr flags operator|(flags a, flags b) noexcept {
        return flags(unsigned{a} | unsigned{b});
    }
    friend constexpr flags operator&(flags a, flags b) noexcept {
        return flags(unsigned{a} & unsigned{b});
    }
    friend constexpr flags operator^(flags a, flags b) noexcept {
        return flags(unsigned{a} ^ unsigned{b});
    }
    friend constexpr flags operator~(flags a) noexcept { return flags(~unsigned{a}); }
    friend constexpr flags& operator|=(flags& a, flags b) noexcept { return a = a | b; }
    friend constexpr flags& operator&=(flags& a, flags b) noexcept { return a = a & b; }
    friend constexpr flags& operator^=(flags& a, flags b) noexcept { return a = a ^ b; }

    enum seek_basis { seek_set, seek_cur, seek_end };

    using unique_handle::unique_handle;

    // Effects: opens or creates a file. The path is a string or a path class; permissions are those
    //   of a new file (rwx bits for owner, group, others), less the umask. The descriptor is born
    //   close-on-exec.
    // Returns: the open file; an empty one when ec is set.
    // Errors: no_such_file_or_directory, permission_denied, file_exists, too_many_files_open and
    //   what else the system says; is_a_directory, whatever the access; invalid_argument if the
    //   path holds a NUL or the flags contradict each other (append or truncate of a file that is
    //   read only, exclusive without create).
    [[nodiscard]] static file open(detail::path_view path, flags how, unsigned permissions = 0666,
                                   std::source_location where = std::source_location::current()) {
        boost::system::error_code ec;
        file opened = open(path, how, permissions, ec, where);
        detail::throw_on_error(ec, "open", path.text());
        return opened;
    }
    [[nodiscard]] static file open(
        detail::path_view path, flags how, unsigned permissions, boost::system::error_code& ec,
        std::source_location where = std::source_location::current()) noexcept;
    [[nodiscard]] static file open(
        detail::path_view path, flags how, boost::system::error_code& ec,
        std::source_location where = std::source_location::current()) noexcept {
        return open(path, how, 0666, ec, where);
    }

    // Effects: transfers between the file's current position and the first buffer that is not
    //   empty. The position moves along. Returns: how many bytes, at least 1; 0 when all buffers
    //   are empty.
    // Errors: asio::error::eof when reading at the end.
    template <detail::mutable_buffers Buffers>
    std::size_t read_some(Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = read_some(buffers, ec);
        check(ec, "read");
        return moved;
    }
    template <detail::mutable_buffers Buffers>
    std::size_t read_some(Buffers const& buffers, boost::system::error_code& ec) noexcept {
        auto const buffer = detail::first_buffer<boost::asio::mutable_buffer>(buffers);
        std::size_t const moved = read(buffer.data(), buffer.size(), ec);
        detail::note_end_of_file(buffer, moved, ec);
        return moved;
    }
    template <detail::const_buffers Buffers>
    std::size_t write_some(Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = write_some(buffers, ec);
        check(ec, "write");
        return moved;
    }
    template <detail::const_buffers Buffers>
    std::size_t write_some(Buffers const& buffers, boost::system::error_code& ec) noexcept {
        auto const buffer = detail::first_buffer<boost::asio::const_buffer>(buffers);
        return write(buffer.data(), buffer.size(), ec);
    }

    // The same at an offset in bytes from the beginning; the current position stays. A file opened
    // with append is appended to whatever the offset (Linux).
    template <detail::mutable_buffers Buffers>
    std::size_t read_some_at(std::uint64_t offset, Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = read_some_at(offset, buffers, ec);
        check(ec, "read");
        return moved;
    }
    template <detail::mutable_buffers Buffers>
    std::size_t read_some_at(std::uint64_t offset, Buffers const& buffers,
                             boost::system::error_code& ec) noexcept {
        auto const buffer = detail::first_buffer<boost::asio::mutable_buffer>(buffers);
        std::size_t const moved = read_at(offset, buffer.data(), buffer.size(), ec);
        detail::note_end_of_file(buffer, moved, ec);
        return moved;
    }
    template <detail::const_buffers Buffers>
    std::size_t write_some_at(std::uint64_t offset, Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = write_some_at(offset, buffers, ec);
        check(ec, "write");
        return moved;
    }
    template <detail::const_buffers Buffers>
    std::size_t write_some_at(std::uint64_t offset, Buffers const& buffers,
                              boost::system::error_code& ec) noexcept {
        auto const buffer = detail::first_buffer<boost::asio::const_buffer>(buffers);
        return write_at(offset, buffer.data(), buffer.size(), ec);
    }

    // Effects: moves the current position. Returns: the new one, from the beginning; it may lie
    //   past the end.
    // Errors: invalid_seek (pipes); invalid_argument if it would lie before the beginning.
    std::uint64_t seek(std::int64_t offset, seek_basis whence);
    std::uint64_t seek(std::int64_t offset, seek_basis whence,
                       boost::system::error_code& ec) noexcept;

    // Returns: the size in bytes.
    std::uint64_t size() const;
    std::uint64_t size(boost::system::error_code& ec) const noexcept;

    // Effects: cuts the file, or extends it with zeros, to so many bytes. The current position
    //   stays.
    void resize(std::uint64_t bytes);
    boost::system::error_code resize(std::uint64_t bytes, boost::system::error_code& ec) noexcept;

    // Effects: returns when data and metadata (sync_data: data and the metadata needed to read it)
    //   are on the device. Errors: io_error once for writes that were lost, then forgotten by the
    //   system.
    void sync_all();
    boost::system::error_code sync_all(boost::system::error_code& ec) noexcept;
    void sync_data();
    boost::system::error_code sync_data(boost::system::error_code& ec) noexcept;

    friend void swap(file& a, file& b) noexcept { a.swap(b); }

private:
    friend class mapping;

    std::size_t read(void* data, std::size_t bytes, boost::system::error_code& ec) noexcept;
    std::size_t write(void const* data, std::size_t bytes, boost::system::error_code& ec) noexcept;
    std::size_t read_at(std::uint64_t offset, void* data, std::size_t bytes,
                        boost::system::error_code& ec) noexcept;
    std::size_t write_at(std::uint64_t offset, void const* data, std::size_t bytes,
                         boost::system::error_code& ec) noexcept;

    // Effects: if ec is set and the file is empty, tells the leak check of a use after close.
    void note_use(boost::system::error_code const& ec, char const* operation) const noexcept;

    void check(boost::system::error_code const& ec, char const* operation) const {
        if (ec.failed()) [[unlikely]] {
            fail(ec, operation);
        }
    }
    [[noreturn]] void fail(boost::system::error_code const& ec, char const* operation) const;
};

static_assert(sizeof(file) <= 16);

}  // namespace handrail
