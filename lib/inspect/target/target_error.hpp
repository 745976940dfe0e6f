// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Why a program cannot be inspected: a sentence that says what to do, for the person who asked.
//
//     process 4711 belongs to user 1000: run handrail-check as that user or as root

#pragma once

#include <stdexcept>

namespace handrail::inspect {

class target_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace handrail::inspect
