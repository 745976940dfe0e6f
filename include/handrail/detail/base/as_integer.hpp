// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// as_integer: the address in a pointer as a number, for tag bits, hashing and arithmetic across
// objects.

#pragma once

#include <cstdint>

namespace handrail::detail {

inline std::uintptr_t as_integer(void const* pointer) noexcept {
    return reinterpret_cast<std::uintptr_t>(pointer);
}

}  // namespace handrail::detail
