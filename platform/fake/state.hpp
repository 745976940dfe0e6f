// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the fake's port tells its control panel.

#pragma once

#include "platform/fake/fake.hpp"

namespace handrail::fake {

// Effects: counts the call. Returns: the error it shall fail with, if one is planned.
port_types::error_code strike(operation what) noexcept;

void note_opened(handle h) noexcept;   // an invalid handle is ignored
void note_closing(handle h) noexcept;  // before the close: then another thread may get the number
void note_bad_close() noexcept;

void note_mapped(void* address) noexcept;  // nullptr is ignored
void note_unmapping(void* address) noexcept;
void note_allocated(void* address) noexcept;
void note_freeing(void* address) noexcept;

}  // namespace handrail::fake
