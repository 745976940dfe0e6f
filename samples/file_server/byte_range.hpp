// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The bytes that a Range field asks for (RFC 9110, section 14).

#pragma once

#include <cstdint>
#include <string_view>

namespace file_server {

struct byte_range {
    enum class kind {
        whole,          // all bytes: no range, several, or a malformed one
        part,           // length bytes from first on; length > 0
        unsatisfiable,  // the file has none of the bytes asked for
    };
    kind what = kind::whole;
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

// Returns: what a field such as "bytes=0-99" means for a file of this size.
byte_range choose_range(std::string_view field, std::uint64_t size) noexcept;

}  // namespace file_server
