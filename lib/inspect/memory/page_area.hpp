// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Zeroed memory for the content of a region. Pages that nobody writes to cost nothing, so that it
// may be as large as what an inspected program has reserved.
//
// Thread safety: none.

#pragma once

#include <cstddef>
#include <span>

namespace handrail::inspect {

class page_area {
public:
    page_area() = default;
    // Effects: maps size bytes; if that is impossible, *this stays empty.
    explicit page_area(std::size_t size) noexcept;
    page_area(page_area&& other) noexcept;
    page_area& operator=(page_area&& other) noexcept;
    ~page_area();

    std::span<std::byte> bytes() const noexcept { return bytes_; }

private:
    std::span<std::byte> bytes_{};
};

}  // namespace handrail::inspect
