// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Globs of suppressions: '*' matches any run of bytes, '?' one byte, everything else itself.
//
//     matches("*pool.cc*", "cleanup at pool.cc:41");  // true
//
// Thread safety: pure functions.

#pragma once

#include <string_view>

namespace handrail::leak_check {

// Returns: whether glob matches the whole of text. Errors: throws std::bad_alloc.
//
// The names in a text come from outside, so the work is bounded: proportional to the sizes of glob
// and text, and where '?' stands between two '*', to the size of text times that part's length /
// 64.
bool matches(std::string_view glob, std::string_view text);

}  // namespace handrail::leak_check
