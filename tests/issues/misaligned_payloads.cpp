// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the check at level full read a payload and its copy word by word even where they were not
// aligned as words, as objects made of smaller integers may be. That is undefined behaviour, and
// the undefined-behaviour sanitizer ended the program.
// Correct: such payloads are not compared. The test chooses the addresses itself, since
// AddressSanitizer aligns what is on the stack.

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

BOOST_AUTO_TEST_CASE(a_payload_that_is_not_aligned_as_a_word_is_not_compared) {
    aligned const payload, copy;
    handrail::detail::track::compared_blocks found;
    compare_copy({payload.between_words(), 32}, copy.between_words(), found);
    compare_copy({payload.values.data(), 32}, copy.between_words(), found);
    BOOST_TEST(found.common_count == 0U);
    BOOST_TEST(found.own_count == 0U);
}
