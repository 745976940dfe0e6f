// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a cleanup held a weak reference to its own resource, and the check at level full reported it
// twice: as HR004, and, because the second word of a weak points to the object, as HR003, a plain
// pointer to the resource.
// Correct: one finding, HR004, which is a note.

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

namespace leak_check = handrail::leak_check;

namespace {
struct session {
    int number = 1;
};
}  // namespace

BOOST_AUTO_TEST_CASE(a_weak_to_the_resource_of_its_cleanup_is_reported_as_weak_only) {
    leak_check::set_level(leak_check::level::full);
    {
        auto const owner = handrail::make<session>();
        auto token =
            add_cleanup(owner, [](handrail::weak<session>) {}, handrail::weak<session>(owner));
        auto const report = leak_check::check_now();
        BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
        BOOST_TEST(report.findings[0].id == "HR004");
        token.stop();
    }
    leak_check::set_level(leak_check::level::off);
}
