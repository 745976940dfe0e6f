// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where copying an argument failed half-way, a reference that had been copied by then was counted
// twice, as moved and as copied: a resource that somebody still held was told as leaked.

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace leak_check = handrail::leak_check;

namespace {

struct session {
    int number = 1;
};
struct refuses_copies {
    refuses_copies() = default;
    refuses_copies(refuses_copies&&) = default;
    refuses_copies(refuses_copies const&) { throw std::runtime_error("no"); }
};
struct half_copied {
    handrail::shared<session> held;
    refuses_copies more;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_reference_met_by_move_is_not_counted_again_when_its_copy_fails) {
    leak_check::set_level(leak_check::level::handles);
    {
        auto const owner = handrail::make<session>();
        auto token = add_cleanup(owner, [](half_copied const&) {}, half_copied{owner, {}});
        auto const report = leak_check::check_now();
        BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
        BOOST_TEST(report.findings[0].references_inside == 1U, leak_check::to_text(report));
        BOOST_TEST(!report.findings[0].leaked_now, leak_check::to_text(report));
        BOOST_TEST(token.stop());
    }
    leak_check::set_level(leak_check::level::off);
}
