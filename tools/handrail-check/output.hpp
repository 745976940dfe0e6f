// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where the results go.

#pragma once

#include <handrail/leak_check.hpp>

#include <functional>
#include <string>

namespace handrail_check {

// Effects: makes sure that the file can be written, before a program runs for long; makes it if it
//   is not there. Errors: throws std::system_error.
void try_output(std::string const& name);

// Effects: writes what text returns; "-" is standard output, an empty name nothing at all.
// Errors: throws std::system_error.
void write_output(std::string const& name, std::function<std::string()> const& text);

// colour: auto, always or never.
handrail::leak_check::text_style style_of_stderr(std::string const& colour);

}  // namespace handrail_check
