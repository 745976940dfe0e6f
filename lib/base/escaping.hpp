// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Escaping: names and texts that come from outside are made safe to print in messages and reports.
//
// Thread safety: pure functions.

#pragma once

#include "lib/base/text_buffer.hpp"

#include <string>
#include <string_view>

namespace handrail::detail {

// Returns: the text with everything escaped that could mislead a terminal or a parser of reports.
//   The result is well-formed UTF-8. Escaped as \\, \", \n, \r, \t or \xNN are backslash, double
//   quote, control characters (C0, DEL, C1), characters that change the direction of text or break
//   lines (U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069), and bytes that are not
//   UTF-8. Different texts have different results.
// Errors: throws std::bad_alloc.
std::string escaped(std::string_view text);

// Returns: the same, except that backslash and double quote are kept: for texts that may contain
//   escaped ones, which would otherwise be escaped twice.
// Errors: throws std::bad_alloc.
std::string printable(std::string_view text);

// Effects: append the same to a text of fixed size. Allocate nothing.
void append_escaped(text_buffer& to, std::string_view text) noexcept;
void append_printable(text_buffer& to, std::string_view text) noexcept;

}  // namespace handrail::detail
