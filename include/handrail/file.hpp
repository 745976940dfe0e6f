// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// file: an open file, read and written synchronously with Boost.Asio's buffers and free functions.
//
//     auto config = handrail::file::open("app.toml", handrail::file::read_only);
//     std::string text;
//     boost::system::error_code ec;
//     boost::asio::read(config, boost::asio::dynamic_buffer(text), ec);     // ec: asio::error::eof
//
//     auto log = handrail::file::open("app.log", handrail::file::append | handrail::file::create);
//     log.write(std::array{boost::asio::buffer(head), boost::asio::buffer(body)});   // one call
//     handrail::add_cleanup(log, &compress, std::string("app.log"));
//     log.sync_all();                                           // throws if a write was lost
//     log.close();                                              // throws what close(2) reports
//
// A file models Asio's SyncReadStream, SyncWriteStream, SyncRandomAccessReadDevice and
// SyncRandomAccessWriteDevice, so that boost::asio::read, read_until, read_at, write and write_at
// work on it. The members read, read_at, write and write_at do two things better:
//
//  - Errors name the file. Asio's functions get an error_code only, so that what they throw
//    says "write: No space left on device" without the name of the file.
//  - They pass everything to the system in one call if that takes it. Asio's functions pass at most
//    16 buffers and 65,536 bytes at once (as long as their completion condition asks for no more).
//
// Appending, also by several processes at once: what one call writes to a file opened with append
// is at the end of the file in one piece, without bytes of another writer in between. This holds
// for one call of write_some or write with at most 1,024 buffers that are not empty, of at most 2
// GiB less a page in all, and for one call of Asio's write with at most 16 buffers, of at most
// 65,536 bytes in all. It does not hold
//  - where a full device or a limit cuts the call short: write and Asio's write then try to append
//    the rest by another call;
//  - on network file systems such as NFS, where each client computes the end by itself;
//  - in pipes, above PIPE_BUF (4,096) bytes.
//
// Pipes and terminals can be opened, too, and sockets assigned, and be read and written. A write to
// a pipe or socket without a reader reports broken_pipe; SIGPIPE is not raised. A write that would
// make a file larger than the limit (RLIMIT_FSIZE) raises SIGXFSZ, which terminates a program that
// does not ignore it; if it is ignored, the write reports file_too_large.
//
// Not for asynchronous file I/O (boost::asio::stream_file), not for directories, and not for
// sockets that Asio uses (<handrail/socket.hpp>).

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/base/throw.hpp>
#include <handrail/detail/handle/buffers.hpp>
#include <handrail/detail/handle/file_facts.hpp>
#include <handrail/error.hpp>
#include <handrail/handle.hpp>
#include <handrail/path_view.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>

namespace handrail {

// Traits of files: descriptors that are not directories.
struct HANDRAIL_API file_traits : descriptor_traits {
    // As handle_traits describes them.
    using facts = detail::file_facts;
    static constexpr char const* kind = "file";

    // Returns: is_a_directory for a directory.
    static boost::system::error_code accept(native_handle_type h) noexcept;
};

// Owns an open file, or is empty. Closing and owning: as unique_handle. assign refuses a directory;
// the constructor and reset own what they are given, without a check.
//
// For all operations:
// Errors: the first overload throws boost::system::system_error, whose what() names the operation
//   and the file: open by the path that it was given; close by the name in reports if the leak
//   check is on, else by kind and number; the others by the path that the system knows. The other
//   overload sets ec and returns, unless a function says otherwise, 0, or ec if the operation has
//   no other result. bad_file_descriptor if the file is not open, unless the system refuses an
//   argument first. A call that a signal interrupts is made again.
// Allocates: nothing, unless an error is thrown; what owns and ends a file, as unique_handle.
// Thread safety: one thread at a time, except that size and the functions with an offset (read_at,
//   write_some_at, …) may be called by several threads at once.
class HANDRAIL_API file : public unique_handle<file_traits> {
public:
    // How to open; flags can be combined with |. Without a flag for the access, a file is opened
    // for writing if append or truncate is given, else for reading.
    enum flags : unsigned {
        read_only = 1,
        write_only = 2,
        read_write = read_only | write_only,
        append = 4,              // every write goes to the end, in one piece: see above
        create = 8,              // create the file if it does not exist
        exclusive = 16,          // with create: fail if it exists
        truncate = 32,           // remove the contents of an existing file
        sync_all_on_write = 64,  // a write returns when data and metadata are on the device
        non_blocking = 128,      // open and transfers do not wait (FIFOs, devices)
    };
    // Combine flags, bit by bit.
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

    // What the offset of seek is relative to: the beginning, the current position, or the end.
    enum seek_basis { seek_set, seek_cur, seek_end };

    using unique_handle::unique_handle;

    // Effects: opens or creates a file, close-on-exec from birth. permissions: of a new file, the
    //   bits of chmod(2), less the umask.
    //   A terminal does not become the controlling one of the process.
    //   To open a FIFO waits until another process or thread opens its other end, for ever if none
    //   does; to open a device may wait, too. With non_blocking it does not wait: a reader is
    //   opened at once, and reads eof as long as there is no writer; a writer without a reader is
    //   refused. Transfers report operation_would_block instead of waiting.
    // Returns: the open file; an empty one when ec is set.
    // Errors: no_such_file_or_directory, permission_denied, file_exists, too_many_files_open and
    //   what else the system says; is_a_directory, whatever the access; no_such_device_or_address
    //   for a FIFO without a reader (write_only, non_blocking); and these of <handrail/error.hpp>,
    //   which equal invalid_argument: nul_in_path, unknown_open_flags,
    //   append_without_write_access and truncate_without_write_access (read_only was given),
    //   exclusive_without_create.
    [[nodiscard]] static file open(path_view path, flags how, unsigned permissions = 0666,
                                   std::source_location where = std::source_location::current()) {
        boost::system::error_code ec;
        file opened = open(path, how, permissions, ec, where);
        if (ec.failed()) [[unlikely]] {
            fail_opening(ec, path);
        }
        return opened;
    }
    [[nodiscard]] static file open(
        path_view path, flags how, unsigned permissions, boost::system::error_code& ec,
        std::source_location where = std::source_location::current()) noexcept;
    [[nodiscard]] static file open(
        path_view path, flags how, boost::system::error_code& ec,
        std::source_location where = std::source_location::current()) noexcept {
        return open(path, how, 0666, ec, where);
    }

    // Effects: transfers bytes between the file, from its current position on, and the buffers, by
    //   one system call: at most 1,024 buffers that are not empty, and 2 GiB less a page (read(2)).
    //   The position moves by as many bytes.
    // Returns: how many bytes were transferred, at least 1; 0 if all buffers are empty, and with an
    //   error.
    // Errors: asio::error::eof when reading at the end of the file; bad_file_descriptor also if the
    //   file was opened without the access that is needed; operation_would_block with non_blocking;
    //   io_error. When writing: no_space_on_device, broken_pipe, file_too_large; and what else
    //   read(2) and write(2) name. A device may fail later: see sync_all.
    template <detail::mutable_buffers Buffers>
    std::size_t read_some(Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = read_some(buffers, ec);
        check(ec, "read");
        return moved;
    }
    template <detail::mutable_buffers Buffers>
    std::size_t read_some(Buffers const& buffers, boost::system::error_code& ec) noexcept {
        return detail::transfer_once<boost::asio::mutable_buffer>(
            buffers, 0, [&](detail::io_pieces into) { return read_once(into, ec); });
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
        return detail::transfer_once<boost::asio::const_buffer>(
            buffers, 0, [&](detail::io_pieces from) { return write_once(from, ec); });
    }

    // The same at an offset in bytes from the beginning; the current position does not move.
    // Errors: as above; invalid_seek (pipes, sockets, terminals); invalid_argument for an offset
    //   above 2^63 - 1 (pread(2)); error::offset_while_appending (equals invalid_argument) when
    //   writing to a file that was opened with append, or assigned with O_APPEND set: all its
    //   writes go to the end. If other code sets O_APPEND later (F_SETFL), that may go unnoticed.
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
        return detail::transfer_once<boost::asio::mutable_buffer>(
            buffers, 0, [&](detail::io_pieces into) { return read_once_at(offset, into, ec); });
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
        return detail::transfer_once<boost::asio::const_buffer>(
            buffers, 0, [&](detail::io_pieces from) { return write_once_at(offset, from, ec); });
    }

    // Effects: as read_some, write_some, read_some_at and write_some_at, repeated until every
    //   buffer is full or written, or an error is reported. For a regular file, one system call is
    //   made for what fits into one, unless a read reaches the end of the file or a write fills the
    //   device.
    // Returns: how many bytes were transferred, also with an error.
    // Errors: as those functions; asio::error::eof also after a part was read; io_error if a device
    //   writes nothing and reports no error.
    template <detail::mutable_buffers Buffers>
    std::size_t read(Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = read(buffers, ec);
        check(ec, "read");
        return moved;
    }
    template <detail::mutable_buffers Buffers>
    std::size_t read(Buffers const& buffers, boost::system::error_code& ec) noexcept {
        return detail::transfer_all<boost::asio::mutable_buffer>(
            buffers, ec, [&](detail::io_pieces into, std::size_t) { return read_once(into, ec); });
    }
    template <detail::const_buffers Buffers>
    std::size_t write(Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = write(buffers, ec);
        check(ec, "write");
        return moved;
    }
    template <detail::const_buffers Buffers>
    std::size_t write(Buffers const& buffers, boost::system::error_code& ec) noexcept {
        return detail::transfer_all<boost::asio::const_buffer>(
            buffers, ec, [&](detail::io_pieces from, std::size_t) { return write_once(from, ec); });
    }
    template <detail::mutable_buffers Buffers>
    std::size_t read_at(std::uint64_t offset, Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = read_at(offset, buffers, ec);
        check(ec, "read");
        return moved;
    }
    template <detail::mutable_buffers Buffers>
    std::size_t read_at(std::uint64_t offset, Buffers const& buffers,
                        boost::system::error_code& ec) noexcept {
        return detail::transfer_all<boost::asio::mutable_buffer>(
            buffers, ec, [&](detail::io_pieces into, std::size_t moved) {
                return read_once_at(offset + moved, into, ec);
            });
    }
    template <detail::const_buffers Buffers>
    std::size_t write_at(std::uint64_t offset, Buffers const& buffers) {
        boost::system::error_code ec;
        std::size_t const moved = write_at(offset, buffers, ec);
        check(ec, "write");
        return moved;
    }
    template <detail::const_buffers Buffers>
    std::size_t write_at(std::uint64_t offset, Buffers const& buffers,
                         boost::system::error_code& ec) noexcept {
        return detail::transfer_all<boost::asio::const_buffer>(
            buffers, ec, [&](detail::io_pieces from, std::size_t moved) {
                return write_once_at(offset + moved, from, ec);
            });
    }

    // Effects: moves the current position to offset bytes from whence; it may be past the end.
    // Returns: the new position, from the beginning.
    // Errors: invalid_seek (pipes, sockets, terminals); invalid_argument if the position would be
    //   before the beginning (lseek(2)).
    std::uint64_t seek(std::int64_t offset, seek_basis whence);
    std::uint64_t seek(std::int64_t offset, seek_basis whence,
                       boost::system::error_code& ec) noexcept;

    // Returns: the size in bytes of a regular file or block device; of anything else what the
    //   system reports, mostly 0 (fstat(2)).
    std::uint64_t size() const;
    std::uint64_t size(boost::system::error_code& ec) const noexcept;

    // Effects: shortens the file, or extends it with zeros, to this size. The current position
    //   does not move, and may be past the end then. Space for the zeros is not reserved.
    // Errors: invalid_argument if the file was opened without write access or is not a regular
    //   file, or above 2^63 - 1 bytes; file_too_large beyond the limit of the file system or of the
    //   process (RLIMIT_FSIZE, after SIGXFSZ); what else ftruncate(2) names.
    void resize(std::uint64_t bytes);
    boost::system::error_code resize(std::uint64_t bytes, boost::system::error_code& ec) noexcept;

    // Effects: returns when the data and metadata (sync_data: the data and the metadata needed to
    //   read it) are on the device. To be sure that a new file is found after a crash, its
    //   directory must be synced, too (fsync(2)).
    // Errors: io_error or no_space_on_device for earlier writes that were lost: the system reports
    //   that only once, and a second call succeeds although the data is gone; invalid_argument for
    //   pipes, sockets and terminals.
    void sync_all();
    boost::system::error_code sync_all(boost::system::error_code& ec) noexcept;
    void sync_data();
    boost::system::error_code sync_data(boost::system::error_code& ec) noexcept;

    // Effects: as a.swap(b).
    friend void swap(file& a, file& b) noexcept { a.swap(b); }

private:
    friend class mapping;

    [[noreturn]] static void fail_opening(boost::system::error_code const& ec, path_view path);

    // One system call each. read_once and read_once_at are inline because set_end_of_file must be.
    std::size_t read_once(detail::io_pieces into, boost::system::error_code& ec) noexcept {
        std::size_t const moved = read_pieces(into, ec);
        detail::set_end_of_file(into, moved, ec);
        return moved;
    }
    std::size_t read_once_at(std::uint64_t offset, detail::io_pieces into,
                             boost::system::error_code& ec) noexcept {
        std::size_t const moved = read_pieces_at(offset, into, ec);
        detail::set_end_of_file(into, moved, ec);
        return moved;
    }
    std::size_t read_pieces(detail::io_pieces into, boost::system::error_code& ec) noexcept;
    std::size_t read_pieces_at(std::uint64_t offset, detail::io_pieces into,
                               boost::system::error_code& ec) noexcept;
    std::size_t write_once(detail::io_pieces from, boost::system::error_code& ec) noexcept;
    std::size_t write_once_at(std::uint64_t offset, detail::io_pieces from,
                              boost::system::error_code& ec) noexcept;

    // Returns: whether writes may raise SIGPIPE; whether they append. The system is asked only
    //   once.
    bool may_raise_signal(boost::system::error_code& ec) noexcept;
    bool appends(boost::system::error_code& ec) noexcept;

    // Effects: reports a use after close to the leak check if ec is set and the file is empty.
    void notify_use(boost::system::error_code const& ec, char const* operation) const noexcept;

    void check(boost::system::error_code const& ec, char const* operation) const {
        if (ec.failed()) [[unlikely]] {
            fail(ec, operation);
        }
    }
    [[noreturn]] void fail(boost::system::error_code const& ec, char const* operation) const;
};

static_assert(sizeof(file) <= 16);

}  // namespace handrail
