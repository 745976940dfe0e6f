// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A process is stopped, copied and released, and does not notice.

#include "lib/inspect/target/stopped_process.hpp"

#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/target/target_error.hpp"
#include "tests/unit/inspect/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string>
#include <thread>

#include <sys/ptrace.h>
#include <sys/wait.h>

using handrail_test::large_waiting;
using handrail_test::waiting;
namespace inspect = handrail::inspect;

namespace {

std::string error_of(pid_t process) {
    try {
        inspect::stop_process(process);
    } catch (inspect::target_error const& error) {
        return error.what();
    }
    return "no error";
}

// A child that runs `fn` and then has ended, or stays stopped, until it is waited for.
template <class Function>
pid_t child(Function fn) {
    pid_t const process = ::fork();
    if (process == 0) {
        fn();
        ::_exit(0);
    }
    return process;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(all_threads_are_seen_with_their_names_and_stacks, waiting) {
    auto const stopped = inspect::stop_process(program.process());
    BOOST_TEST_REQUIRE(stopped->threads().size() == 5U);
    BOOST_TEST(stopped->threads().front().is_main);
    auto const sleeper =
        std::find_if(stopped->threads().begin(), stopped->threads().end(),
                     [&](inspect::thread const& each) { return each.id == thread_of_mark; });
    BOOST_TEST_REQUIRE((sleeper != stopped->threads().end()));
    BOOST_TEST(sleeper->name == "sleeper");
    BOOST_TEST(sleeper->stack_pointer < mark);
    BOOST_TEST(mark < sleeper->thread_pointer);
    BOOST_TEST(stopped->memory().word(mark) == 0x1234567890abcdefU);
}

BOOST_FIXTURE_TEST_CASE(what_lies_below_stack_pointers_is_not_copied, waiting) {
    auto const stopped = inspect::stop_process(program.process());
    for (inspect::thread const& each : stopped->threads()) {
        if (each.id == thread_of_mark) {
            BOOST_TEST_REQUIRE(each.stack.contains(mark));
            for (auto at = each.stack.begin; at + 136 < each.stack_pointer; at += 8) {
                BOOST_TEST_REQUIRE(stopped->memory().word(at) == 0U);
            }
        }
    }
}

namespace {

void check_that_the_copy_stays_the_same(waiting const& target) {
    auto const first = inspect::stop_process(target.process());
    std::uint64_t const counted = first->memory().word(target.counter);
    std::uint64_t later = counted;
    // the time limit of the test ends this if the program does not go on
    while (later == counted) {
        later = inspect::stop_process(target.process())->memory().word(target.counter);
    }
    BOOST_TEST(later > counted);
    BOOST_TEST(first->memory().word(target.counter) == counted);
    BOOST_TEST(first->memory().word(target.mark) == waiting::marked);
}

void check_that_nothing_is_disturbed(waiting& target, int looks) {
    constexpr int sent = 500;
    std::jthread const sender([&] {
        for (int i = 0; i != sent; ++i) {
            sigval const value{.sival_int = i};
            while (::sigqueue(target.process(), SIGRTMIN, value) != 0) {
                std::this_thread::yield();  // the queue is full
            }
        }
    });
    for (int i = 0; i != looks; ++i) {
        BOOST_TEST(inspect::stop_process(target.process())->threads().size() == 5U);
    }
    std::string answer;
    do {  // signals may still be on their way; the time limit of the test ends this
        answer = target.program.answer();
    } while (answer != "500 0" && answer.ends_with(" 0"));
    BOOST_TEST(answer == "500 0");
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_copy_stays_the_same_while_the_program_goes_on, waiting) {
    check_that_the_copy_stays_the_same(*this);
}

BOOST_FIXTURE_TEST_CASE(the_copy_of_a_large_process_stays_the_same, large_waiting) {
    check_that_the_copy_stays_the_same(*this);
}

BOOST_FIXTURE_TEST_CASE(waits_and_signals_are_not_disturbed, waiting) {
    check_that_nothing_is_disturbed(*this, 30);
}

BOOST_FIXTURE_TEST_CASE(waits_and_signals_of_a_large_process_are_not_disturbed, large_waiting) {
    check_that_nothing_is_disturbed(*this, 6);
}

BOOST_FIXTURE_TEST_CASE(no_wait_of_a_large_process_ends_because_of_a_look, large_waiting) {
    for (int i = 0; i != 5; ++i) {
        inspect::stop_process(process());
    }
    BOOST_TEST(program.answer() == "0 0");
    BOOST_TEST(children().empty());
    BOOST_TEST(tracer() == "0");
}

BOOST_FIXTURE_TEST_CASE(memory_that_a_child_does_not_get_is_in_the_copy, large_waiting) {
    auto const stopped = inspect::stop_process(process());
    BOOST_TEST(stopped->memory().word(wiped) == marked);
    BOOST_TEST(stopped->memory().word(not_inherited) == marked);
    BOOST_TEST(stopped->memory().word(shared) == marked);
}

BOOST_FIXTURE_TEST_CASE(nobody_traces_the_process_afterwards, waiting) {
    inspect::stop_process(program.process());
    BOOST_TEST(tracer() == "0");
}

BOOST_FIXTURE_TEST_CASE(a_process_that_was_stopped_before_stays_so, waiting) {
    ::kill(program.process(), SIGSTOP);
    int status = 0;
    BOOST_TEST_REQUIRE(::waitpid(program.process(), &status, WUNTRACED) == program.process());
    auto const stopped = inspect::stop_process(program.process());
    BOOST_TEST(stopped->threads().size() == 5U);
    BOOST_TEST(stopped->memory().word(mark) == 0x1234567890abcdefU);
    wait_until_it_is_stopped();
    ::kill(program.process(), SIGCONT);
    BOOST_TEST(program.answer() == "0 0");
}

BOOST_FIXTURE_TEST_CASE(a_large_process_that_was_stopped_before_is_copied, large_waiting) {
    ::kill(process(), SIGSTOP);
    int status = 0;
    BOOST_TEST_REQUIRE(::waitpid(process(), &status, WUNTRACED) == process());
    BOOST_TEST(inspect::stop_process(process())->memory().word(mark) == marked);
    wait_until_it_is_stopped();
    ::kill(process(), SIGCONT);
    BOOST_TEST(program.answer() == "0 0");
}

BOOST_FIXTURE_TEST_CASE(the_program_and_its_descriptors_are_known, waiting) {
    auto const stopped = inspect::stop_process(program.process());
    BOOST_TEST(stopped->program().ends_with("/waits"));
    BOOST_TEST(stopped->process() == program.process());
    BOOST_TEST_REQUIRE(stopped->descriptors().size() >= 2U);
    BOOST_TEST(stopped->descriptors()[0].what == "pipe");
}

BOOST_AUTO_TEST_CASE(errors_say_what_is_wrong_with_the_process) {
    BOOST_TEST(error_of(999'999'999) == "there is no process 999999999");
    BOOST_TEST(error_of(0) == "there is no process 0");
    BOOST_TEST(error_of(::getpid()) == "handrail-check cannot inspect itself");
}

BOOST_AUTO_TEST_CASE(a_process_that_has_ended_is_refused) {
    pid_t const ended = child([] {});
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(ended), &info, WEXITED | WNOWAIT);
    BOOST_TEST(error_of(ended) == "process " + std::to_string(ended) + " has ended; its parent " +
                                      std::to_string(::getpid()) + " has not waited for it yet");
    ::waitpid(ended, nullptr, 0);
    BOOST_TEST(error_of(ended) == "there is no process " + std::to_string(ended));
}

BOOST_AUTO_TEST_CASE(a_process_that_is_traced_already_is_refused) {
    pid_t const traced = child([] {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
    });
    ::waitpid(traced, nullptr, WUNTRACED);
    BOOST_TEST(error_of(traced).starts_with("process " + std::to_string(traced) +
                                            " is traced already, by process " +
                                            std::to_string(::getpid()) + " ("));
    ::kill(traced, SIGKILL);
    ::waitpid(traced, nullptr, 0);
}

BOOST_FIXTURE_TEST_CASE(a_thread_is_refused, waiting) {
    BOOST_TEST(error_of(thread_of_mark) ==
               std::to_string(thread_of_mark) + " is a thread of process " +
                   std::to_string(program.process()) + ": give that number");
}
