// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What tests at level full share: a fixture, a check that must be complete, what a report says.

#pragma once

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace handrail_test {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool has_block_map = false;  // g++
#elif defined(__has_feature)
inline constexpr bool has_block_map = !__has_feature(address_sanitizer);
#else
inline constexpr bool has_block_map = true;
#endif

inline handrail::file open_null() {
    return handrail::file::open("/dev/null", handrail::file::read_only);
}

// Switches level full on; off, with everything that is recorded, at its destruction.
struct at_full {
    at_full() { handrail::leak_check::set_level(handrail::leak_check::level::full); }
    at_full(at_full const&) = delete;
    at_full& operator=(at_full const&) = delete;
    ~at_full() { handrail::leak_check::set_level(handrail::leak_check::level::off); }
};

// Returns: a report without HR020, which each open handle of a test would be. Claims: the check is
// complete.
inline handrail::leak_check::report complete_check() {
    auto report = handrail::leak_check::check_now();
    BOOST_TEST(report.complete, report.missing);
    return report;
}

inline std::string text_of(handrail::leak_check::report const& r) {
    return handrail::leak_check::to_text(r);
}

// Returns: the only finding. Requires: there is one.
inline handrail::leak_check::finding only(handrail::leak_check::report const& r) {
    BOOST_TEST_REQUIRE(r.findings.size() == 1U, text_of(r));
    return r.findings[0];
}

inline bool path_has(handrail::leak_check::finding const& f, std::string_view text) {
    return std::any_of(f.path.begin(), f.path.end(), [&](handrail::leak_check::step const& s) {
        return handrail::leak_check::to_text(s).find(text) != std::string::npos;
    });
}

inline void expect(handrail::leak_check::report const& r, std::string_view id,
                   handrail::leak_check::grade grade, std::string_view resource) {
    auto const f = only(r);
    BOOST_TEST(f.id == id, text_of(r));
    BOOST_TEST((f.grade == grade), text_of(r));
    BOOST_TEST(f.resource.find(resource) != f.resource.npos, text_of(r));
}

}  // namespace handrail_test
