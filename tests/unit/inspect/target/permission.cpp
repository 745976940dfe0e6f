// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Why a process cannot be inspected, and which parts of its stacks are not in use.

#include "lib/inspect/target/permission.hpp"

#include "lib/inspect/target/thread_stack.hpp"
#include "lib/inspect/target/unused_stack.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <elf.h>
#include <pthread.h>
#include <unistd.h>

using namespace handrail::inspect;

namespace {

std::string advice(tracing_rights const& rights) { return permission_advice(7, rights); }

bool has(std::string const& text, std::string_view part) { return text.find(part) != text.npos; }

region mapped(address begin, address end) {
    return {.begin = begin, .end = end, .readable = true, .writable = true};
}

// Words as glibc's struct pthread has among others: the stack, its size, the size of its guard.
std::vector<std::uint64_t> control_block(address stack, std::uint64_t size, std::uint64_t guard) {
    return {0x8f00, 0, 0x8f00, 1, stack, size, guard, guard, 0};
}

}  // namespace

BOOST_AUTO_TEST_CASE(refusals_say_what_to_do) {
    BOOST_TEST(advice({.our_user = 5, .its_user = 6}) ==
               "process 7 belongs to user 6: run handrail-check as that user or as root");
    std::string const one = advice({.our_user = 5, .its_user = 5, .yama_scope = 1});
    BOOST_TEST(has(one, "kernel.yama.ptrace_scope is 1"));
    BOOST_TEST(has(one, "run handrail-check as root, or set it to 0"));
    std::string const two = advice({.our_user = 5, .its_user = 5, .yama_scope = 2});
    BOOST_TEST(has(two, "kernel.yama.ptrace_scope is 2; run handrail-check as root"));
    std::string const three = advice({.we_may_trace_all = true, .yama_scope = 3});
    BOOST_TEST(has(three, "forbids it to everybody until the next boot"));
    BOOST_TEST(has(advice({.its_user = 6}), "--cap-add=SYS_PTRACE"));
    BOOST_TEST(has(advice({.our_user = 5, .its_user = 5, .yama_scope = 0}), "PR_SET_DUMPABLE"));
}

BOOST_AUTO_TEST_CASE(rights_are_read_from_the_status) {
    BOOST_TEST(rights_for("Name:\tx\nUid:\t1000\t1001\t1000\t1000\n").its_user == 1000U);
}

BOOST_AUTO_TEST_CASE(programs_of_other_architectures_are_refused) {
    std::ifstream self("/proc/self/exe", std::ios::binary);
    std::string header(64, '\0');
    self.read(header.data(), 64);
    BOOST_TEST(architecture_problem(header).empty());
    BOOST_TEST(architecture_problem(header.substr(0, 63)) == "is not an ELF program");
    BOOST_TEST(architecture_problem("") == "is not an ELF program");
    header[18] = static_cast<char>(EM_AARCH64);
    BOOST_TEST(has(architecture_problem(header), "another architecture"));
    header[EI_CLASS] = ELFCLASS32;
    BOOST_TEST(has(architecture_problem(header), "32-bit"));
}

BOOST_AUTO_TEST_CASE(a_control_block_says_which_stack_was_made_for_the_thread) {
    BOOST_TEST((stack_in(control_block(0x1000, 0x8000, 0x1000), 0x8f00) == extent{0x2000, 0x8f00}));
    BOOST_TEST((stack_in(control_block(0x1000, 0x7000, 0x1000), 0x8f00) == extent{}));
    BOOST_TEST((stack_in(control_block(0x1000, 0x8000, 0), 0x8f00) == extent{}));
    BOOST_TEST((stack_in({}, 0x8f00) == extent{}));
}

BOOST_AUTO_TEST_CASE(the_stack_of_a_thread_contains_its_variables) {
    extent stack;
    bool is_in = false;
    std::thread([&] {
        int const variable = 0;
        auto const here = reinterpret_cast<address>(&variable);
        stack = thread_stack(::getpid(), ::pthread_self());
        is_in = stack.contains(here);
    }).join();
    BOOST_TEST(is_in);
    BOOST_TEST(stack.end - stack.begin > 65536U);
    // Of the main thread nothing is known: the system made its stack.
    BOOST_TEST((thread_stack(::getpid(), ::pthread_self()) == extent{}));
    BOOST_TEST((thread_stack(::getpid(), 0) == extent{}));
}

BOOST_AUTO_TEST_CASE(stacks_of_threads_are_not_in_use_below_their_stack_pointers) {
    std::vector<thread> threads{{.stack_pointer = 0x5000, .stack = {0x2000, 0x8f00}}};
    auto const unused = unused_stack({}, threads);
    BOOST_TEST_REQUIRE(unused.size() == 1U);
    BOOST_TEST(unused[0].begin == 0x2000U);
    BOOST_TEST(unused[0].end == 0x5000U - 128);
    threads[0].stack_pointer = 0x2010;
    BOOST_TEST(unused_stack({}, threads).empty());
}

// It can lie in a block of the heap, whose other blocks are in use.
BOOST_AUTO_TEST_CASE(a_stack_that_the_program_has_made_is_in_use_completely) {
    std::vector<region> const regions{mapped(0x1000, 0xa000)};
    std::vector<thread> threads{{.stack_pointer = 0x9500, .stack = {0x2000, 0x8f00}}};
    BOOST_TEST(unused_stack(regions, threads).empty());
    threads[0].stack = {};
    BOOST_TEST(unused_stack(regions, threads).empty());
}

BOOST_AUTO_TEST_CASE(the_stack_of_main_is_known_by_its_name) {
    std::vector<region> regions{mapped(0x2000, 0x9000)};
    regions[0].file = "[stack]";
    BOOST_TEST(unused_stack(regions, std::vector<thread>{{.stack_pointer = 0x5000}}).size() == 1U);
    BOOST_TEST(unused_stack(regions, std::vector<thread>{{.stack_pointer = 0x2010}}).empty());
}
