// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Errors in words: names from outside made fit for messages and reports.
//
// Thread safety: pure functions.

#pragma once

#include "lib/base/text_buffer.hpp"

#include <handrail/detail/base/throw.hpp>

#include <string>
#include <string_view>

namespace handrail::detail {

// Returns: text in which nothing can mislead a terminal or a parser of reports: well-formed UTF-8
//   with backslash, double quote, control characters (C0, DEL, C1) and those that turn the
//   direction of text or break lines (U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069)
//   escaped as \\, \", \n, \r, \t or \xNN; bytes that are no UTF-8 as \xNN. Different texts stay
//   different.
std::string escaped(std::string_view text);

// Returns: the same, except that backslash and double quote stay: for texts that may be made of
//   escaped ones, which stay as they are.
std::string printable(std::string_view text);

// The same, where nothing may be allocated.
void append_escaped(text_buffer& to, std::string_view text) noexcept;
void append_printable(text_buffer& to, std::string_view text) noexcept;

}  // namespace handrail::detail
