// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The functions of the fake port: each counts its call, fails if that is planned, and otherwise
// calls the real port.

#include "platform/port.hpp"

#undef HANDRAIL_PORT_NAMESPACE
#define HANDRAIL_PORT_NAMESPACE real_port
#include "platform/port.hpp"

#include "tests/fake_port/state.hpp"

namespace handrail::port {

namespace {

using fake::operation;
namespace real = real_port;

// Effects: the real call, unless a fault is planned. Returns: what it returns; failed with a fault.
template <class Result, class Call>
Result forward(operation what, error_code& ec, Result failed, Call call) noexcept {
    ec = fake::strike(what);
    return ec ? failed : call();
}

template <class Call>
void forward(operation what, error_code& ec, Call call) noexcept {
    ec = fake::strike(what);
    if (!ec) {
        call();
    }
}

// Functions that release something do so whatever is planned; a fault changes only what they
// report.
template <class Call>
error_code forward_ending(operation what, Call call) noexcept {
    error_code const planned = fake::strike(what);
    error_code const actual = call();
    return planned ? planned : actual;
}

template <class Call>
handle forward_opening(operation what, error_code& ec, Call call) noexcept {
    handle const opened = forward(what, ec, invalid_handle, call);
    fake::record_opened(opened);
    return opened;
}

template <class Call>
handle_pair forward_opening_pair(operation what, error_code& ec, Call call) noexcept {
    handle_pair const opened = forward(what, ec, handle_pair{}, call);
    fake::record_opened(opened.first);
    fake::record_opened(opened.second);
    return opened;
}

error_code invalid_argument() noexcept {
    return {boost::system::errc::invalid_argument, boost::system::system_category()};
}

// Maps as the system would with pages of the size that was set.
void* map_in_pages(handle h, std::uint64_t offset, std::size_t length, map_access how,
                   error_code& ec) noexcept {
    std::size_t const page = fake::map_source().granularity;
    if (page != 0 && (offset % page != 0 || length % page != 0)) {
        ec = invalid_argument();
        return nullptr;
    }
    return real::map(h, offset, length, how, ec);
}

}  // namespace

// ---- handles of any kind

error_code close_handle(handle h) noexcept {
    return forward_ending(operation::close_handle, [&] {
        fake::record_closing(h);
        error_code const ec = real::close_handle(h);
        if (ec == boost::system::errc::bad_file_descriptor) {
            fake::note_bad_close();
        }
        return ec;
    });
}

void set_close_on_exec(handle h, error_code& ec) noexcept {
    forward(operation::set_close_on_exec, ec, [&] { real::set_close_on_exec(h, ec); });
}

bool is_close_on_exec(handle h, error_code& ec) noexcept {
    return forward(operation::is_close_on_exec, ec, false,
                   [&] { return real::is_close_on_exec(h, ec); });
}

handle_kind kind_of(handle h, error_code& ec) noexcept {
    return forward(operation::kind_of, ec, handle_kind::other,
                   [&] { return real::kind_of(h, ec); });
}

handle_mode mode_of(handle h, error_code& ec) noexcept {
    return forward(operation::mode_of, ec, handle_mode{}, [&] { return real::mode_of(h, ec); });
}

handle_identity identity_of(handle h, error_code& ec) noexcept {
    return forward(operation::identity_of, ec, handle_identity{},
                   [&] { return real::identity_of(h, ec); });
}

std::string handle_name(handle h) { return real::handle_name(h); }

std::string mapping_name(void const* address) { return real::mapping_name(address); }

// ---- files

handle open_file(path_view path, open_options const& options, error_code& ec) noexcept {
    return forward_opening(operation::open_file, ec,
                           [&] { return real::open_file(path, options, ec); });
}

handle create_report_file(path_view path, error_code& ec) noexcept {
    return forward_opening(operation::create_report_file, ec,
                           [&] { return real::create_report_file(path, ec); });
}

std::size_t read_some(handle h, void* data, std::size_t size, error_code& ec) noexcept {
    return forward(operation::read_some, ec, std::size_t{0},
                   [&] { return real::read_some(h, data, size, ec); });
}

std::size_t read_some(handle h, io_pieces into, error_code& ec) noexcept {
    return forward(operation::read_some, ec, std::size_t{0},
                   [&] { return real::read_some(h, into, ec); });
}

std::size_t write_some(handle h, void const* data, std::size_t size, error_code& ec) noexcept {
    return forward(operation::write_some, ec, std::size_t{0},
                   [&] { return real::write_some(h, data, size, ec); });
}

std::size_t write_some(handle h, io_pieces from, error_code& ec) noexcept {
    return forward(operation::write_some, ec, std::size_t{0},
                   [&] { return real::write_some(h, from, ec); });
}

std::size_t write_some_without_signal(handle h, io_pieces from, error_code& ec) noexcept {
    return forward(operation::write_some_without_signal, ec, std::size_t{0},
                   [&] { return real::write_some_without_signal(h, from, ec); });
}

std::size_t read_some_at(handle h, std::uint64_t offset, void* data, std::size_t size,
                         error_code& ec) noexcept {
    return forward(operation::read_some_at, ec, std::size_t{0},
                   [&] { return real::read_some_at(h, offset, data, size, ec); });
}

std::size_t read_some_at(handle h, std::uint64_t offset, io_pieces into, error_code& ec) noexcept {
    return forward(operation::read_some_at, ec, std::size_t{0},
                   [&] { return real::read_some_at(h, offset, into, ec); });
}

std::size_t write_some_at(handle h, std::uint64_t offset, void const* data, std::size_t size,
                          error_code& ec) noexcept {
    return forward(operation::write_some_at, ec, std::size_t{0},
                   [&] { return real::write_some_at(h, offset, data, size, ec); });
}

std::size_t write_some_at(handle h, std::uint64_t offset, io_pieces from, error_code& ec) noexcept {
    return forward(operation::write_some_at, ec, std::size_t{0},
                   [&] { return real::write_some_at(h, offset, from, ec); });
}

std::uint64_t seek(handle h, std::int64_t offset, seek_origin origin, error_code& ec) noexcept {
    return forward(operation::seek, ec, std::uint64_t{0},
                   [&] { return real::seek(h, offset, origin, ec); });
}

std::uint64_t size(handle h, error_code& ec) noexcept {
    return forward(operation::size, ec, std::uint64_t{0}, [&] { return real::size(h, ec); });
}

void resize(handle h, std::uint64_t size, error_code& ec) noexcept {
    forward(operation::resize, ec, [&] { real::resize(h, size, ec); });
}

void sync_all(handle h, error_code& ec) noexcept {
    forward(operation::sync_all, ec, [&] { real::sync_all(h, ec); });
}

void sync_data(handle h, error_code& ec) noexcept {
    forward(operation::sync_data, ec, [&] { real::sync_data(h, ec); });
}

handle standard_error() noexcept { return real::standard_error(); }

std::size_t terminal_columns(handle h) noexcept { return real::terminal_columns(h); }

handle open_regular_file(path_view path, error_code& ec) noexcept {
    return forward_opening(operation::open_regular_file, ec,
                           [&] { return real::open_regular_file(path, ec); });
}

error_code write_all(handle h, void const* data, std::size_t size,
                     std::chrono::milliseconds patience) noexcept {
    error_code ec;
    forward(operation::write_all, ec, [&] { ec = real::write_all(h, data, size, patience); });
    return ec;
}

error_code write_all(handle h, void const* data, std::size_t size) noexcept {
    error_code ec;
    forward(operation::write_all, ec, [&] { ec = real::write_all(h, data, size); });
    return ec;
}

error_code write_at_once(handle h, void const* data, std::size_t size) noexcept {
    error_code ec;
    forward(operation::write_at_once, ec, [&] { ec = real::write_at_once(h, data, size); });
    return ec;
}

// ---- mappings and pages

std::size_t mapping_granularity() noexcept { return real::mapping_granularity(); }

map_source map_source_of(handle h, error_code& ec) noexcept {
    return forward(operation::map_source_of, ec, map_source{}, [&] {
        map_source const planned = fake::map_source();
        return planned.granularity != 0 ? planned : real::map_source_of(h, ec);
    });
}

void* map(handle h, std::uint64_t offset, std::size_t length, map_access how,
          error_code& ec) noexcept {
    void* const address = forward(operation::map, ec, static_cast<void*>(nullptr),
                                  [&] { return map_in_pages(h, offset, length, how, ec); });
    fake::note_mapped(address, length);
    return address;
}

error_code unmap(void* address, std::size_t length) noexcept {
    return forward_ending(operation::unmap, [&] {
        return fake::note_unmapping(address, length) ? real::unmap(address, length)
                                                     : invalid_argument();
    });
}

error_code flush(void* address, std::size_t length) noexcept {
    error_code ec;
    forward(operation::flush, ec, [&] { ec = real::flush(address, length); });
    return ec;
}

void* allocate_pages(std::size_t size, error_code& ec) noexcept {
    void* const address = forward(operation::allocate_pages, ec, static_cast<void*>(nullptr),
                                  [&] { return real::allocate_pages(size, ec); });
    fake::note_allocated(address);
    return address;
}

error_code free_pages(void* address, std::size_t size) noexcept {
    return forward_ending(operation::free_pages, [&] {
        fake::note_freeing(address);
        return real::free_pages(address, size);
    });
}

void prefer_large_pages(void* address, std::size_t size) noexcept {
    real::prefer_large_pages(address, size);
}

// ---- sockets and pipes

handle open_socket(int family, int type, int protocol, error_code& ec) noexcept {
    return forward_opening(operation::open_socket, ec,
                           [&] { return real::open_socket(family, type, protocol, ec); });
}

handle accept_socket(handle listener, void* address, std::size_t& size, error_code& ec) noexcept {
    handle const taken = forward_opening(operation::accept_socket, ec, [&] {
        return real::accept_socket(listener, address, size, ec);
    });
    size = ec ? 0 : size;
    return taken;
}

void finish_connecting(handle h, error_code& ec) noexcept {
    forward(operation::finish_connecting, ec, [&] { real::finish_connecting(h, ec); });
}

void address_of_socket(handle h, socket_end which, void* address, std::size_t& size,
                       error_code& ec) noexcept {
    forward(operation::address_of_socket, ec,
            [&] { real::address_of_socket(h, which, address, size, ec); });
    size = ec ? 0 : size;
}

bool connection_begun(handle h) noexcept { return real::connection_begun(h); }

socket_facts facts_of_socket(handle h, error_code& ec) noexcept {
    return forward(operation::facts_of_socket, ec, socket_facts{},
                   [&] { return real::facts_of_socket(h, ec); });
}

void linger_in_background(handle h) noexcept { real::linger_in_background(h); }

handle_pair open_socket_pair(int family, int type, int protocol, error_code& ec) noexcept {
    return forward_opening_pair(operation::open_socket_pair, ec,
                                [&] { return real::open_socket_pair(family, type, protocol, ec); });
}

handle_pair open_pipe(error_code& ec) noexcept {
    return forward_opening_pair(operation::open_pipe, ec, [&] { return real::open_pipe(ec); });
}

// ---- process and threads

std::uint64_t process_id() noexcept { return real::process_id(); }

error_code at_fork(void (*prepare)() noexcept, void (*parent)() noexcept,
                   void (*child)() noexcept) noexcept {
    error_code ec;
    forward(operation::at_fork, ec, [&] { ec = real::at_fork(prepare, parent, child); });
    return ec;
}

error_code at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept {
    error_code ec;
    forward(operation::at_thread_exit, ec, [&] { ec = real::at_thread_exit(fn, argument); });
    return ec;
}

bool is_privileged() noexcept { return real::is_privileged(); }

void* exported_function(char const* name) noexcept { return real::exported_function(name); }

char const* environment_variable(char const* name) noexcept {
    return real::environment_variable(name);
}

error_code at_exit_last(void (*fn)(void*) noexcept) noexcept {
    error_code ec;
    forward(operation::at_exit_last, ec, [&] { ec = real::at_exit_last(fn); });
    return ec;
}

void change_exit_status(int code) noexcept { real::change_exit_status(code); }

std::string working_directory() { return real::working_directory(); }

segment own_stack() noexcept { return real::own_stack(); }

bool read_memory(void const* from, void* to, std::size_t size) noexcept {
    return real::read_memory(from, to, size);
}

// The first frame captured is that of this function.
std::size_t capture_frames(void const** out, std::size_t max) noexcept {
    return real::capture_frames(out, max);
}

// ---- a frozen copy of the process

frozen_copy make_frozen_copy(void (*fn)(void*, handle) noexcept, void* argument,
                             error_code& ec) noexcept {
    return forward(operation::make_frozen_copy, ec, frozen_copy{},
                   [&] { return real::make_frozen_copy(fn, argument, ec); });
}

std::size_t read_from_copy(frozen_copy const& from, void* data, std::size_t size,
                           std::chrono::steady_clock::time_point deadline,
                           error_code& ec) noexcept {
    return forward(operation::read_from_copy, ec, std::size_t{0},
                   [&] { return real::read_from_copy(from, data, size, deadline, ec); });
}

bool end_frozen_copy(frozen_copy& copy) noexcept { return real::end_frozen_copy(copy); }

void* copy_allocate(std::size_t size) noexcept { return real::copy_allocate(size); }

bool copy_write(handle out, void const* data, std::size_t size) noexcept {
    return real::copy_write(out, data, size);
}

// ---- modules

std::size_t module_segments(segment* out, std::size_t max) noexcept {
    return real::module_segments(out, max);
}

module_place module_of(void const* address) { return real::module_of(address); }

void keep_loaded(void const* address) noexcept { real::keep_loaded(address); }

}  // namespace handrail::port
