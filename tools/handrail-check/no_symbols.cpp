// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// In place of symbols.cpp where elfutils is missing.

#include "symbols.hpp"

namespace handrail_check {

std::string_view const names_hint =
    "this handrail-check was built without elfutils and reads no debug information: use "
    "addr2line -Cfie MODULE ADDRESS, or link the program with -rdynamic";

void name_frames(check_result&) {}

}  // namespace handrail_check
