// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which allocator a program uses, as far as that matters: blocks of another than glibc's are not
// found, and without them everything would look lost.
//
// Thread safety: a pure function.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <string>

namespace handrail::inspect {

// Returns: the name of an allocator that replaces glibc's, "libjemalloc.so.2" or "a sanitizer";
//   empty: none is known.
std::string other_allocator(memory const& of);

}  // namespace handrail::inspect
