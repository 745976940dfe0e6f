// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which bytes a Range field asks for (RFC 9110, section 14).

#pragma once

#include <cstdint>
#include <string_view>

namespace file_server {

struct byte_range {
    enum class kind {
        whole,          // no range, more than one, or none that can be understood: all bytes
        part,           // length bytes from first on; length > 0
        unsatisfiable,  // none of the bytes asked for is there
    };
    kind what = kind::whole;
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

// Returns: what field, "bytes=0-99" say, means for so many bytes.
byte_range choose_range(std::string_view field, std::uint64_t size) noexcept;

}  // namespace file_server
