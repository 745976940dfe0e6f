// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// mapping: which bytes of the file are meant, and what must be mapped to have them. The system maps
// whole pages of the file; the window is what the user asked for, and the slack the bytes before
// it in its first page.

#include <handrail/mapping.hpp>

#include "platform/port.hpp"

#include <handrail/detail/handle_resource.hpp>
#include <handrail/detail/throw.hpp>
#include <handrail/file.hpp>

#include <boost/system/errc.hpp>

#include <atomic>
#include <limits>
#include <string>

namespace handrail {

namespace {

using boost::system::error_code;
namespace errc = boost::system::errc;

// Numbers of mappings without memory, apart from every address.
constexpr std::uint64_t without_memory = std::uint64_t{1} << 63;
constinit std::atomic<std::uintptr_t> empty_mappings{0};

// How far an address, or an offset, lies from the beginning of its page.
std::size_t slack_of(std::uint64_t position) noexcept {
    return static_cast<std::size_t>(position & (port::mapping_granularity() - 1));
}

port::map_access access_of(map_options::access_type how) noexcept {
    switch (how) {
        case map_options::read_write: return port::map_access::read_write;
        case map_options::copy_on_write: return port::map_access::copy_on_write;
        case map_options::read_only: break;
    }
    return port::map_access::read;
}

// Returns: how many bytes can be mapped from h, all offsets counted.
std::uint64_t mappable(port::handle h, map_options const& options, error_code& ec) noexcept {
    port::handle_kind const kind = port::kind_of(h, ec);
    if (ec.failed()) {
        return 0;
    }
    switch (kind) {
        case port::handle_kind::regular_file: return port::size(h, ec);
        case port::handle_kind::directory: ec = make_error_code(errc::is_a_directory); return 0;
        case port::handle_kind::character_device:
        case port::handle_kind::block_device:
            if (options.length) {
                return std::numeric_limits<std::int64_t>::max();  // the driver knows
            }
            ec = make_error_code(errc::invalid_argument);  // a device does not say where it ends
            return 0;
        default: ec = make_error_code(errc::no_such_device); return 0;
    }
}

// Returns: the length of the window.
std::size_t window_length(port::handle h, map_options const& options, error_code& ec) noexcept {
    std::uint64_t const end = mappable(h, options, ec);
    if (ec.failed()) {
        return 0;
    }
    if (options.offset > end || options.length.value_or(0) > end - options.offset) {
        ec = make_error_code(errc::invalid_argument);
        return 0;
    }
    std::uint64_t const length = options.length.value_or(end - options.offset);
    if (length > std::numeric_limits<std::size_t>::max() - port::mapping_granularity()) {
        ec = make_error_code(errc::not_enough_memory);
        return 0;
    }
    return static_cast<std::size_t>(length);
}

detail::mapped_region map_window(port::handle h, map_options const& options,
                                 error_code& ec) noexcept {
    std::size_t const length = window_length(h, options, ec);
    if (ec.failed()) {
        return {};
    }
    if (length == 0) {
        return detail::mapped_region::empty();  // the system maps no 0 bytes
    }
    std::size_t const slack = slack_of(options.offset);
    void* const pages =
        port::map(h, options.offset - slack, length + slack, access_of(options.access), ec);
    if (ec.failed()) {
        return {};
    }
    return {static_cast<std::byte*>(pages) + slack, length};
}

// "map 512 bytes at offset 100 of"
std::string describe(map_options const& options) {
    std::string text = "map";
    if (options.length) {
        text += " " + std::to_string(*options.length) + " bytes";
    }
    if (options.offset != 0) {
        text += " at offset " + std::to_string(options.offset);
    }
    return text == "map" ? text : text + " of";
}

}  // namespace

namespace detail {

mapped_region mapped_region::empty() noexcept {
    mapped_region region;
    // relaxed: only the number matters.
    region.window_ = empty_mappings.fetch_add(1, std::memory_order_relaxed) + 1;
    return region;
}

std::uint64_t mapped_region::number() const noexcept {
    return size_ != 0 ? window_ : window_ | without_memory;
}

error_code mapped_region::close() noexcept {
    std::size_t const size = std::exchange(size_, 0);
    std::uintptr_t const window = std::exchange(window_, 0);
    if (size == 0) {
        return {};
    }
    std::size_t const slack = slack_of(window);
    return port::unmap(reinterpret_cast<void*>(window - slack), size + slack);
}

error_code mapped_region::flush() const noexcept {
    if (!is_open()) {
        return make_error_code(errc::bad_file_descriptor);
    }
    if (size_ == 0) {
        return {};
    }
    std::size_t const slack = slack_of(window_);
    return port::flush(reinterpret_cast<void*>(window_ - slack), size_ + slack);
}

}  // namespace detail

mapping mapping::map(file const& from, map_options const& options, error_code& ec,
                     std::source_location where) noexcept {
    mapping made;
    detail::mapped_region region = map_window(from.native_handle(), options, ec);
    from.note_use(ec, "map");
    if (!ec.failed()) {
        made.guard_.own(std::move(region), {}, where);
        if (detail::tracking()) {
            detail::track::name_handle(&made.guard_,
                                       detail::name_of<file_traits>(from.native_handle()));
        }
    }
    return made;
}

mapping mapping::map(file const& from, map_options const& options, std::source_location where) {
    error_code ec;
    mapping made = map(from, options, ec, where);
    if (ec.failed()) {
        from.fail(ec, describe(options).c_str());
    }
    return made;
}

error_code mapping::flush(error_code& ec) noexcept {
    ec = guard_.resource().flush();
    if (ec.failed() && !is_open() && detail::tracking()) {
        detail::track::handle_used_empty(&guard_, detail::mapped_region::kind, "flush");
    }
    return ec;
}

void mapping::flush() {
    error_code ec;
    flush(ec);
    if (ec.failed()) {
        auto const& region = guard_.resource();
        char const* const kind = detail::mapped_region::kind;
        detail::throw_system_error(
            ec, "flush",
            is_open() ? detail::handle_label(kind, region.number()) : detail::handle_label(kind));
    }
}

void mapping::close() {
    std::uint64_t const number = guard_.resource().number();
    if (error_code const ec = guard_.close(); ec.failed()) {
        // A cleanup may have destroyed *this.
        detail::throw_system_error(ec, "close",
                                   detail::handle_label(detail::mapped_region::kind, number));
    }
}

}  // namespace handrail
