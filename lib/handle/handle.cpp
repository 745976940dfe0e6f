// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The parts of unique_handle that are not templates: names for messages, and descriptor_traits.

#include <handrail/handle.hpp>

#include "lib/base/text_buffer.hpp"
#include "platform/port.hpp"

#include <stdexcept>

namespace handrail {

namespace detail {

std::string empty_label(char const* kind) { return std::string(kind) + " (not open)"; }

std::string handle_label(char const* kind, std::optional<std::uint64_t> number) {
    fixed_text<32> digits;
    if (number) {
        digits.append_number(*number);
    }
    return number ? std::string(kind).append(" ").append(digits.view()) : kind;
}

void throw_not_assignable(char const* kind, std::string const& label, std::source_location where) {
    throw std::invalid_argument("handrail: assign at " + std::string(where.file_name()) + ":" +
                                std::to_string(where.line()) + ": " +
                                (label.empty()
                                     ? std::string("the native handle is not a valid ") + kind
                                     : label + " is owned by this guard already"));
}

void throw_close_error(boost::system::error_code const& ec, char const* kind,
                       std::optional<std::uint64_t> number, std::string_view name) {
    throw_system_error(ec, "close", name.empty() ? handle_label(kind, number) : std::string(name));
}

}  // namespace detail

boost::system::error_code descriptor_traits::close(native_handle_type h) noexcept {
    return port::close_handle(h);
}

boost::system::error_code descriptor_traits::set_close_on_exec(native_handle_type h) noexcept {
    boost::system::error_code ec;
    port::set_close_on_exec(h, ec);
    return ec;
}

std::string descriptor_traits::name(native_handle_type h) { return port::handle_name(h); }

}  // namespace handrail
