// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The words of a written report, the same in text, in JSON and in the tool's formats.
//
// Thread safety: pure functions.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace handrail::leak_check::written {

// In the order of the enumerators.
inline constexpr std::array<std::string_view, 3> grade_words{"note", "possible", "certain"};
inline constexpr std::array<std::string_view, 6> reference_words{
    "none", "strong", "edge", "containment", "weak", "pointer"};
inline constexpr std::array<std::string_view, 11> evidence_words{
    "none", "argument", "move probe",   "copy probe",  "address",  "edge",
    "scan", "guard",    "construction", "measurement", "exception"};

std::string_view grade_word(grade g) noexcept;
std::string_view reference_word(reference r) noexcept;
std::string_view evidence_word(evidence e) noexcept;  // "move probe"; none: ""

// "app.cc:41"; empty if it is not known.
std::string short_location(location const& where);

// "12.4 s".
std::string duration_text(std::int64_t nanoseconds);

// "serve(int) at server.cc:12 in server", or, if the function is not known, "server+0x1cd1".
std::string frame_text(frame const& f);

// Returns: whether the call is one inside the library, which says nothing to a reader. The
//   parameters, the type that is returned, and arguments of templates do not matter.
bool is_part_of_handrail(frame const& f) noexcept;

}  // namespace handrail::leak_check::written
