// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// file: converts flags to options of the port, and implements the operations with it. The handle of
// an empty file is invalid, so that the system refuses it: whether a file is empty is checked only
// after a call has failed.

#include <handrail/file.hpp>

#include "platform/port.hpp"

#include <boost/system/errc.hpp>

#include <string_view>

namespace handrail {

namespace {

using boost::system::error_code;

constexpr unsigned known_flags = file::read_write | file::append | file::create | file::exclusive |
                                 file::truncate | file::sync_all_on_write | file::non_blocking;

port::access access_of(file::flags how) noexcept {
    switch (how & file::read_write) {
        case file::read_only: return port::access::read;
        case file::write_only: return port::access::write;
        case file::read_write: return port::access::read_write;
        default: break;
    }
    return (how & (file::append | file::truncate)) != 0 ? port::access::write : port::access::read;
}

port::open_options options_of(file::flags how, unsigned permissions) noexcept {
    return {.access = access_of(how),
            .append = (how & file::append) != 0,
            .create = (how & file::create) != 0,
            .exclusive = (how & file::exclusive) != 0,
            .truncate = (how & file::truncate) != 0,
            .sync_all_on_write = (how & file::sync_all_on_write) != 0,
            .non_blocking = (how & file::non_blocking) != 0,
            .permissions = permissions};
}

// Returns: what is wrong with the flags alone.
error_code contradiction_in(file::flags how) noexcept {
    auto const has = [&](file::flags flag) { return (how & flag) != 0; };
    bool const reads_only = (how & file::read_write) == file::read_only;
    return (how & ~known_flags) != 0                    ? error::unknown_open_flags
           : reads_only && has(file::append)            ? error::append_without_write_access
           : reads_only && has(file::truncate)          ? error::truncate_without_write_access
           : has(file::exclusive) && !has(file::create) ? error::exclusive_without_create
                                                        : error_code();
}

bool has_nul(path_view path) noexcept { return path.text().find('\0') != std::string_view::npos; }

port::seek_origin origin_of(file::seek_basis whence) noexcept {
    switch (whence) {
        case file::seek_cur: return port::seek_origin::current;
        case file::seek_end: return port::seek_origin::end;
        case file::seek_set: break;
    }
    return port::seek_origin::begin;
}

}  // namespace

file file::open(path_view path, flags how, unsigned permissions, error_code& ec,
                std::source_location where) noexcept {
    file opened;
    ec = contradiction_in(how);
    if (ec.failed()) {
        return opened;
    }
    auto const h = port::open_file(path, options_of(how, permissions), ec);
    if (!ec.failed()) {
        opened.guard_.own(resource_type(h), path.text(), where);
        bool const appending = (how & append) != 0;
        opened.guard_.resource().facts() =
            detail::file_facts(detail::file_facts::appends, appending);
    } else if (has_nul(path)) {
        ec = error::nul_in_path;
    }
    return opened;
}

std::size_t file::read_pieces(detail::io_pieces into, error_code& ec) noexcept {
    std::size_t const moved = port::read_some(native_handle(), into, ec);
    notify_use(ec, "read");
    return moved;
}

std::size_t file::read_pieces_at(std::uint64_t offset, detail::io_pieces into,
                                 error_code& ec) noexcept {
    std::size_t const moved = port::read_some_at(native_handle(), offset, into, ec);
    notify_use(ec, "read");
    return moved;
}

std::size_t file::write_once(detail::io_pieces from, error_code& ec) noexcept {
    bool const may_raise = may_raise_signal(ec);
    std::size_t moved = 0;
    if (!ec.failed()) {
        moved = may_raise ? port::write_some_without_signal(native_handle(), from, ec)
                          : port::write_some(native_handle(), from, ec);
    }
    notify_use(ec, "write");
    return moved;
}

std::size_t file::write_once_at(std::uint64_t offset, detail::io_pieces from,
                                error_code& ec) noexcept {
    std::size_t moved = 0;
    if (appends(ec)) {
        ec = error::offset_while_appending;
    } else if (!ec.failed()) {
        moved = port::write_some_at(native_handle(), offset, from, ec);
    }
    notify_use(ec, "write");
    return moved;
}

bool file::may_raise_signal(error_code& ec) noexcept {
    ec = {};
    detail::file_facts& facts = guard_.resource().facts();
    if (auto const known = facts.get(detail::file_facts::raises_signal)) {
        return *known;
    }
    port::handle_kind const kind = port::kind_of(native_handle(), ec);
    bool const may = kind == port::handle_kind::pipe || kind == port::handle_kind::socket;
    if (!ec.failed()) {
        facts.set(detail::file_facts::raises_signal, may);
    }
    return may;
}

bool file::appends(error_code& ec) noexcept {
    ec = {};
    detail::file_facts& facts = guard_.resource().facts();
    if (auto const known = facts.get(detail::file_facts::appends)) {
        return *known;
    }
    bool const does = port::mode_of(native_handle(), ec).append;
    if (!ec.failed()) {
        facts.set(detail::file_facts::appends, does);
    }
    return does;
}

std::uint64_t file::seek(std::int64_t offset, seek_basis whence, error_code& ec) noexcept {
    std::uint64_t const position = port::seek(native_handle(), offset, origin_of(whence), ec);
    notify_use(ec, "seek");
    return position;
}

std::uint64_t file::size(error_code& ec) const noexcept {
    std::uint64_t const bytes = port::size(native_handle(), ec);
    notify_use(ec, "size");
    return bytes;
}

error_code file::resize(std::uint64_t bytes, error_code& ec) noexcept {
    port::resize(native_handle(), bytes, ec);
    notify_use(ec, "resize");
    return ec;
}

error_code file::sync_all(error_code& ec) noexcept {
    port::sync_all(native_handle(), ec);
    notify_use(ec, "sync_all");
    return ec;
}

error_code file::sync_data(error_code& ec) noexcept {
    port::sync_data(native_handle(), ec);
    notify_use(ec, "sync_data");
    return ec;
}

std::uint64_t file::seek(std::int64_t offset, seek_basis whence) {
    error_code ec;
    std::uint64_t const position = seek(offset, whence, ec);
    check(ec, "seek");
    return position;
}

std::uint64_t file::size() const {
    error_code ec;
    std::uint64_t const bytes = size(ec);
    check(ec, "size");
    return bytes;
}

void file::resize(std::uint64_t bytes) {
    error_code ec;
    resize(bytes, ec);
    check(ec, "resize");
}

void file::sync_all() {
    error_code ec;
    sync_all(ec);
    check(ec, "sync_all");
}

void file::sync_data() {
    error_code ec;
    sync_data(ec);
    check(ec, "sync_data");
}

void file::notify_use(error_code const& ec, char const* operation) const noexcept {
    guard_.notify_use(ec, operation);
}

void file::fail_opening(error_code const& ec, path_view path) {
    // throw_system_error names no object if the name is empty; an empty path must be shown.
    detail::throw_system_error(ec, path.text().empty() ? "open \"\"" : "open", path.text());
}

error_code file_traits::accept(native_handle_type h) noexcept {
    error_code ec;
    bool const directory = port::kind_of(h, ec) == port::handle_kind::directory;
    return directory ? make_error_code(boost::system::errc::is_a_directory) : ec;
}

void file::fail(error_code const& ec, char const* operation) const {
    detail::throw_system_error(ec, operation, guard_.resource().label());
}

}  // namespace handrail
