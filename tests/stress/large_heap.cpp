// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A check at level full reads a heap of 2 GB completely, within its timeout.

#include "tests/unit/leak_check/full_level.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <utility>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;
using handrail::move_only;
namespace leak_check = handrail::leak_check;

namespace {

// A page of memory whose words have been written, with a reference at its end.
struct page {
    std::array<std::size_t, 506> words;
    handrail::shared<file> held;

    explicit page(std::size_t value) { words.fill(value); }
};
constexpr std::size_t page_count = std::size_t{1} << 19;  // 2 GiB

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_reference_at_the_end_of_two_gigabytes_is_found, at_full) {
    auto const f = make<file>(open_null());
    std::list<page> pages;
    for (std::size_t i = 0; i != page_count; ++i) {
        pages.emplace_back(i);
    }
    page& last = pages.back();
    auto token = add_cleanup(f, capturing(move_only([all = std::move(pages)] { (void)all; })));
    leak_check::options const patient{.timeout = std::chrono::minutes(4)};
    BOOST_TEST(leak_check::check_now(patient).findings.empty());
    last.held = f;
    auto const report = leak_check::check_now(patient);
    last.held.reset();
    BOOST_TEST(report.complete, report.missing);
    expect(report, "HR001", leak_check::grade::possible, "file");
    BOOST_TEST_MESSAGE("pause " << report.pause.count() / 1'000'000 << " ms, duration "
                                << report.duration.count() / 1'000'000 << " ms");
}
