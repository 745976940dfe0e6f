// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "support.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include <pthread.h>

using namespace handrail;
using namespace handrail::test;

namespace {

std::vector<int> calls;  // of the thread under test; read after it has been joined

void note(void* what) noexcept { calls.push_back(*static_cast<int*>(what)); }

std::array<int, 10> numbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

template <class F>
std::vector<int> calls_of_thread(F f) {
    calls.clear();
    std::thread(f).join();
    return calls;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(thread_exit)

BOOST_AUTO_TEST_CASE(callbacks_run_newest_first) {
    BOOST_TEST((calls_of_thread([] {
                    for (int i = 0; i != 2; ++i) {
                        port::at_thread_exit(&note, &numbers[static_cast<std::size_t>(i)]);
                    }
                    calls.push_back(9);
                }) == std::vector<int>{9, 1, 0}));
}

BOOST_AUTO_TEST_CASE(callbacks_run_after_thread_locals_are_destroyed) {
    struct last_words {
        ~last_words() { calls.push_back(5); }
        int touched = 0;
    };
    BOOST_TEST((calls_of_thread([] {
                    port::at_thread_exit(&note, &numbers[1]);
                    static thread_local last_words local;
                    local.touched = 1;
                }) == std::vector<int>{5, 1}));
}

BOOST_AUTO_TEST_CASE(a_callback_registered_by_a_callback_runs_too) {
    BOOST_TEST((calls_of_thread([] {
                    port::at_thread_exit(
                        [](void* what) noexcept {
                            note(what);
                            port::at_thread_exit(&note, &numbers[2]);
                        },
                        &numbers[1]);
                }) == std::vector<int>{1, 2}));
}

// ThreadSanitizer destroys its state of a thread before the last round, and code that it has
// instrumented cannot run after that.
BOOST_AUTO_TEST_CASE(a_callback_that_always_registers_itself_does_not_keep_the_thread_from_exiting,
                     *boost::unit_test::enable_if<!under_thread_sanitizer>()) {
    static std::atomic<int> rounds;
    rounds = 0;
    struct again {
        static void call(void*) noexcept {
            ++rounds;
            port::at_thread_exit(&call, nullptr);
        }
    };
    std::thread([] { port::at_thread_exit(&again::call, nullptr); }).join();
    BOOST_TEST(rounds >= 4);
}

BOOST_AUTO_TEST_CASE(the_third_registration_is_refused_and_the_two_run) {
    error_code ec;
    BOOST_TEST(calls_of_thread([&] {
                   for (int i = 0; i != 2; ++i) {
                       ec = port::at_thread_exit(&note, &numbers[0]);
                   }
                   BOOST_TEST(!ec);
                   ec = port::at_thread_exit(&note, &numbers[0]);
               }).size() == 2U);
    BOOST_TEST(ec == errc::not_enough_memory);
}

BOOST_AUTO_TEST_CASE(each_thread_runs_its_own) {
    static std::atomic<int> runs;
    runs = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i != 8; ++i) {
        threads.emplace_back([] { port::at_thread_exit([](void*) noexcept { ++runs; }, nullptr); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(runs == 8);
}

BOOST_AUTO_TEST_CASE(a_cancelled_thread_runs_them_too) {
    calls.clear();
    pthread_t thread;
    auto const body = [](void*) -> void* {
        port::at_thread_exit(&note, &numbers[7]);
        ::pthread_exit(nullptr);
    };
    ::pthread_create(&thread, nullptr, body, nullptr);
    ::pthread_join(thread, nullptr);
    BOOST_TEST((calls == std::vector<int>{7}));
}

BOOST_AUTO_TEST_CASE(registering_on_the_main_thread_does_no_harm) {
    BOOST_TEST(!port::at_thread_exit(&note, &numbers[0]));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(process, clean_test)

BOOST_AUTO_TEST_CASE(fork_runs_the_callbacks_on_both_sides) {
    static int prepared, in_parent, in_child_process;
    BOOST_TEST(!port::at_fork([]() noexcept { ++prepared; }, []() noexcept { ++in_parent; },
                              []() noexcept { ++in_child_process; }));
    BOOST_TEST(in_child([] { return prepared * 100 + in_parent * 10 + in_child_process; }) == 101);
    BOOST_TEST(prepared == 1);
    BOOST_TEST(in_parent == 1);
    BOOST_TEST(in_child_process == 0);
}

BOOST_AUTO_TEST_CASE(process_id_is_the_childs_in_a_child) {
    auto const own = port::process_id();
    BOOST_TEST(own == static_cast<std::uint64_t>(::getpid()));
    BOOST_TEST(in_child([&] { return port::process_id() != own; }) == 1);
}

BOOST_AUTO_TEST_CASE(an_empty_environment_variable_is_distinguished_from_a_missing_one) {
    ::setenv("HANDRAIL_TEST", "", 1);
    BOOST_TEST(port::environment_variable("HANDRAIL_TEST") != nullptr);
    ::setenv("HANDRAIL_TEST", "value", 1);
    BOOST_TEST(std::string(port::environment_variable("HANDRAIL_TEST")) == "value");
    ::unsetenv("HANDRAIL_TEST");
    BOOST_TEST(port::environment_variable("HANDRAIL_TEST") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_test_run_is_not_privileged) { BOOST_TEST(!port::is_privileged()); }

BOOST_AUTO_TEST_CASE(change_exit_status_sets_the_status_and_skips_no_exit_function) {
    static int runs = 0;
    BOOST_TEST(in_child([]() -> int {
                   port::at_exit_last([](void*) noexcept { ::_exit(40 + runs); });
                   std::atexit([] { ++runs; });
                   std::atexit([] { port::change_exit_status(1); });
                   std::atexit([] { ++runs; });
                   std::exit(0);
               }) == 42);
    BOOST_TEST(in_child([]() -> int {
                   port::at_exit_last([](void*) noexcept { port::change_exit_status(7); });
                   std::exit(3);
               }) == 7);
}

BOOST_AUTO_TEST_CASE(the_working_directory_is_absolute) {
    BOOST_TEST(port::working_directory() == std::filesystem::current_path().string());
}

BOOST_AUTO_TEST_CASE(standard_error_is_the_standard_error_stream) {
    auto const [reader, writer] = port::open_pipe(ec);
    BOOST_TEST(in_child([target = writer] {
                   ::dup2(target, STDERR_FILENO);
                   return port::write_all(port::standard_error(), "oh", 2) ? 1 : 0;
               }) == 0);
    char text[3] = {};
    BOOST_TEST(port::read_some(reader, text, 2, ec) == 2U);
    BOOST_TEST(std::string(text) == "oh");
    BOOST_TEST(port::terminal_columns(writer) == 0U);
    port::close_handle(reader);
    port::close_handle(writer);
}

BOOST_AUTO_TEST_SUITE_END()
