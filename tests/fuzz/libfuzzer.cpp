// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "tests/fuzz/fuzz.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    handrail_fuzz::run({reinterpret_cast<char const*>(data), size});
    return 0;
}
