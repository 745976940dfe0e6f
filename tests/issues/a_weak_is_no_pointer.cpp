// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// At level full the second word of a weak, which points to the object, was taken for a plain
// pointer into the resource of the cleanup: HR003, which is worse than the note that it deserves.

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

BOOST_AUTO_TEST_CASE(a_weak_to_the_own_resource_is_not_told_as_a_pointer) {
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
