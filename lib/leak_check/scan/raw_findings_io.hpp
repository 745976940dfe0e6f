// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Raw findings on their way from a frozen copy to its program: a header with the counts, then the
// arrays as they lie in memory. Writer and reader are one program, so that no format is needed
// beyond that. Instead of a pointer to the type of a control block its offset in found.types is
// sent.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/raw_findings.hpp"
#include "platform/port.hpp"

#include <cstddef>
#include <span>

namespace handrail::leak_check {

// Effects: writes from a frozen copy, which cannot use found afterwards. A failure shows in the
//   number of bytes that arrive.
void write_raw_findings(port::handle out, raw_findings& found);

// Returns: false if the bytes are not as many as their header says; found has not changed then.
bool parse_raw_findings(std::span<std::byte const> bytes, raw_findings& found);

}  // namespace handrail::leak_check
