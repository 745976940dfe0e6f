// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// At level full payload and copy were read by words also where they do not begin at one, as what is
// made of smaller numbers may: undefined, and the undefined-behaviour sanitizer ended the program.
// AddressSanitizer aligns what is on the stack; so the test does not rely on where copies lie.

#include "lib/leak_check/registry/copy_comparison.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>

using handrail::leak_check::compare_copy;

namespace {

struct alignas(void*) aligned {
    std::array<std::uint32_t, 9> values{};
    void const* between_words() const { return &values[1]; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_lies_between_words_is_not_read_by_words) {
    aligned const payload, copy;
    handrail::detail::track::copied_blocks found;
    compare_copy({payload.between_words(), 32}, copy.between_words(), found);
    compare_copy({payload.values.data(), 32}, copy.between_words(), found);
    BOOST_TEST(found.commons == 0U);
    BOOST_TEST(found.owns == 0U);
}
