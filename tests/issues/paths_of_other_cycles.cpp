// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: if the program still referred to one cycle, and not any more to an equal one, the finding
// was about the second, and its path went through the first.
// Correct: the path is that of the cycle that the finding is about.

#include "tests/unit/leak_check/leaks.hpp"

using namespace handrail_test;
namespace leak_check = handrail::leak_check;

BOOST_FIXTURE_TEST_CASE(the_path_is_that_of_the_cycle_that_leaked_now, at_full) {
    leak const used;
    leak_check::set_name(used.held, "used");
    leak lost;
    leak_check::set_name(lost.held, "lost");
    lost.held.reset();
    auto const finding = only(complete_check());
    BOOST_TEST(finding.leaked_now);
    BOOST_TEST(finding.count == 2U);
    BOOST_TEST(finding.resource.find("\"lost\"") != std::string::npos, finding.resource);
    for (auto const& step : finding.path) {
        BOOST_TEST(leak_check::to_text(step).find("\"used\"") == std::string::npos,
                   leak_check::to_text(step));
    }
}
