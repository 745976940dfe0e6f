// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Births of descriptors in a program, read from its memory.

#include "lib/inspect/target/births.hpp"
#include "lib/inspect/memory/process_memory.hpp"
#include "tests/unit/preload/watched_program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace {

using handrail::inspect::birth;
using handrail::inspect::births;
using handrail::inspect::descriptor_kind;
using handrail::inspect::process_memory;
using handrail::inspect::region;
using handrail::inspect::regions_of;
using handrail_check::look_request;
using handrail_test::ended_program;
using handrail_test::run;
using handrail_test::watched_program;

// Without stopping it: it waits for the answer.
process_memory memory_of(pid_t process) {
    std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
    std::string const text{std::istreambuf_iterator<char>(maps), {}};
    return process_memory(process, regions_of(text), {});
}

std::uint64_t monotonic_time() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

descriptor_kind kind_of(pid_t process, int number) {
    std::string const link = std::filesystem::read_symlink("/proc/" + std::to_string(process) +
                                                           "/fd/" + std::to_string(number));
    for (auto const& [begin, kind] :
         {std::pair{"socket:", descriptor_kind::socket}, std::pair{"pipe:", descriptor_kind::pipe},
          std::pair{"anon_inode:[eventfd]", descriptor_kind::event},
          std::pair{"anon_inode:[timerfd]", descriptor_kind::timer},
          std::pair{"anon_inode:[eventpoll]", descriptor_kind::epoll},
          std::pair{"anon_inode:", descriptor_kind::other}}) {
        if (link.starts_with(begin)) {
            return kind;
        }
    }
    return descriptor_kind::file;
}

bool is_code_of(process_memory const& memory, std::uint64_t at, std::string const& module) {
    region const* const around = memory.region_around(at);
    return around != nullptr && around->executable && around->file.ends_with(module);
}

struct expected_birth {
    int number = 0;
    std::string call;
};

std::vector<expected_birth> parsed(std::string const& output) {
    std::istringstream in(output);
    std::vector<expected_birth> result;
    for (expected_birth each; in >> each.number >> each.call;) {
        result.push_back(each);
    }
    return result;
}

// With _FILE_OFFSET_BITS=64, open() is open64().
std::string without_64(std::string_view call) {
    call.remove_suffix(call.ends_with("64") ? 2 : 0);
    return std::string(call);
}

void check_birth(births const& known, process_memory const& memory, look_request const& request,
                 expected_birth const& expected, std::string const& module) {
    BOOST_TEST_CONTEXT(expected.number << " " << expected.call) {
        auto const found = known.of(expected.number, kind_of(request.process, expected.number));
        if (expected.call == "unknown") {
            BOOST_TEST(!found);
            return;
        }
        BOOST_TEST_REQUIRE(found.has_value());
        BOOST_TEST(without_64(found->call) == without_64(expected.call));
        BOOST_TEST(found->age > 0);
        BOOST_TEST(found->age < 60'000'000'000U);
        BOOST_TEST_REQUIRE(found->frames.size() >= 2);
        BOOST_TEST(is_code_of(memory, found->frames[0], module));
    }
}

// A library that could not be preloaded would only be a warning.
void check_preloaded(process_memory const& memory, std::string const& library) {
    BOOST_TEST(
        std::any_of(memory.regions().begin(), memory.regions().end(), [&](region const& each) {
            return each.file.find(library.substr(0, library.find(".so"))) != std::string::npos;
        }));
}

// Effects: runs the program, and compares what it prints with what is recorded.
std::size_t checked_births(watched_program program, std::string const& module) {
    std::size_t count = 0;
    program.look = [&](look_request const& request, std::string const& output) {
        process_memory const memory = memory_of(request.process);
        auto const known = births::in(memory, monotonic_time());
        BOOST_TEST_REQUIRE(known.has_value());
        check_preloaded(memory, program.preload);
        BOOST_TEST((known->reason() == request.why));
        BOOST_TEST(known->main_has_returned());
        for (expected_birth const& each : parsed(output)) {
            check_birth(*known, memory, request, each, module);
            ++count;
        }
    };
    ended_program const ended = run(program);
    BOOST_TEST(WIFEXITED(ended.status));
    BOOST_TEST(ended.asked.size() == 1U);
    return count;
}

std::size_t births_of_endings(std::string const& how, std::string const& module) {
    return checked_births({.command = {PRELOAD_ENDINGS, how}}, module);
}

constexpr char births_program[] = "test-preload-births";
constexpr char endings_program[] = "test-preload-endings";

}  // namespace

BOOST_AUTO_TEST_CASE(every_call_is_recorded) {
    // One for each call, two for pairs, and the two that were reborn unseen.
    BOOST_TEST(checked_births({.command = {PRELOAD_BIRTHS}}, births_program) >= std::size_t{60});
}

#ifdef PRELOAD_JEMALLOC
BOOST_AUTO_TEST_CASE(jemalloc_makes_no_difference) {
    BOOST_TEST(checked_births({.command = {PRELOAD_BIRTHS}, .preload = PRELOAD_JEMALLOC},
                              births_program) >= std::size_t{60});
}
#endif

#ifdef PRELOAD_TCMALLOC
BOOST_AUTO_TEST_CASE(tcmalloc_makes_no_difference) {
    BOOST_TEST(checked_births({.command = {PRELOAD_BIRTHS}, .preload = PRELOAD_TCMALLOC},
                              births_program) >= std::size_t{60});
}
#endif

BOOST_AUTO_TEST_CASE(children_do_not_change_their_parents_births) {
    BOOST_TEST(births_of_endings("forks", endings_program) == 1U);
    BOOST_TEST(births_of_endings("vforks", endings_program) == 2U);
}

BOOST_AUTO_TEST_CASE(signal_handlers_may_make_descriptors) {
    BOOST_TEST(births_of_endings("opens_in_handlers", endings_program) == 1U);
}

BOOST_AUTO_TEST_CASE(modules_that_are_loaded_later_are_seen) {
    BOOST_TEST(births_of_endings("loads_a_module", "preload_test_module.so") == 1U);
}

BOOST_AUTO_TEST_CASE(the_channel_is_known) {
    bool seen = false;
    run({.command = {PRELOAD_ENDINGS, "returns"},
         .look = [&](look_request const& request, std::string const&) {
             process_memory const memory = memory_of(request.process);
             auto const known = births::in(memory);
             BOOST_TEST_REQUIRE(known.has_value());
             BOOST_TEST(!known->is_channel(0));
             for (auto const& entry : std::filesystem::directory_iterator(
                      "/proc/" + std::to_string(request.process) + "/fd")) {
                 int const number = std::stoi(entry.path().filename());
                 seen = seen || (known->is_channel(number) && number >= 1000);
             }
         }});
    BOOST_TEST(seen);
}

// The births of this process, which has no such library.
BOOST_AUTO_TEST_CASE(a_program_without_the_library_has_no_births) {
    process_memory const memory = memory_of(::getpid());
    BOOST_TEST(!births::in(memory).has_value());
}
