// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A written report as text for people.
//
// Thread safety: a pure function.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <string>
#include <string_view>

namespace handrail::leak_check::written {

// names_hint: how to get the names of functions, added if a frame has none; may be empty.
std::string to_text(report const& r, text_style const& style, std::string_view names_hint = {});

}  // namespace handrail::leak_check::written
