// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a cleanup had a pointer to another member of the object around its handle, and HR003 called
// it certain that the pointer dangles. But members that are declared before the handle, and after
// an explicit close() all of them, are alive when the cleanup runs.
// Correct: such a finding is possible. It is certain only if the registration was refused.

#include "tests/unit/leak_check/full_level.hpp"

#include <string>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::leak_check::grade;
namespace leak_check = handrail::leak_check;

namespace {

struct job {
    std::string before = "nightly";
    handrail::file log = open_null();
    std::string after = "nightly";
};

void expect_possible(std::string job::* member) {
    auto const nightly = handrail::make<job>();
    auto token = add_cleanup(nightly->log, [](std::string const*) {}, &((*nightly).*member));
    auto const report = leak_check::check_now();
    expect(report, "HR003", grade::possible, "file");
    BOOST_TEST(path_has(only(report), "pointer"), text_of(report));
    BOOST_TEST(token.stop());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_member_before_the_handle_is_alive_when_the_destructor_runs_the_cleanup) {
    std::string seen;
    add_cleanup(handrail::make<job>()->log, [](std::string* to) { *to = "no object"; }, &seen);
    {
        auto const nightly = handrail::make<job>();
        add_cleanup(
            nightly->log, [](std::string const* from, std::string* to) { *to = *from; },
            &nightly->before, &seen);
    }
    BOOST_TEST(seen == "nightly");
}

BOOST_AUTO_TEST_CASE(a_pointer_to_a_member_is_possible_at_level_handles) {
    leak_check::set_level(leak_check::level::handles);
    expect_possible(&job::before);
    expect_possible(&job::after);  // close() leaves it alive, too
    leak_check::set_level(leak_check::level::off);
}

BOOST_FIXTURE_TEST_CASE(a_pointer_to_a_member_is_possible_at_level_full, at_full) {
    expect_possible(&job::before);
    expect_possible(&job::after);
}
