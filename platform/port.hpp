// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The port: every primitive of the operating system that handrail uses, specified once. The build
// chooses the files that implement it: platform/<system>/x.cpp or the namesake in platform/posix,
// never both.
//
//     error_code ec;
//     port::handle const h = port::open_file("cfg.toml", {}, ec);
//     if (!ec) { … ec = port::close_handle(h); }
//
// Rules for all of it, unless a function says otherwise:
//
//  1. Errors: ec is set to the system's own code (boost::system::system_category), which compares
//     equal to boost::system::errc and boost::asio::error values; on success ec is cleared. What is
//     returned along with an error is invalid_handle, 0 or nullptr. Nothing has been opened, mapped
//     or moved then.
//  2. Every handle is born close-on-exec (not inherited by programs that this one starts),
//     atomically where the system can.
//  3. A call interrupted by a signal is made again, except close: whether it closed is then unknown
//     to the program, and another thread may already own the number.
//  4. Nothing throws, nothing allocates, nothing keeps state.
//  5. Thread safety: any function may be called from any thread. Two threads that end one handle,
//     mapping or run of pages, or use it while the other one ends it, race as they would without
//     this library.
//  6. Handles, mappings and pages belong to the caller from the moment they are returned.
//  7. No handle has the number of a standard stream (0 to 2 on POSIX), also when that is closed:
//     what is written to the stream would end up in it. A fresh one with such a number moves to a
//     higher one before it is returned. If there is none: too_many_files_open; but a file that was
//     created or truncated stays so, and a connection that was accepted is closed.
//
// Declarations only, without an include guard: tests/fake_port includes this twice, once for the port
// it defines and once, with HANDRAIL_PORT_NAMESPACE = real_port, for the port that it forwards to.

#include "platform/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#if !defined(HANDRAIL_PORT_NAMESPACE)
#define HANDRAIL_PORT_NAMESPACE port
#endif

namespace handrail::HANDRAIL_PORT_NAMESPACE {

using namespace port_types;

// ---- handles of any kind ------------------------------------------------------------------------

// Requires: h came from this port or is such a handle of the system, and is the caller's to end.
// Effects: closes h, once. h is invalid afterwards, also when an error is returned.
// Errors: io_error, no_space_on_device and the like when data written earlier was lost;
//   bad_file_descriptor. An interruption by a signal is no error: h is closed.
error_code close_handle(handle h) noexcept;

// Effects: programs started from now on do not inherit h.
void set_close_on_exec(handle h, error_code& ec) noexcept;
bool is_close_on_exec(handle h, error_code& ec) noexcept;

// Returns: what h refers to; other with an error.
handle_kind kind_of(handle h, error_code& ec) noexcept;

// Returns: how h was opened, or has been set since.
handle_mode mode_of(handle h, error_code& ec) noexcept;

// Returns: what makes h that one and no other: equal for equal descriptors of one thing, as long as
//   one of them is open. Changing its permissions or content changes nothing.
handle_identity identity_of(handle h, error_code& ec) noexcept;

// Returns: a name of what h refers to, for messages: a path, or something like "pipe:[4711]"; empty
//   if the system knows none. Best effort: the file may have been renamed since. Allocates; may
//   throw std::bad_alloc.
std::string handle_name(handle h);

// Returns: the file that is mapped at this address, for messages, as handle_name.
std::string mapping_name(void const* address);

// ---- files --------------------------------------------------------------------------------------

// Effects: opens or creates the file as the options say. Opening a FIFO waits for its other end,
//   and a device for what it waits for, unless non_blocking is set.
// Errors: invalid_argument if path holds a NUL or the options contradict each other (truncate or
//   append without write access, exclusive without create); is_a_directory, whatever the access;
//   filename_too_long; no_such_device_or_address for a FIFO without a reader (write,
//   non_blocking); what the system says: no_such_file_or_directory, permission_denied,
//   file_exists, too_many_files_open, …
handle open_file(path_view path, open_options const& options, error_code& ec) noexcept;

// Transfer between memory and the handle's current position, which moves along, by one call of the
// system. Requires: size bytes at data; of pieces, at least one and at most most_pieces, with at
// most most_bytes in all.
// Returns: how many bytes were moved: at least one, perhaps fewer than there is memory. 0 without
//   an error: that was none, or, when reading, the end. Any size of one piece is allowed; one call
//   moves at most about 2 GiB.
// Errors: operation_would_block on non-blocking handles, broken_pipe, no_space_on_device,
//   file_too_large, … A write to a pipe or socket without a reader also raises SIGPIPE, one beyond
//   the limit on file sizes SIGXFSZ.
std::size_t read_some(handle h, void* data, std::size_t size, error_code& ec) noexcept;
std::size_t read_some(handle h, io_pieces into, error_code& ec) noexcept;
std::size_t write_some(handle h, void const* data, std::size_t size, error_code& ec) noexcept;
std::size_t write_some(handle h, io_pieces from, error_code& ec) noexcept;

// As write_some, but no SIGPIPE reaches the program. Costs several calls where the system has no
// way to ask for that.
std::size_t write_some_without_signal(handle h, io_pieces from, error_code& ec) noexcept;

// The same at an offset from the beginning; the current position stays. On a handle opened with
// append, Linux appends whatever the offset.
// Errors: invalid_seek (pipes, sockets); invalid_argument for offsets above 2^63 - 1.
std::size_t read_some_at(handle h, std::uint64_t offset, void* data, std::size_t size,
                         error_code& ec) noexcept;
std::size_t read_some_at(handle h, std::uint64_t offset, io_pieces into, error_code& ec) noexcept;
std::size_t write_some_at(handle h, std::uint64_t offset, void const* data, std::size_t size,
                          error_code& ec) noexcept;
std::size_t write_some_at(handle h, std::uint64_t offset, io_pieces from, error_code& ec) noexcept;

// Effects: moves the current position. Returns: the new one, from the beginning; it may lie past
//   the end.
// Errors: invalid_seek (pipes, sockets); invalid_argument if it would lie before the beginning.
std::uint64_t seek(handle h, std::int64_t offset, seek_origin origin, error_code& ec) noexcept;

// Returns: the size of a regular file in bytes, and of a block device where the system tells; of
//   anything else, what the system says, mostly 0.
std::uint64_t size(handle h, error_code& ec) noexcept;

// Effects: cuts the file, or extends it with zeros. The current position stays.
// Errors: invalid_argument without write access, or for sizes above 2^63 - 1; file_too_large.
void resize(handle h, std::uint64_t size, error_code& ec) noexcept;

// Effects: returns when data and metadata (sync_data: data and the metadata needed to read it) are
//   on the device.
// Errors: io_error once for writes that were lost, then forgotten by the system; invalid_argument
//   for pipes.
void sync_all(handle h, error_code& ec) noexcept;
void sync_data(handle h, error_code& ec) noexcept;

// Effects: opens path for writing a report: creates it readable by its owner only, or empties it if
//   it is a regular file of the caller's user with no other name. Follows no link as the last
//   component.
// Errors: as open_file; too_many_symbolic_link_levels for a link; permission_denied for another
//   user's file, one with several names, or anything that is no regular file: nothing has been
//   changed then.
handle create_report_file(path_view path, error_code& ec) noexcept;

// Returns: the standard error stream. It is not the caller's to close.
handle standard_error() noexcept;

// Returns: how wide the terminal is that h refers to, 80 if it does not tell; 0 if h refers to
//   nothing of that kind.
std::size_t terminal_columns(handle h) noexcept;

// Effects: writes everything. Where a non-blocking handle takes no more, waits until it does, each
//   time no longer than patience; a blocking one waits as its owner wants it. Neither a pipe
//   without a reader nor the limit of file sizes ends the process by a signal (SIGPIPE, SIGXFSZ):
//   they are errors. Safe in a signal handler and after fork().
// Errors: timed_out when patience has run out; broken_pipe, file_too_large, no_space_on_device, …:
//   a part may have been written then.
error_code write_all(handle h, void const* data, std::size_t size,
                     std::chrono::milliseconds patience) noexcept;
error_code write_all(handle h, void const* data, std::size_t size) noexcept;  // patience: 10 s

// Effects: opens a file for reading whose name comes from outside, waiting for nobody: neither for
//   the other side of a FIFO nor for a device.
// Errors: as open_file; not_supported for anything that is no regular file.
handle open_regular_file(path_view path, error_code& ec) noexcept;

// Effects: writes as much as h takes without waiting; a blocking pipe or terminal, too, is not
//   waited for, unless another writer takes its room at that moment. No signal comes of it
//   (SIGPIPE, SIGXFSZ). Safe in a signal handler and after fork().
// Errors: operation_would_block when h took a part only; broken_pipe, file_too_large, …
error_code write_at_once(handle h, void const* data, std::size_t size) noexcept;

// ---- mappings and pages -------------------------------------------------------------------------

// Returns: what offsets of mappings must be a multiple of, in bytes; a power of two.
std::size_t mapping_granularity() noexcept;

// Returns: what there is to map of h; its granularity is that of mapping_granularity(), or more.
map_source map_source_of(handle h, error_code& ec) noexcept;

// Effects: maps length bytes of the file from offset. The mapping outlives the handle.
// Requires: length > 0; offset is a multiple of map_source_of(h).granularity, and so is length if
//   that is more than mapping_granularity(). Bytes of pages that lie wholly past the end of the
//   file are mapped without an error and fault when touched: compare with size() first.
// Errors: invalid_argument if a requirement is broken, value_too_large or invalid_argument if
//   offset + length cannot be an offset, permission_denied if the handle's access does not allow it
//   (reading is always needed), no_such_device for what cannot be mapped (pipes, sockets),
//   not_enough_memory.
void* map(handle h, std::uint64_t offset, std::size_t length, map_access how,
          error_code& ec) noexcept;

// Requires: address and length of one map(). Effects: the memory is gone; unwritten changes reach
//   the file later.
error_code unmap(void* address, std::size_t length) noexcept;

// Effects: returns when changes made through a read_write mapping are on the device.
// Requires: address is a multiple of mapping_granularity(), inside one mapping with length.
error_code flush(void* address, std::size_t length) noexcept;

// Effects: size bytes of zeroed memory, rounded up to pages, apart from the allocator of the
//   program.
// Requires: size > 0. Errors: not_enough_memory.
void* allocate_pages(std::size_t size, error_code& ec) noexcept;
error_code free_pages(void* address, std::size_t size) noexcept;

// Effects: a hint that all of these pages will be used, so that they may as well be large: then the
//   first use of them takes fewer faults. Requires: from allocate_pages().
void prefer_large_pages(void* address, std::size_t size) noexcept;

// ---- sockets and pipes --------------------------------------------------------------------------

// Family, type and protocol are the system's numbers, as Boost.Asio's Protocol objects give them;
// type is one plain type, without flags. The sockets block until their user says otherwise.
handle open_socket(int family, int type, int protocol, error_code& ec) noexcept;

// Requires: listener is a listening socket; size bytes at address.
// Effects: takes one connection from its queue, waiting for it if the listener blocks. The socket
//   returned blocks, whatever the listener does. address holds the address of the other side, cut
//   if it is longer than size; size becomes its length, 0 with an error.
// Errors: operation_would_block; too_many_files_open (the connection stays in the queue);
//   connection_aborted and what else befell a connection in the queue: these concern that one only,
//   the listener is fine.
handle accept_socket(handle listener, void* address, std::size_t& size, error_code& ec) noexcept;

// Requires: connect() on h was interrupted by a signal. Effects: waits until that attempt has
//   ended, also when h is non-blocking.
// Errors: that of the attempt; not_connected if none was under way any more: the system dropped it
//   (Linux does with local sockets), and connect() may be called again.
void finish_connecting(handle h, error_code& ec) noexcept;

// Effects: as accept_socket does with address and size: the address of h's own end, or of the
//   other.
// Errors: not_connected, for the other end.
void address_of_socket(handle h, socket_end which, void* address, std::size_t& size,
                       error_code& ec) noexcept;

// Returns: what kind of socket h is. Errors: not_a_socket.
socket_facts facts_of_socket(handle h, error_code& ec) noexcept;

// Effects: a later close of h waits for nothing (SO_LINGER is switched off); the system sends what
//   is unsent in the background. Best effort.
void linger_in_background(handle h) noexcept;

// Returns: two connected sockets.
handle_pair open_socket_pair(int family, int type, int protocol, error_code& ec) noexcept;

// Returns: first is read from, second written to.
handle_pair open_pipe(error_code& ec) noexcept;

// ---- process and threads ------------------------------------------------------------------------

std::uint64_t process_id() noexcept;

// Effects: prepare runs before fork() in the parent, on the thread that forks; then parent or child
//   runs after it on that thread. Several registrations: prepare newest first, the others oldest
//   first. There is no way back, so the functions must stay loaded. Nothing where the system has no
//   fork().
// Errors: not_enough_memory. Allocates.
error_code at_fork(void (*prepare)() noexcept, void (*parent)() noexcept,
                   void (*child)() noexcept) noexcept;

// Effects: fn(argument) runs on the calling thread when that thread exits, after the destructors of
//   its thread_local objects; newest registration first. What fn registers runs in a later round,
//   of which the system gives at least four. Allocates nothing. Not run: on the thread that returns
//   from main() or calls exit(), nor on threads still there then; and what is registered in the
//   last round may not run, so that nothing may rely on the call for being safe.
// Errors: not_enough_memory if 2 registrations of the thread wait; what the system says.
error_code at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept;

// Returns: whether the program runs with more rights than the user who started it (set-user-id and
//   the like), so that environment and working directory are not to be trusted.
bool is_privileged() noexcept;

// Returns: the variable's value; nullptr if it is not set. Valid until the program changes its
//   environment.
char const* environment_variable(char const* name) noexcept;

// Effects: fn runs when the process exits by exit(), after what is registered later. Called while
//   libraries are initialised, it runs after the destructors of all of them. The function must stay
//   loaded; its argument means nothing. Errors: not_enough_memory.
error_code at_exit_last(void (*fn)(void*) noexcept) noexcept;

// Requires: the calling function is run by exit(). Effects: the process ends as it would have
//   ended, but with this status: what is registered still runs, and what stdio holds is written.
[[noreturn]] void change_exit_status(int code) noexcept;

// Returns: the absolute path of the working directory; empty if the system does not tell.
//   Allocates; may throw std::bad_alloc.
std::string working_directory();

// Returns: the part of the calling thread's stack that is in use, from the caller's frame on; empty
//   on a stack the program made itself, or where the system does not tell. The first call on a
//   thread may allocate.
segment own_stack() noexcept;

// Effects: copies memory of this process that another thread may change, or give back to the
//   system, at that moment. What it copies then means nothing; it never faults, and errno is as it
//   was.
// Returns: whether there was memory at all of it; false where the system offers no such look.
bool read_memory(void const* from, void* to, std::size_t size) noexcept;

// Effects: stores the return addresses of the calling functions in out, the caller's own first, at
//   most max.
// Returns: how many. Best effort: follows frame pointers, and stops where they end or leave the
//   thread's own stack (0 on a stack the program made itself, or where the system gives no way).
//   Never faults. The first call on a thread may allocate.
std::size_t capture_frames(void const** out, std::size_t max) noexcept;

// ---- a frozen copy of the process ---------------------------------------------------------------

// Effects: makes a copy of this process as it is at this moment. Only fn(argument, out) runs in it,
//   once; then the copy ends. It has no handle of this process but out, to write to, and lets go of
//   the others first. No signal handler of the program runs in it, it leaves no dump when it
//   crashes, it ends with the thread that made it, and nobody else who waits for children hears of
//   it. This process waits only while its page tables are copied.
// Requires: fn calls copy_allocate, copy_write and code of its own, nothing that may wait for
//   another thread: no lock, no allocator, no stdio. argument outlives the call in this process.
// Errors: function_not_supported, operation_not_permitted, resource_unavailable_try_again,
//   not_enough_memory, too_many_files_open: what the system says when it refuses.
frozen_copy make_frozen_copy(void (*fn)(void* argument, handle out) noexcept, void* argument,
                             error_code& ec) noexcept;

// Effects: waits for bytes that the copy wrote.
// Returns: how many; 0 without an error: the copy has ended and everything has been read.
// Errors: timed_out when the deadline has passed.
std::size_t read_from_copy(frozen_copy const& from, void* data, std::size_t size,
                           std::chrono::steady_clock::time_point deadline, error_code& ec) noexcept;

// Effects: ends the copy if it still runs, and gives back what belongs to it.
// Returns: whether fn had returned.
bool end_frozen_copy(frozen_copy& copy) noexcept;

// In a copy: zeroed memory of its own, rounded up to pages; nullptr if there is none.
void* copy_allocate(std::size_t size) noexcept;
// In a copy: writes everything. Returns: whether it could.
bool copy_write(handle out, void const* data, std::size_t size) noexcept;

// ---- modules ------------------------------------------------------------------------------------

// Effects: stores where the segments of the program and its loaded libraries lie, at most max.
// Returns: how many there are, perhaps more than max; 0 where the system does not tell. Waits for
//   libraries that are being loaded.
std::size_t module_segments(segment* out, std::size_t max) noexcept;

// Returns: the file of the program or library that has code at the address, and where in it; no
//   name if there is none or the system does not tell. Allocates; may throw std::bad_alloc.
module_place module_of(void const* address);
// Effects: the module that the address lies in stays loaded until the process ends, also when
//   everybody has closed it. Nothing for the program itself, nor where the system has no such call.
void keep_loaded(void const* address) noexcept;

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
