// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Globs of suppressions: '*' matches any number of bytes, '?' matches one byte, and every other
// byte matches itself.
//
//     matches("*pool.cc*", "cleanup at pool.cc:41");  // true
//
// Thread safety: pure functions.

#pragma once

#include <string_view>

namespace handrail::leak_check {

// Returns: whether glob matches the whole of text. Errors: throws std::bad_alloc.
//
// The names in a text may be anyone's, so the work is bounded. It is proportional to the sizes of
// glob and text; for a part between two '*' that contains '?', to the size of text times the length
// of the part / 64.
bool matches(std::string_view glob, std::string_view text);

}  // namespace handrail::leak_check
