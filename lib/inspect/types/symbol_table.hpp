// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The symbols of one module, by address. Where several begin together, the best name remains: a
// global one before a local one.
//
// Thread safety: const functions may be called at the same time.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <elfutils/libdwfl.h>

#include <cstdint>
#include <vector>

namespace handrail::inspect {

struct symbol {
    address begin = 0;
    std::uint64_t size = 0;      // 0: not known
    char const* name = nullptr;  // mangled; as long as the module
    bool is_object = false;      // data, not code
};

class symbol_table {
public:
    explicit symbol_table(Dwfl_Module* module);

    // Returns: the symbol that contains the address; null if there is none.
    symbol const* around(address at) const noexcept;

private:
    std::vector<symbol> symbols_;  // by begin, one each
};

}  // namespace handrail::inspect
