// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The fake port: the real one with faults on demand and a book of what is open. A test that links
// it says
//
//     fake::fault full(fake::operation::open_file, 1, errc::too_many_files_open);
//     … the next open_file fails so …
//     BOOST_TEST(full.struck());
//
// and sweeps all points where something can fail with
//
//     for (std::size_t n = 1;; ++n) {
//         fake::fault any(n, errc::io_error);
//         … scenario …
//         BOOST_TEST(fake::open_handles().empty());
//         if (!any.struck()) { break; }  // no call was left to fail
//     }
//
//  1. A call that fails does nothing, except those that end something (close_handle, unmap,
//     free_pages): these do their work first, as the system's close does, and then report the
//     fault.
//  2. unmap with another length than map, or none mapped, does nothing: invalid_argument.
//  3. There is one plan for each operation and one for any call; a new one replaces the old.
//
// Thread safety: everything may be called from any thread; calls are counted in the order they
//   arrive.

#pragma once

#include "platform/types.hpp"

#include <boost/system/errc.hpp>

#include <cstddef>
#include <vector>

namespace handrail::fake {

using port_types::handle;

// Every function of the port that can fail.
enum class operation {
    close_handle,
    set_close_on_exec,
    is_close_on_exec,
    kind_of,
    mode_of,
    identity_of,
    open_file,
    read_some,
    write_some,
    write_some_without_signal,
    read_some_at,
    write_some_at,
    seek,
    size,
    resize,
    sync_all,
    sync_data,
    create_report_file,
    open_regular_file,
    at_exit_last,
    write_all,
    write_at_once,
    map_source_of,
    map,
    unmap,
    flush,
    allocate_pages,
    free_pages,
    open_socket,
    accept_socket,
    finish_connecting,
    address_of_socket,
    facts_of_socket,
    open_socket_pair,
    open_pipe,
    at_fork,
    at_thread_exit,
    make_frozen_copy,
    read_from_copy,
};
inline constexpr std::size_t operation_count =
    static_cast<std::size_t>(operation::read_from_copy) + 1;

// Effects: the nth call from now (1: the next) of this operation, or of any, fails with the error.
void fail_call(operation what, std::size_t nth, boost::system::errc::errc_t error);
void fail_any_call(std::size_t nth, boost::system::errc::errc_t error);

// Returns: calls since the last reset(), failed ones included.
std::size_t calls(operation what);
std::size_t calls();

// Effects: no faults planned, all counts 0. What is open stays in the book.
void reset();

// Effects: this is what there is to map of any handle, until the next reset(); map refuses offsets
//   and lengths that are not multiples of its granularity.
void set_map_source(port_types::map_source const& source);

// A planned fault that is withdrawn at the end of the scope.
class fault {
public:
    fault(operation what, std::size_t nth, boost::system::errc::errc_t error);
    fault(std::size_t nth, boost::system::errc::errc_t error);
    fault(fault const&) = delete;
    fault& operator=(fault const&) = delete;
    ~fault();

    bool struck() const;  // the call came, and failed

private:
    std::size_t plan_;
};

// ---- the book -----------------------------------------------------------------------------------

// Returns: handles that came from the port and were not closed through it, oldest first. One whose
//   number comes from the port again was evidently closed by somebody else (Boost.Asio closes its
//   own sockets).
std::vector<handle> open_handles();

// Effects: h is no longer in the book: somebody else closes it.
void forget(handle h);

// Returns: closes of something that was not open, since the last reset().
std::size_t bad_closes();

// Returns: mappings that are there; runs of pages that are there. A mapping is there until it is
//   unmapped with its address and length.
std::size_t open_mappings();
std::size_t open_page_runs();

}  // namespace handrail::fake
