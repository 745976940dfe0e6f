// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: close() of an empty guard asked the traits for the number of the invalid handle. Traits of
// FILE*, whose number is fileno(3) of it, crashed.
// Correct: number() is called for open handles only, as handle_traits.hpp says.

#include <handrail/handle.hpp>

#include <boost/test/unit_test.hpp>

#include <utility>

namespace {

struct stream {
    int number;
};
int asked_for_null = 0;

struct stream_traits {
    using native_handle_type = stream*;
    static constexpr char const* kind = "stream";
    static constexpr stream* invalid() noexcept { return nullptr; }
    static bool is_valid(stream* h) noexcept { return h != nullptr; }
    static boost::system::error_code close(stream*) noexcept { return {}; }
    static int number(stream* h) noexcept {
        asked_for_null += h == nullptr;
        return h != nullptr ? h->number : -1;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_empty_guard_asks_for_no_number) {
    stream opened{1};
    handrail::unique_handle<stream_traits> never_opened, guard(&opened);
    never_opened.close();
    guard.close();
    guard.close();
    handrail::unique_handle<stream_traits> moved_from(&opened);
    auto const owner = std::move(moved_from);
    moved_from.close();
    BOOST_TEST(asked_for_null == 0);
}
