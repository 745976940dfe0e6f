// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: when copying an argument for the leak check threw half-way, a reference that had been copied
// by then was counted twice, as moved and as copied. A resource that was still referenced from
// elsewhere was therefore reported as leaked.
// Correct: the reference counts once.

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

BOOST_AUTO_TEST_CASE(a_reference_counts_once_when_copying_its_argument_throws) {
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
