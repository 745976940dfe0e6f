// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The fake port: the real one, with faults on demand and a record of what is open. A test that
// links it writes
//
//     fake::fault full(fake::operation::open_file, 1, errc::too_many_files_open);
//     … the next open_file fails with that error …
//     BOOST_TEST(full.struck());
//
// and, to make each call fail in turn,
//
//     for (std::size_t n = 1;; ++n) {
//         fake::fault any(n, errc::io_error);
//         … scenario …
//         BOOST_TEST(fake::open_handles().empty());
//         if (!any.struck()) { break; }  // there were fewer than n calls
//     }
//
//  1. A call that fails has no other effect, except those that release something (close_handle,
//     unmap, free_pages): these release it and then report the fault, as the system's close does.
//  2. unmap of an address or length that was not mapped does nothing: invalid_argument.
//  3. There is one planned fault for each operation, and one for any call; a new one replaces it.
//
// Thread safety: any thread may call any function; calls are counted in the order in which they are
//   made.

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

// Effects: no faults are planned, all counts are 0. What is open stays recorded.
void reset();

// Effects: until the next reset(), this is the map_source of every handle; map refuses offsets and
//   lengths that are not multiples of its granularity.
void set_map_source(port_types::map_source const& source);

// A planned fault that is cancelled at the end of its scope.
class fault {
public:
    fault(operation what, std::size_t nth, boost::system::errc::errc_t error);
    fault(std::size_t nth, boost::system::errc::errc_t error);
    fault(fault const&) = delete;
    fault& operator=(fault const&) = delete;
    ~fault();

    bool struck() const;  // whether the call was made, and failed

private:
    std::size_t plan_;
};

// ---- what is open -------------------------------------------------------------------------------

// Returns: the handles that the port has opened and not closed, oldest first. If it opens a number
//   again, the first handle with it was closed elsewhere (Boost.Asio closes its own sockets), and
//   is not listed.
std::vector<handle> open_handles();

// Effects: h is no longer recorded as open, because it will be closed elsewhere.
void forget(handle h);

// Returns: the number of closes of a handle that was not open, since the last reset().
std::size_t bad_closes();

// Returns: the number of mappings, and of runs of pages, that exist. A mapping exists until it is
//   unmapped with its address and length.
std::size_t open_mappings();
std::size_t open_page_runs();

}  // namespace handrail::fake
