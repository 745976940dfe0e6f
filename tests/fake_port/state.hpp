// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How the functions of the fake port (port.cpp) record calls (fake.cpp).

#pragma once

#include "tests/fake_port/fake.hpp"

namespace handrail::fake {

// Effects: counts the call. Returns: the error with which it is to fail, if one is planned.
port_types::error_code strike(operation what) noexcept;

void record_opened(handle h) noexcept;  // an invalid handle is ignored
// To be called before the close: afterwards another thread may get the number.
void record_closing(handle h) noexcept;
void note_bad_close() noexcept;

port_types::map_source map_source() noexcept;                  // granularity 0: the real port's
void note_mapped(void* address, std::size_t length) noexcept;  // nullptr is ignored
// Returns: whether this is a whole mapping.
bool note_unmapping(void* address, std::size_t length) noexcept;
void note_allocated(void* address) noexcept;
void note_freeing(void* address) noexcept;

}  // namespace handrail::fake
