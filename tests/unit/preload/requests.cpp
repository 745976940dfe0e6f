// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// When a program asks to be looked at, and that it is otherwise as it would be without the library.

#include "tests/unit/preload/watched_program.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <sys/wait.h>

namespace {

using handrail::preload::look_reason;
using handrail_check::look_request;
using handrail_check::look_triggers;
using handrail_test::ended_program;
using handrail_test::run;
using reasons = std::vector<look_reason>;

void check_ending(std::string const& how, reasons const& asked,
                  look_triggers const& triggers = {}) {
    BOOST_TEST_CONTEXT(how) {
        ended_program const ended = run({.command = {PRELOAD_ENDINGS, how}, .triggers = triggers});
        BOOST_TEST(ended.ended_as_intended());
        BOOST_TEST((ended.asked == asked));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_program_asks_once_at_its_end) {
    check_ending("returns", {look_reason::main_returned});
    check_ending("exits", {look_reason::exit});
    check_ending("exits_at_once", {look_reason::immediate_exit});
    check_ending("exits_at_once_as_c", {look_reason::immediate_exit});
    check_ending("exits_quickly", {look_reason::quick_exit});
    check_ending("exits_in_libc", {look_reason::late_exit});
    check_ending("exits_in_a_thread", {look_reason::exit});
    check_ending("exits_twice", {look_reason::main_returned});
    check_ending("exits_in_a_handler", {look_reason::immediate_exit});
}

BOOST_AUTO_TEST_CASE(a_program_that_ends_with_its_last_thread_asks_late) {
    ended_program const ended = run({.command = {PRELOAD_ENDINGS, "ends_with_its_last_thread"}});
    BOOST_TEST((ended.asked == reasons{look_reason::late_exit}));
    BOOST_TEST(ended.status == 0);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_killed_does_not_ask) {
    ended_program const ended = run({.command = {PRELOAD_ENDINGS, "is_killed"}});
    BOOST_TEST(ended.asked.empty());
    BOOST_TEST((WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGKILL));
}

BOOST_AUTO_TEST_CASE(a_program_asks_before_a_signal_ends_it) {
    for (std::string const how : {"is_interrupted", "is_interrupted_after_handling"}) {
        ended_program const ended =
            run({.command = {PRELOAD_ENDINGS, how}, .triggers = {.signals = true}});
        BOOST_TEST_CONTEXT(how) {
            BOOST_TEST((ended.asked == reasons{look_reason::signal}));
            BOOST_TEST((WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGINT));
        }
    }
    BOOST_TEST(run({.command = {PRELOAD_ENDINGS, "is_interrupted"}}).asked.empty());
}

BOOST_AUTO_TEST_CASE(a_second_signal_ends_the_program_at_once) {
    ended_program const ended =
        run({.command = {PRELOAD_ENDINGS, "is_interrupted"},
             .triggers = {.signals = true},
             .look = [](look_request const& each, auto const&) {
                 ::kill(each.process, SIGINT);
                 siginfo_t info{};
                 ::waitid(P_PID, static_cast<id_t>(each.process), &info, WEXITED | WNOWAIT);
             }});
    BOOST_TEST((WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGINT));
}

BOOST_AUTO_TEST_CASE(a_program_does_not_see_that_signals_are_watched) {
    check_ending("handles_interrupts", {look_reason::main_returned}, {.signals = true});
    check_ending("is_interrupted_in_a_child", {look_reason::main_returned}, {.signals = true});
}

BOOST_AUTO_TEST_CASE(children_do_not_ask) {
    check_ending("forks", {look_reason::main_returned});
    check_ending("vforks", {look_reason::main_returned});
    check_ending("executes", {look_reason::main_returned});
}

BOOST_AUTO_TEST_CASE(children_ask_when_they_are_followed) {
    for (std::string const how : {"forks", "executes"}) {
        std::vector<pid_t> who;
        ended_program const ended = run(
            {.command = {PRELOAD_ENDINGS, how},
             .triggers = {.children = true},
             .look = [&](look_request const& each, auto const&) { who.push_back(each.process); }});
        BOOST_TEST_CONTEXT(how) {
            BOOST_TEST(ended.ended_as_intended());
            BOOST_TEST((ended.asked == reasons{look_reason::exit, look_reason::main_returned}));
            BOOST_TEST_REQUIRE(who.size() == 2U);
            BOOST_TEST(who[0] != who[1]);
        }
    }
    check_ending("vforks", {look_reason::main_returned}, {.children = true});
}

BOOST_AUTO_TEST_CASE(a_child_that_asks_before_the_tool_knows_it_is_looked_at) {
    ended_program const ended = run({.command = {PRELOAD_ENDINGS, "forks"},
                                     .triggers = {.children = true},
                                     .tool_is_late = true});
    BOOST_TEST((ended.asked == reasons{look_reason::exit, look_reason::main_returned}));
}

BOOST_AUTO_TEST_CASE(a_program_asks_when_descriptors_are_many) {
    check_ending("opens_many", {look_reason::descriptors, look_reason::main_returned},
                 {.descriptors = 20});
    check_ending("opens_many", {look_reason::main_returned}, {.descriptors = 500});
}

BOOST_AUTO_TEST_CASE(a_program_asks_when_descriptors_have_run_out) {
    check_ending("opens_too_many", {look_reason::emfile, look_reason::main_returned},
                 {.emfile = true});
    check_ending("opens_too_many", {look_reason::main_returned});
}

BOOST_AUTO_TEST_CASE(the_channel_is_not_the_programs_to_close) {
    check_ending("closes_all", {look_reason::main_returned});
    check_ending("closes_all", {look_reason::main_returned}, {.children = true});
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_to_a_descriptor_that_has_the_channels_number) {
    ended_program const ended = run({.command = {PRELOAD_ENDINGS, "takes_the_channels_number"}});
    BOOST_TEST(ended.ended_as_intended());
    BOOST_TEST(ended.asked.empty());
    BOOST_TEST(ended.output.empty());
}

BOOST_AUTO_TEST_CASE(a_program_goes_on_without_the_tool) {
    for (std::string const how : {"returns", "exits_at_once", "opens_too_many"}) {
        ended_program const ended = run({.command = {PRELOAD_ENDINGS, how},
                                         .triggers = {.emfile = true},
                                         .tool_goes_away = true});
        BOOST_TEST(ended.ended_as_intended());
    }
}

BOOST_AUTO_TEST_CASE(the_program_does_not_see_the_library_in_its_environment) {
    BOOST_TEST(run({.command = {PRELOAD_ENDINGS, "shows_environment"}}).output.empty());
    BOOST_TEST(run({.command = {PRELOAD_ENDINGS, "shows_environment"}, .preload = PRELOAD_MODULE})
                   .output == "LD_PRELOAD=" PRELOAD_MODULE "\n");
}

std::string output_alone(char const* program) {
    std::FILE* const in = ::popen(program, "r");
    BOOST_TEST_REQUIRE(in != nullptr);
    std::string output(100, '\0');
    output.resize(std::fread(output.data(), 1, output.size(), in));
    ::pclose(in);
    return output;
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_from_the_programs_heap) {
    ended_program const ended = run({.command = {PRELOAD_OWN_MALLOC}});
    BOOST_TEST(ended.ended_as_intended());
    BOOST_TEST(ended.output == output_alone(PRELOAD_OWN_MALLOC));
}

BOOST_AUTO_TEST_CASE(a_static_program_is_left_alone) {
    ended_program const ended = run({.command = {PRELOAD_STATIC}});
    BOOST_TEST(ended.ended_as_intended());
    BOOST_TEST(ended.asked.empty());
}
