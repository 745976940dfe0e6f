// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// SARIF 2.1.0, as code hosts and editors read it:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

#pragma once

#include "checked.hpp"
#include "source_files.hpp"

#include <string>

namespace handrail_check {

std::string to_sarif(check_result const& what, source_files const& files);

}  // namespace handrail_check
