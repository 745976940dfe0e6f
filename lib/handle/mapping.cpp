// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// mapping: which bytes of the file are meant, and which pages must be mapped for them. The system
// maps whole pages of the file; the window is the bytes that the user asked for.

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/mapping.hpp>

#include "platform/port.hpp"

#include <handrail/detail/base/throw.hpp>
#include <handrail/detail/handle/handle_resource.hpp>
#include <handrail/file.hpp>

#include <boost/system/errc.hpp>

#include <atomic>
#include <bit>
#include <limits>
#include <optional>
#include <string>

namespace handrail {

namespace {

using boost::system::error_code;
namespace errc = boost::system::errc;

// Set in the numbers of mappings without memory, so that they equal no address.
constexpr std::uint64_t without_memory = std::uint64_t{1} << 63;
constinit std::atomic<std::uintptr_t> empty_mappings{0};

port::map_access access_of(map_options::access_type how) noexcept {
    switch (how) {
        case map_options::read_write: return port::map_access::read_write;
        case map_options::copy_on_write: return port::map_access::copy_on_write;
        case map_options::read_only: break;
    }
    return port::map_access::read;
}

// The result of mapping bytes of a file.
struct attempt {
    detail::mapped_region region;
    error_code error;
    std::optional<std::uint64_t> file_size;  // if it was too small
};

bool has_size(port::handle_kind kind) noexcept {
    return kind == port::handle_kind::regular_file || kind == port::handle_kind::block_device;
}

error_code refusal_of(port::handle_kind kind) noexcept {
    switch (kind) {
        case port::handle_kind::directory: return make_error_code(errc::is_a_directory);
        case port::handle_kind::pipe:
        case port::handle_kind::socket: return make_error_code(errc::no_such_device);
        default: return {};
    }
}

// Returns: reason; if the system says permission_denied because of the access with which h was
//   opened, an error that says so.
error_code explained(error_code reason, port::handle h, map_options::access_type how) noexcept {
    error_code ec;
    port::handle_mode const mode = port::mode_of(h, ec);
    if (reason != errc::permission_denied || ec.failed()) {
        return reason;
    }
    return mode.access == port::access::write ? error::not_opened_for_reading
           : mode.access == port::access::read && how == map_options::read_write
               ? error::not_opened_for_writing
               : reason;
}

// Returns: why no bytes of h can be mapped at all, if that is so. The system is asked by mapping a
//   page that is not touched. Huge pages are not tried: one would be reserved, and there are few.
error_code try_a_page(port::handle h, port::map_source const& source,
                      map_options::access_type how) noexcept {
    std::size_t const page = port::mapping_granularity();
    if (source.granularity != page) {
        return {};
    }
    error_code ec;
    void* const mapped = port::map(h, 0, page, access_of(how), ec);
    if (!ec.failed()) {
        return port::unmap(mapped, page);
    }
    // Linux reports io_error for some files of /proc, and no_such_device for the others.
    bool const generated = ec == errc::io_error && source.size == 0;
    return generated ? make_error_code(errc::no_such_device) : explained(ec, h, how);
}

// Returns: no_such_device if h has no bytes of its own; else otherwise.
error_code unless_unmappable(port::handle h, port::map_source const& source,
                             map_options const& options, error otherwise) noexcept {
    error_code const refused = try_a_page(h, source, options.access);
    return refused == errc::no_such_device ? refused : otherwise;
}

// Effects: sets result.error, and result.file_size where it explains that, if there are no such
//   bytes.
// Returns: the length of the window.
std::size_t window_length(port::handle h, port::map_source const& source,
                          map_options const& options, attempt& result) noexcept {
    bool const sized = has_size(source.kind);
    result.error = refusal_of(source.kind);
    if (!result.error.failed() && !sized && !options.length) {
        result.error = unless_unmappable(h, source, options, error::length_needed);
    }
    if (result.error.failed()) {
        return 0;
    }
    // Only its driver knows where a device ends.
    std::uint64_t const end = sized ? source.size : std::numeric_limits<std::int64_t>::max();
    if (options.offset > end || options.length.value_or(0) > end - options.offset) {
        result.error = unless_unmappable(h, source, options, error::bytes_past_end_of_file);
        if (sized) {
            result.file_size = end;
        }
        return 0;
    }
    std::uint64_t const length = options.length.value_or(end - options.offset);
    if (length > std::numeric_limits<std::size_t>::max() - 2 * source.granularity) {
        result.error = make_error_code(errc::not_enough_memory);
    }
    return static_cast<std::size_t>(length);
}

std::size_t rounded_up(std::size_t size, std::size_t page) noexcept {
    return (size + page - 1) & ~(page - 1);
}

attempt map_window(port::handle h, map_options const& options) noexcept {
    attempt result;
    port::map_source const source = port::map_source_of(h, result.error);
    if (result.error.failed()) {
        return result;
    }
    std::size_t const length = window_length(h, source, options, result);
    if (result.error.failed()) {
        return result;
    }
    if (length == 0) {  // the system maps no 0 bytes
        result.error = try_a_page(h, source, options.access);
        result.region =
            result.error.failed() ? detail::mapped_region() : detail::mapped_region::empty();
        return result;
    }
    std::size_t const page = source.granularity;
    auto const before = static_cast<std::size_t>(options.offset & (page - 1));
    void* const pages = port::map(h, options.offset - before, rounded_up(before + length, page),
                                  access_of(options.access), result.error);
    if (result.error.failed()) {
        result.error = explained(result.error, h, options.access);
    } else {
        result.region = detail::mapped_region(pages, page, before, length);
    }
    return result;
}

// "map 512 bytes at offset 100 of", "map at offset 100 of the 20 bytes of"
std::string describe(map_options const& options, std::optional<std::uint64_t> file_size) {
    std::string text = "map";
    if (options.length) {
        text += " " + std::to_string(*options.length) + " bytes";
    }
    if (options.offset != 0) {
        text += " at offset " + std::to_string(options.offset);
    }
    if (file_size) {
        text += " of the " + std::to_string(*file_size) + " bytes";
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

mapped_region::mapped_region(void* pages, std::size_t page_size, std::size_t before,
                             std::size_t size) noexcept
    : window_(detail::as_integer(pages) + before),
      size_(size),
      before_(before & ((std::uint64_t{1} << 56) - 1)),
      page_bits_(static_cast<unsigned>(std::countr_zero(page_size)) & 0xffU) {}

void* mapped_region::pages() const noexcept {
    return reinterpret_cast<void*>(window_ - static_cast<std::uintptr_t>(before_));
}

std::size_t mapped_region::length() const noexcept {
    return rounded_up(static_cast<std::size_t>(before_) + size_, std::size_t{1} << page_bits_);
}

// "mapping of FILE", because an error of the mapping is not an error of the file.
std::string mapped_region::label() const {
    if (!is_open()) {
        return empty_label(kind);
    }
    std::string const file = size_ != 0 ? port::mapping_name(data()) : std::string();
    return file.empty() ? handle_label(kind, number()) : "mapping of " + file;
}

error_code mapped_region::close() noexcept {
    mapped_region const closed = std::move(*this);
    return closed.size_ != 0 ? port::unmap(closed.pages(), closed.length()) : error_code();
}

error_code mapped_region::flush() const noexcept {
    if (!is_open()) {
        return make_error_code(errc::bad_file_descriptor);
    }
    return size_ != 0 ? port::flush(pages(), length()) : error_code();
}

}  // namespace detail

mapping mapping::guard(detail::mapped_region&& region, file const& from,
                       std::source_location where) noexcept {
    mapping made;
    made.guard_.own(std::move(region), {}, where);
    if (detail::leak_check_on()) {
        detail::track::the_observer().handle_named(
            &made.guard_, detail::name_of<file_traits>(from.native_handle()));
    }
    return made;
}

mapping mapping::map(file const& from, map_options const& options, error_code& ec,
                     std::source_location where) noexcept {
    attempt result = map_window(from.native_handle(), options);
    ec = result.error;
    from.notify_use(ec, "map");
    return ec.failed() ? mapping() : guard(std::move(result.region), from, where);
}

mapping mapping::map(file const& from, map_options const& options, std::source_location where) {
    attempt result = map_window(from.native_handle(), options);
    if (result.error.failed()) {
        from.notify_use(result.error, "map");
        bool const too_small = result.error == error::bytes_past_end_of_file;
        from.fail(result.error,
                  describe(options, too_small ? result.file_size : std::nullopt).c_str());
    }
    return guard(std::move(result.region), from, where);
}

error_code mapping::flush(error_code& ec) noexcept {
    ec = guard_.resource().flush();
    if (ec.failed() && !is_open() && detail::leak_check_on()) {
        detail::track::the_observer().handle_used_empty(&guard_, "flush");
    }
    return ec;
}

void mapping::flush() {
    error_code ec;
    flush(ec);
    if (ec.failed()) {
        detail::throw_system_error(ec, "flush", guard_.resource().label());
    }
}

void mapping::close() {
    // Found out before: a cleanup may destroy *this.
    std::uint64_t const number = guard_.resource().number();
    detail::track::opening opened;
    if (error_code const ec = guard_.close(opened); ec.failed()) {
        std::string name(opened.name());
        detail::throw_close_error(ec, detail::mapped_region::kind, number,
                                  name.empty() ? name : "mapping of " + name);
    }
}

}  // namespace handrail
