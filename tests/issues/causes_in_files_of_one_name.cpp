// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: leaks in two files of the same name, in different folders, at the same line and column were
// one finding, counted twice.
// Correct: they are two findings. Their fingerprints are equal: those contain no folders.

#include "tests/unit/leak_check/leaks.hpp"

#include <memory>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::make;
using handrail::shared;
namespace leak_check = handrail::leak_check;

namespace {

// clang-format off
#line 100 "chat/session.cpp"
handrail::cleanup keep_in_chat(shared<session> const& s) { return add_cleanup(s->socket, capturing([s] { (void)s; })); }
#line 100 "mail/session.cpp"
handrail::cleanup keep_in_mail(shared<session> const& s) { return add_cleanup(s->socket, capturing([s] { (void)s; })); }
#line 26 "causes_in_files_of_one_name.cpp"
// clang-format on

}  // namespace

BOOST_FIXTURE_TEST_CASE(leaks_in_two_files_of_one_name_are_two_findings, at_full) {
    auto chat = keep_in_chat(make<session>());
    auto mail = keep_in_mail(make<session>());
    auto const report = complete_check();
    chat.stop();
    mail.stop();
    BOOST_TEST_REQUIRE(report.findings.size() == 2U);
    BOOST_TEST(report.findings[0].count == 1U);
    BOOST_TEST(report.findings[0].fingerprint == report.findings[1].fingerprint);
}
