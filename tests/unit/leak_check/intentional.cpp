// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Names in reports, and intentional leaks.

#include "full_level.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;
namespace leak_check = handrail::leak_check;

namespace {
struct session : std::enable_shared_from_this<session> {
    int number = 1;
    file socket = open_null();
    std::function<void()> on_close;
};
struct registry {
    int number = 2;
    file log = open_null();
};
}  // namespace

BOOST_FIXTURE_TEST_CASE(a_global_marked_intentional_is_not_reported, at_full) {
    auto global = make<registry>();
    auto token = add_cleanup(global->log, capturing([global] { (void)global; }));
    BOOST_TEST(only(complete_check()).id == "HR001");
    leak_check::mark_intentional(global, "the registry of the process");
    BOOST_TEST(complete_check().findings.empty());
    BOOST_TEST(leak_check::check_now({.open_handles = true}).findings.empty());
    token.stop();
}

BOOST_FIXTURE_TEST_CASE(a_handle_marked_intentional_excuses_the_object_that_contains_it, at_full) {
    auto const s = std::make_shared<session>();
    s->on_close = [s] { (void)s; };
    BOOST_TEST(only(complete_check()).id == "HR005");
    leak_check::mark_intentional(s->socket, "pooled");
    BOOST_TEST(complete_check().findings.empty());
    s->on_close = nullptr;
}

BOOST_FIXTURE_TEST_CASE(the_mark_of_a_handle_ends_with_its_close, at_full) {
    file f = open_null();
    leak_check::mark_intentional(f, "for now");
    BOOST_TEST(leak_check::check_now({.open_handles = true}).findings.empty());
    f.close();
    f = open_null();
    BOOST_TEST(leak_check::check_now({.open_handles = true}).findings.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(reports_show_names, at_full) {
    file const f = [] {
        file opened = open_null();
        leak_check::set_name(opened, "control channel");
        return opened;
    }();
    BOOST_TEST(leak_check::live_handles()[0].name == "control channel");
    auto const global = make<registry>();
    leak_check::set_name(global, "main registry");
    auto token = add_cleanup(global, capturing([global] { (void)global; }));
    BOOST_TEST(only(complete_check()).resource.find("main registry") != std::string::npos,
               text_of(complete_check()));
    token.stop();
}

BOOST_FIXTURE_TEST_CASE(control_characters_in_names_are_escaped, at_full) {
    auto const global = make<registry>();
    leak_check::set_name(global, "a\xe2\x80\xae\"");
    leak_check::set_name(global->log, "b\x1b\"");
    auto token = add_cleanup(global, capturing([global] { (void)global; }));
    auto const report = leak_check::check_now({.open_handles = true});
    token.stop();
    BOOST_TEST_REQUIRE(report.findings.size() == 2U, text_of(report));
    BOOST_TEST(report.findings[0].resource.find(R"("a\xe2\x80\xae\"")") != std::string::npos);
    BOOST_TEST(report.findings[1].resource.find(R"("b\x1b\"")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_owner_is_refused) {
    file empty;
    BOOST_CHECK_THROW(leak_check::set_name(empty, "x"), std::invalid_argument);
    BOOST_CHECK_THROW(leak_check::mark_intentional(empty, "x"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(set_name_and_mark_intentional_do_nothing_at_level_off) {
    file f = open_null();
    leak_check::set_name(f, "x");
    leak_check::mark_intentional(f, "x");
    leak_check::set_level(leak_check::level::handles);
    BOOST_TEST(leak_check::live_handles().empty());
    leak_check::set_level(leak_check::level::off);
}
