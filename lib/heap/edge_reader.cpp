// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/heap/edge_reader.hpp>

#include <algorithm>
#include <cstddef>

namespace handrail::detail {

void edge_reader::grow() {
    auto const size = static_cast<std::size_t>(end_ - first_);
    auto const larger_size = std::max<std::size_t>(256, 2 * size);
    auto* const larger = new tracked_object*[larger_size];
    std::copy(first_, next_, larger);
    next_ = larger + (next_ - first_);
    delete[] first_;
    first_ = larger;
    end_ = larger + larger_size;
}

}  // namespace handrail::detail
