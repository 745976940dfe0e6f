// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Births of descriptors, read from the table that libhandrail_preload.so keeps in the program's
// memory (lib/preload/layout.hpp).
//
//     if (std::optional<births> const known = births::in(target.memory())) {
//         descriptor.born = known->of(descriptor.number, descriptor.kind);
//     }
//
// Nothing in the table can be trusted, as with all of the memory. A number without a birth is a
// normal state: not every call is seen.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/memory.hpp"
#include "lib/inspect/target/target.hpp"
#include "lib/preload/layout.hpp"

#include <cstdint>
#include <optional>

namespace handrail::inspect {

class births {
public:
    // now: CLOCK_MONOTONIC in nanoseconds. Without it, as for a core file, ages count from the
    //   newest birth.
    // Returns: nothing if the library was not preloaded, if it is of another version, or if the
    //   process is a forked child, of which nothing is recorded.
    // Requires: in is alive as long as the result.
    static std::optional<births> in(memory const& in,
                                    std::optional<std::uint64_t> now = std::nullopt);

    // Returns: nothing if no birth is known, or if the recorded call makes descriptors of another
    //   kind: the number was used again by a call that was not seen.
    std::optional<birth> of(int number, descriptor_kind) const;

    // Whether the descriptor is the library's own socket to the tool, of which the program does not
    // know.
    bool is_channel(int number) const noexcept;

    // none: the program has not asked for this look.
    preload::look_reason reason() const noexcept;

    // As target::main_has_returned().
    bool main_has_returned() const noexcept { return info_.main_is_over != 0; }

private:
    births(memory const& in, preload::preload_info const& info, std::optional<std::uint64_t> now);

    std::optional<preload::birth_record> record(std::uint64_t number) const;
    std::uint64_t newest() const;

    memory const* memory_;
    preload::preload_info info_;
    std::uint64_t now_;
};

}  // namespace handrail::inspect
