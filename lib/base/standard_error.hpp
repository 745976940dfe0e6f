// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Whether the standard error stream may take texts of the library's own. It may not
//
//  1. when it was closed as the library was loaded: what has its number later is some file or
//     connection that knows nothing of it;
//  2. from when a guard takes its descriptor over until the guard releases it: it is that owner's.
//
// A program that puts another file there with dup2() gets the texts in that file.
//
// Thread safety: all functions may be called by any thread.

#pragma once

namespace handrail::detail {

bool may_write_to_standard_error() noexcept;

// Effects: rule 1 holds.
void note_standard_error_is_closed() noexcept;

}  // namespace handrail::detail
