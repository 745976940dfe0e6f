// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a check at level full crashed when an object had more than a million edges. The list of them
// grew in the frozen copy, where it was reallocated as if it came from the program's allocator.
// Correct: the number of edges is not limited.

#include "tests/unit/leak_check/full_level.hpp"

#include <cstddef>
#include <vector>

using namespace handrail_test;

namespace {

struct hub {
    handrail::traced<std::vector<handrail::edge<hub>>> others;
    using managed_edges = handrail::edges<&hub::others>;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_object_may_have_more_than_a_million_edges, at_full) {
    auto const center = handrail::make<hub>();
    auto const other = handrail::make<hub>();
    constexpr std::size_t count = (std::size_t{1} << 20) + 1;
    {
        auto edges = center->others.write();
        edges->reserve(count);
        for (std::size_t i = 0; i != count; ++i) {
            edges->emplace_back(other);
        }
    }
    BOOST_TEST(complete_check().findings.empty());
}
