// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// file: options for the port, and the operations on top of it. An empty file's handle is invalid,
// so that the system itself refuses it: no check on the way to a call, only after one that failed.

#include <handrail/file.hpp>

#include "platform/port.hpp"

#include <boost/system/errc.hpp>

namespace handrail {

namespace {

using boost::system::error_code;

constexpr unsigned known_flags = file::read_write | file::append | file::create | file::exclusive |
                                 file::truncate | file::sync_all_on_write;

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
            .permissions = permissions};
}

port::seek_origin origin_of(file::seek_basis whence) noexcept {
    switch (whence) {
        case file::seek_cur: return port::seek_origin::current;
        case file::seek_end: return port::seek_origin::end;
        case file::seek_set: break;
    }
    return port::seek_origin::begin;
}

}  // namespace

file file::open(detail::path_view path, flags how, unsigned permissions, error_code& ec,
                std::source_location where) noexcept {
    file opened;
    if ((how & ~known_flags) != 0) {
        ec = make_error_code(boost::system::errc::invalid_argument);
        return opened;
    }
    auto const h = port::open_file(path, options_of(how, permissions), ec);
    if (!ec.failed()) {
        opened.guard_.own(resource_type(h), path.text(), where);
    }
    return opened;
}

std::size_t file::read(void* data, std::size_t bytes, error_code& ec) noexcept {
    std::size_t const moved = port::read_some(native_handle(), data, bytes, ec);
    note_use(ec, "read");
    return moved;
}

std::size_t file::write(void const* data, std::size_t bytes, error_code& ec) noexcept {
    std::size_t const moved = port::write_some(native_handle(), data, bytes, ec);
    note_use(ec, "write");
    return moved;
}

std::size_t file::read_at(std::uint64_t offset, void* data, std::size_t bytes,
                          error_code& ec) noexcept {
    std::size_t const moved = port::read_some_at(native_handle(), offset, data, bytes, ec);
    note_use(ec, "read");
    return moved;
}

std::size_t file::write_at(std::uint64_t offset, void const* data, std::size_t bytes,
                           error_code& ec) noexcept {
    std::size_t const moved = port::write_some_at(native_handle(), offset, data, bytes, ec);
    note_use(ec, "write");
    return moved;
}

std::uint64_t file::seek(std::int64_t offset, seek_basis whence, error_code& ec) noexcept {
    std::uint64_t const position = port::seek(native_handle(), offset, origin_of(whence), ec);
    note_use(ec, "seek");
    return position;
}

std::uint64_t file::size(error_code& ec) const noexcept {
    std::uint64_t const bytes = port::size(native_handle(), ec);
    note_use(ec, "size");
    return bytes;
}

error_code file::resize(std::uint64_t bytes, error_code& ec) noexcept {
    port::resize(native_handle(), bytes, ec);
    note_use(ec, "resize");
    return ec;
}

error_code file::sync_all(error_code& ec) noexcept {
    port::sync_all(native_handle(), ec);
    note_use(ec, "sync_all");
    return ec;
}

error_code file::sync_data(error_code& ec) noexcept {
    port::sync_data(native_handle(), ec);
    note_use(ec, "sync_data");
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

void file::note_use(error_code const& ec, char const* operation) const noexcept {
    if (ec.failed() && !is_open() && detail::tracking()) [[unlikely]] {
        detail::track::handle_used_empty(&guard_, file_traits::kind, operation);
    }
}

void file::fail(error_code const& ec, char const* operation) const {
    detail::throw_system_error(ec, operation, guard_.resource().label());
}

}  // namespace handrail
