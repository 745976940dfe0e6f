// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The port: every primitive of the operating system that handrail uses, specified in one place. The
// build chooses the files that implement it: platform/<system>/x.cpp or the file of the same name
// in platform/posix, never both.
//
//     error_code ec;
//     port::handle const h = port::open_file("cfg.toml", {}, ec);
//     if (!ec) { … ec = port::close_handle(h); }
//
// Rules for all of it, unless a function says otherwise:
//
//  1. Errors: ec is set to the system's own code (boost::system::system_category), which compares
//     equal to boost::system::errc and boost::asio::error values; on success ec is cleared. With an
//     error, functions return invalid_handle, 0 or nullptr, and have opened, mapped or transferred
//     nothing.
//  2. Every handle is created close-on-exec (programs that this one starts do not inherit it),
//     atomically where the system can.
//  3. A call that a signal interrupts is repeated, except close: the program cannot know whether
//     the handle was closed, and another thread may already own the number.
//  4. No function throws, allocates or keeps state that a caller could notice.
//  5. Thread safety: any thread may call any function. Two threads that close or unmap the same
//     handle, mapping or pages, or one that uses what another one closes, race as they would
//     without this library.
//  6. Handles, mappings and pages belong to the caller from the moment they are returned.
//  7. No handle has the number of a standard stream (0 to 2 on POSIX), even if that stream is
//     closed: what the program writes to the stream would end up in the handle's file. A new handle
//     with such a number is duplicated to a higher one before it is returned. If there is none, the
//     error is too_many_files_open; a file that was created or truncated by then stays so, and a
//     connection that was accepted is closed.
//
// Declarations only, without an include guard: tests/fake_port includes this twice, once for the
// port it defines and once, with HANDRAIL_PORT_NAMESPACE = real_port, for the port that it forwards
// to.

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
// handle.cpp, handle_names.cpp

// Requires: h is an open handle of the system that belongs to the caller.
// Effects: closes h, once. h is invalid afterwards, even when an error is returned.
// Errors: io_error, no_space_on_device and the like if data written earlier was lost and the file
//   system reports that here (close(2)); bad_file_descriptor. Interruption by a signal is not an
//   error: h is closed.
error_code close_handle(handle h) noexcept;

// Effects: programs started from now on do not inherit h.
void set_close_on_exec(handle h, error_code& ec) noexcept;
bool is_close_on_exec(handle h, error_code& ec) noexcept;

// Returns: what h refers to; handle_kind::other with an error.
handle_kind kind_of(handle h, error_code& ec) noexcept;

// Returns: the mode in which h was opened, or that has been set since.
handle_mode mode_of(handle h, error_code& ec) noexcept;

// Returns: the identity of the open file (st_dev, st_ino and its type): equal for all handles of
//   one file as long as one of them is open. Changes of its permissions or content do not matter.
handle_identity identity_of(handle h, error_code& ec) noexcept;

// Returns: the name of what h refers to, for messages: a path, or a text like "pipe:[4711]"; empty
//   if the system knows none. Best effort: the file may have been renamed since.
// Errors: throws std::bad_alloc. Allocates: the name.
std::string handle_name(handle h);

// Returns: the name of the file that is mapped at this address, for messages; else as handle_name.
std::string mapping_name(void const* address);

// ---- files --------------------------------------------------------------------------------------
// file.cpp, transfer.cpp, pipe_signal.cpp, size.cpp, report_file.cpp, writing.cpp

// Effects: opens or creates the file as the options say. Without non_blocking, opening a FIFO waits
//   until the other end is opened, and opening a device may wait, too.
// Errors: invalid_argument if path holds a NUL or the options contradict each other (truncate or
//   append without write access, exclusive without create); is_a_directory, whatever the access;
//   filename_too_long; no_such_device_or_address for a FIFO without a reader (write,
//   non_blocking); and the system's own: no_such_file_or_directory, permission_denied,
//   file_exists, too_many_files_open, …
handle open_file(path_view path, open_options const& options, error_code& ec) noexcept;

// Effects: transfers bytes between memory and the handle's current position, which advances, by one
//   system call.
// Requires: size bytes at data; of pieces, at least one and at most max_pieces, with at most
//   max_bytes in all. A single piece may have any size; one call transfers at most about 2 GiB.
// Returns: how many bytes were transferred: at least one, and possibly fewer than size. 0 without
//   an error means that size was 0 or, when reading, the end of the file.
// Errors: operation_would_block on non-blocking handles, broken_pipe, no_space_on_device,
//   file_too_large, … A write to a pipe or socket without a reader also raises SIGPIPE, one beyond
//   the limit on file sizes SIGXFSZ.
std::size_t read_some(handle h, void* data, std::size_t size, error_code& ec) noexcept;
std::size_t read_some(handle h, io_pieces into, error_code& ec) noexcept;
std::size_t write_some(handle h, void const* data, std::size_t size, error_code& ec) noexcept;
std::size_t write_some(handle h, io_pieces from, error_code& ec) noexcept;

// As write_some, but raises no SIGPIPE. Takes several system calls where the system has no flag for
// that.
std::size_t write_some_without_signal(handle h, io_pieces from, error_code& ec) noexcept;

// The same at an offset from the beginning of the file; the current position does not change. On a
// handle opened with append, Linux appends whatever the offset.
// Errors: invalid_seek (pipes, sockets); invalid_argument for offsets above 2^63 - 1.
std::size_t read_some_at(handle h, std::uint64_t offset, void* data, std::size_t size,
                         error_code& ec) noexcept;
std::size_t read_some_at(handle h, std::uint64_t offset, io_pieces into, error_code& ec) noexcept;
std::size_t write_some_at(handle h, std::uint64_t offset, void const* data, std::size_t size,
                          error_code& ec) noexcept;
std::size_t write_some_at(handle h, std::uint64_t offset, io_pieces from, error_code& ec) noexcept;

// Effects: sets the current position.
// Returns: the new position, from the beginning; it may lie past the end.
// Errors: invalid_seek (pipes, sockets); invalid_argument if it would lie before the beginning.
std::uint64_t seek(handle h, std::int64_t offset, seek_origin origin, error_code& ec) noexcept;

// Returns: the size in bytes of a regular file, and of a block device where the system reports it;
//   of anything else, what the system reports, mostly 0.
std::uint64_t size(handle h, error_code& ec) noexcept;

// Effects: truncates the file, or extends it with zeros. The current position does not change.
// Errors: invalid_argument without write access, or for sizes above 2^63 - 1; file_too_large.
void resize(handle h, std::uint64_t size, error_code& ec) noexcept;

// Effects: returns when data and metadata (sync_data: data and the metadata needed to read it) are
//   on the device.
// Errors: io_error if writes were lost, which the system reports only once; invalid_argument for
//   pipes.
void sync_all(handle h, error_code& ec) noexcept;
void sync_data(handle h, error_code& ec) noexcept;

// Effects: opens path for writing a report: creates it, readable by its owner only, or truncates it
//   if it is a regular file of the caller's user with a single name. The last component is not
//   followed if it is a symbolic link.
// Errors: as open_file; too_many_symbolic_link_levels for a link; permission_denied for another
//   user's file, for one with several names, and for anything that is not a regular file: nothing
//   has been changed then.
handle create_report_file(path_view path, error_code& ec) noexcept;

// Returns: the standard error stream, which the caller must not close.
handle standard_error() noexcept;

// Returns: the width of the terminal that h refers to, 80 if the terminal does not report it; 0 if
//   h does not refer to a terminal.
std::size_t terminal_columns(handle h) noexcept;

// Effects: writes all size bytes. If a non-blocking handle takes no more, waits until it does, each
//   time no longer than patience; a blocking one may wait longer. Raises no signal (SIGPIPE,
//   SIGXFSZ). Safe in a signal handler and after fork().
// Errors: timed_out if a wait exceeded patience; broken_pipe, file_too_large, no_space_on_device,
//   …: a part may have been written then.
error_code write_all(handle h, void const* data, std::size_t size,
                     std::chrono::milliseconds patience) noexcept;
error_code write_all(handle h, void const* data, std::size_t size) noexcept;  // patience: 10 s

// Effects: opens for reading a file whose name comes from outside. Does not wait, neither for the
//   other end of a FIFO nor for a device.
// Errors: as open_file; not_supported for anything that is not a regular file.
handle open_regular_file(path_view path, error_code& ec) noexcept;

// Effects: writes as much as h takes without waiting, even if h is a blocking pipe or terminal
//   (unless another writer fills it at that moment). Raises no signal (SIGPIPE, SIGXFSZ). Safe in a
//   signal handler and after fork().
// Errors: operation_would_block if h took a part only; broken_pipe, file_too_large, …
error_code write_at_once(handle h, void const* data, std::size_t size) noexcept;

// ---- mappings and pages -------------------------------------------------------------------------
// mapping.cpp, size.cpp, large_pages.cpp

// Returns: the number of bytes of which offsets of mappings must be a multiple; a power of two.
std::size_t mapping_granularity() noexcept;

// Returns: what of h can be mapped; its granularity is mapping_granularity(), or more.
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

// Requires: address and length of one map().
// Effects: removes the mapping; changes that were not written yet reach the file later.
error_code unmap(void* address, std::size_t length) noexcept;

// Effects: returns when changes made through a read_write mapping are on the device.
// Requires: address is a multiple of mapping_granularity(), inside one mapping with length.
error_code flush(void* address, std::size_t length) noexcept;

// Returns: size bytes of zeroed memory, rounded up to pages, which do not come from the allocator
//   of the program.
// Requires: size > 0. Errors: not_enough_memory.
void* allocate_pages(std::size_t size, error_code& ec) noexcept;
error_code free_pages(void* address, std::size_t size) noexcept;

// Effects: advises the system that all of these pages will be used, so that it may use large ones,
//   which take fewer page faults. Requires: they come from allocate_pages().
void prefer_large_pages(void* address, std::size_t size) noexcept;

// ---- sockets and pipes --------------------------------------------------------------------------
// socket.cpp, socket_state.cpp

// Requires: family, type and protocol are the system's numbers, as Boost.Asio's Protocol objects
//   have them; type is without flags.
// Returns: a blocking socket.
handle open_socket(int family, int type, int protocol, error_code& ec) noexcept;

// Requires: listener is a listening socket; size bytes at address.
// Effects: takes one connection from its queue, and waits for one if the listener is blocking.
//   address receives the peer's address, truncated to size bytes; size becomes its length, 0 with
//   an error.
// Returns: a blocking socket, whether or not the listener is blocking.
// Errors: operation_would_block; too_many_files_open (the connection stays in the queue, unless
//   only the number of a standard stream was free: then it is closed); connection_aborted and other
//   errors of a connection in the queue, which do not concern the listener.
handle accept_socket(handle listener, void* address, std::size_t& size, error_code& ec) noexcept;

// Requires: connect() on h was interrupted by a signal.
// Effects: waits until that attempt has ended, even if h is non-blocking.
// Errors: the error of the attempt; not_connected if the system has dropped the attempt (Linux does
//   so with local sockets): connect() may be called again.
void finish_connecting(handle h, error_code& ec) noexcept;

// Effects: stores the address of h's own end or of its peer in address and size, as accept_socket
//   does.
// Errors: not_connected, for the peer.
void address_of_socket(handle h, socket_end which, void* address, std::size_t& size,
                       error_code& ec) noexcept;

// Returns: whether h has a peer, or an attempt to connect it is in progress. Systems other than
//   Linux do not tell such an attempt from none: false.
bool connection_begun(handle h) noexcept;

// Returns: family and type of the socket, and whether it listens. Errors: not_a_socket.
socket_facts facts_of_socket(handle h, error_code& ec) noexcept;

// Effects: switches SO_LINGER off, so that a later close of h does not wait; the system sends what
//   is unsent in the background. Best effort.
void linger_in_background(handle h) noexcept;

// Returns: two connected sockets.
handle_pair open_socket_pair(int family, int type, int protocol, error_code& ec) noexcept;

// Returns: the two ends of a pipe: first for reading, second for writing.
handle_pair open_pipe(error_code& ec) noexcept;

// ---- process and threads ------------------------------------------------------------------------
// process.cpp, thread_exit.cpp, privilege.cpp, frames.cpp, memory.cpp

std::uint64_t process_id() noexcept;

// Effects: prepare runs before fork() in the parent, on the thread that forks; then parent or child
//   runs after it on that thread. Of several registrations, prepare functions run newest first, the
//   others oldest first. A registration cannot be undone, so the functions must stay loaded. Does
//   nothing where the system has no fork().
// Errors: not_enough_memory. Allocates.
error_code at_fork(void (*prepare)() noexcept, void (*parent)() noexcept,
                   void (*child)() noexcept) noexcept;

// Effects: when the calling thread exits, calls fn(argument) on it, after the destructors of its
//   thread_local objects; newest registration first. What fn registers is called in a later round,
//   of which there are at least four.
// Not promised: the call on the thread that returns from main() or calls exit(), on threads that
//   still exist then, and of what is registered in the last round. So safety must not depend on it.
// Allocates: nothing; but glibc's pthread_setspecific may, once per thread, if the program has used
//   32 keys before.
// Errors: not_enough_memory if the thread has 2 registrations already; the system's own.
error_code at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept;

// Returns: whether the program has more rights than the user who started it (set-user-ID and the
//   like), so that it must not trust its environment and working directory.
bool is_privileged() noexcept;

// Returns: the variable's value; nullptr if it is not set. Valid until the program changes its
//   environment.
char const* environment_variable(char const* name) noexcept;

// Effects: fn is called when the process exits by exit(), after what is registered later. If
//   registered while libraries are initialised, it is called after the destructors of all of them.
//   The function must stay loaded; its argument is unspecified.
// Errors: not_enough_memory.
error_code at_exit_last(void (*fn)(void*) noexcept) noexcept;

// Requires: the caller is called by exit().
// Effects: the process exits with this status; otherwise as it would have exited: what is
//   registered is still called, and stdio's buffers are written.
[[noreturn]] void change_exit_status(int code) noexcept;

// Returns: the absolute path of the working directory; empty if the system does not report it.
// Errors: throws std::bad_alloc. Allocates: the path.
std::string working_directory();

// Returns: the part of the calling thread's stack that is in use, from the caller's frame on; empty
//   on a stack that the program made itself, and where the system does not report the stack. The
//   first call on a thread may allocate.
segment own_stack() noexcept;

// Effects: copies memory of this process that another thread may change or unmap at the same time;
//   the copy is then unspecified, but there is no fault. errno is kept.
// Returns: whether all of it was mapped; false where the system has no such operation.
bool read_memory(void const* from, void* to, std::size_t size) noexcept;

// Effects: stores the return addresses of the calling functions in out, the caller's own first, at
//   most max. Never faults.
// Returns: how many. Best effort: follows frame pointers until they end or leave the thread's own
//   stack (0 on a stack that the program made itself, and where the system has no way to do this).
//   The first call on a thread may allocate.
std::size_t capture_frames(void const** out, std::size_t max) noexcept;

// ---- a frozen copy of the process ---------------------------------------------------------------
// frozen_copy.cpp

// Effects: makes a copy of this process as it is at this moment. Only fn(argument, out) runs in it,
//   once; then the copy exits. It first closes all handles but out, to which it may write, where
//   the system can do that (Linux 5.9). No signal handler of the program runs in it, it dumps no
//   core, it ends with the thread that made it, and waits of the program for its children do not
//   see it. This process is stopped only while its page tables are copied.
// Requires: fn calls copy_allocate, copy_write and code of its own, and nothing that may wait for
//   another thread: no lock, no allocator, no stdio. argument outlives the call in this process.
// Errors: function_not_supported, operation_not_permitted, resource_unavailable_try_again,
//   not_enough_memory, too_many_files_open.
frozen_copy make_frozen_copy(void (*fn)(void* argument, handle out) noexcept, void* argument,
                             error_code& ec) noexcept;

// Effects: waits for bytes that the copy wrote.
// Returns: how many were read; 0 without an error if the copy has ended and everything was read.
// Errors: timed_out if the deadline has passed.
std::size_t read_from_copy(frozen_copy const& from, void* data, std::size_t size,
                           std::chrono::steady_clock::time_point deadline, error_code& ec) noexcept;

// Effects: kills the copy if it still runs, and closes its handles.
// Returns: whether fn had returned.
bool end_frozen_copy(frozen_copy& copy) noexcept;

// Requires: called in a copy. Returns: zeroed memory, rounded up to pages; nullptr if there is
//   none.
void* copy_allocate(std::size_t size) noexcept;
// Requires: called in a copy. Effects: writes all size bytes. Returns: whether it could.
bool copy_write(handle out, void const* data, std::size_t size) noexcept;

// ---- modules ------------------------------------------------------------------------------------
// modules.cpp

// Effects: stores the segments of the program and its loaded libraries in out, at most max. Waits
//   for libraries that are being loaded.
// Returns: how many there are, possibly more than max; 0 where the system does not report them.
std::size_t module_segments(segment* out, std::size_t max) noexcept;

// Returns: the address of the function that the program or a loaded library exports under this
//   name; null if none does.
void* exported_function(char const* name) noexcept;

// Returns: the file of the program or library that contains the address, and the address within it;
//   without a name if there is none or the system does not report it.
// Errors: throws std::bad_alloc. Allocates: the name.
module_place module_of(void const* address);
// Effects: the module that contains the address stays loaded until the process exits, even if it is
//   closed by dlclose(). Does nothing for the program itself, and where the system has no such
//   call.
void keep_loaded(void const* address) noexcept;

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
