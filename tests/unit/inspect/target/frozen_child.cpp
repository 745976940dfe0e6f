// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A process gets a child that has its memory, and does not notice.

#include "lib/inspect/target/frozen_child.hpp"

#include "lib/inspect/memory/process_memory.hpp"
#include "lib/inspect/target/stopped_process.hpp"
#include "lib/inspect/target/unused_stack.hpp"
#include "tests/unit/inspect/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using handrail_test::large_waiting;
using handrail_test::waiting;
using namespace handrail::inspect;

namespace {

std::vector<region> regions_now(pid_t process) {
    return regions_of(read_process_file(process, "maps").value_or(""));
}

// The process runs, and has a frozen child.
struct with_child : large_waiting {
    std::vector<region> regions;
    std::uint64_t counted = 0;
    std::optional<frozen_child> child;

    explicit with_child(std::string const& mode = "") : large_waiting(mode) {
        auto const plan = plan_frozen_child(process());
        BOOST_TEST_REQUIRE(plan.has_value());
        if (mode == "stopped") {
            ::kill(process(), SIGSTOP);
            wait_until_it_is_stopped();
        }
        stopped_threads stopped(process());
        regions = regions_now(process());
        counted = process_memory(process(), regions, {}).word(counter);
        child.emplace(process(), *plan, stopped, regions);
    }
    std::uint64_t childs_word(address at) const {
        process_memory memory(child->process(), regions, {});
        memory.read_from_child(child->process());
        return memory.word(at);
    }
    // The time limit of the test ends this if the process does not run.
    void wait_until_it_has_counted() const {
        while (process_memory(process(), regions, {}).word(counter) == counted) {
        }
    }
};

struct confined_with_child : with_child {
    confined_with_child() : with_child("confined") {}
};

struct limited_with_child : with_child {
    limited_with_child() : with_child("limited") {}
};

struct stopped_with_child : with_child {
    stopped_with_child() : with_child("stopped") {}
};

// Waits until a process that is no child of ours ends.
bool ends(pid_t process) {
    int const watched = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    pollfd wait{watched, POLLIN, 0};
    int const result = ::poll(&wait, 1, 20'000);
    ::close(watched);
    return result == 1;
}

// Runs `act` in a process of its own, which is killed then.
template <class Function>
void as_a_tool_that_dies(Function act) {
    pid_t const tool = ::fork();
    if (tool == 0) {
        act();
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    BOOST_TEST_REQUIRE(::waitpid(tool, &status, 0) == tool);
    BOOST_TEST_REQUIRE((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

call_site site_in(stopped_threads const& stopped, pid_t process, pid_t id) {
    auto const regions = regions_now(process);
    for (thread const& each : stopped.threads()) {
        if (each.id == id) {
            return {process, id, unused_stack(regions, {&each, 1}).at(0),
                    find_call_code(process, regions).value()};
        }
    }
    return {};
}

// The thread has all that it needs to make a child; nobody is there to bring it back.
void die_during_a_call(waiting const& target, pid_t thread) {
    as_a_tool_that_dies([&] {
        stopped_threads const stopped(target.process());
        injected_call call(site_in(stopped, target.process(), thread));
        if (!call.prepare({SYS_clone, {0, stack_of_child}})) {
            ::_exit(1);
        }
        ::kill(::getpid(), SIGKILL);
    });
}

void check_that_it_goes_on(waiting& target, std::string const& answer) {
    while (target.children().empty()) {  // the time limit of the test ends this
    }
    pid_t const child = target.children().at(0);
    BOOST_TEST(ends(child));
    BOOST_TEST(waiting::field_of(child, "State") == "Z (zombie)");
    BOOST_TEST(target.program.answer() == answer);
    BOOST_TEST(target.tracer() == "0");
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_frozen_child_has_the_memory_and_stays_as_it_is, with_child) {
    wait_until_it_has_counted();
    BOOST_TEST(childs_word(counter) == counted);
    BOOST_TEST(childs_word(mark) == marked);
    BOOST_TEST(field_of(child->process(), "State") == "t (tracing stop)");
    BOOST_TEST(child->is_whole());
}

BOOST_FIXTURE_TEST_CASE(a_process_cannot_wait_for_its_frozen_child, with_child) {
    BOOST_TEST(children() == std::vector{child->process()}, boost::test_tools::per_element());
    BOOST_TEST(program.answer() == "0 0");
}

BOOST_FIXTURE_TEST_CASE(nothing_is_left_of_a_frozen_child, with_child) {
    child.reset();
    BOOST_TEST(children().empty());
    BOOST_TEST(program.answer() == "0 0");
    BOOST_TEST(tracer() == "0");
}

BOOST_FIXTURE_TEST_CASE(a_frozen_child_that_somebody_ends_is_not_whole, with_child) {
    ::kill(child->process(), SIGKILL);
    BOOST_TEST(ends(child->process()));
    BOOST_TEST(!child->is_whole());
    child.reset();
    BOOST_TEST(children().empty());
    BOOST_TEST(program.answer() == "0 0");
}

BOOST_FIXTURE_TEST_CASE(a_frozen_child_is_ended_first_when_memory_runs_out, with_child) {
    BOOST_TEST(read_process_file(child->process(), "oom_score_adj").value() == "1000\n");
}

BOOST_FIXTURE_TEST_CASE(a_confined_process_gets_no_child, confined_with_child) {
    BOOST_TEST(child->process() == 0);
    BOOST_TEST(stop_process(process())->memory().word(mark) == marked);
    BOOST_TEST(program.answer() == "0 0");
}

BOOST_FIXTURE_TEST_CASE(a_process_without_room_for_a_child_is_copied, limited_with_child) {
    BOOST_TEST(child->process() == 0);
    BOOST_TEST(stop_process(process())->memory().word(mark) == marked);
    BOOST_TEST(program.answer() == "0 0");
}

BOOST_FIXTURE_TEST_CASE(a_process_that_a_signal_has_stopped_gets_no_child, stopped_with_child) {
    BOOST_TEST(child->process() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_small_process_needs_no_child, waiting) {
    BOOST_TEST(!plan_frozen_child(process()).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_process_ends_while_it_has_a_frozen_child, with_child) {
    ::kill(process(), SIGKILL);
    siginfo_t info{};
    BOOST_TEST(::waitid(P_PID, static_cast<id_t>(process()), &info, WEXITED | WNOWAIT) == 0);
    child.reset();
}

BOOST_FIXTURE_TEST_CASE(the_frozen_child_ends_with_the_tool, large_waiting) {
    as_a_tool_that_dies([&] {
        stopped_threads stopped(process());
        auto const plan = plan_frozen_child(process());
        [[maybe_unused]] auto const* const child =
            new frozen_child(process(), *plan, stopped, regions_now(process()));
        ::kill(::getpid(), SIGKILL);
    });
    check_that_it_goes_on(*this, "0 0");
}

BOOST_FIXTURE_TEST_CASE(a_thread_in_a_call_goes_on_if_the_tool_dies, large_waiting) {
    die_during_a_call(*this, process());
    check_that_it_goes_on(*this, "0 0");
}

BOOST_FIXTURE_TEST_CASE(a_thread_that_computes_goes_on_if_the_tool_dies, large_waiting) {
    die_during_a_call(*this, thread_of_counter);
    check_that_it_goes_on(*this, "0 0");
    std::uint64_t const before =
        process_memory(process(), regions_now(process()), {}).word(counter);
    while (process_memory(process(), regions_now(process()), {}).word(counter) == before) {
    }
}

// As after a signal.
BOOST_FIXTURE_TEST_CASE(a_wait_for_a_time_is_interrupted_if_the_tool_dies, large_waiting) {
    die_during_a_call(*this, thread_of_mark);
    check_that_it_goes_on(*this, "0 1");
}

BOOST_FIXTURE_TEST_CASE(a_thread_without_room_on_its_stack_makes_no_call, large_waiting) {
    stopped_threads const stopped(process());
    call_site site = site_in(stopped, process(), process());
    site.unused_stack.begin = site.unused_stack.end - 8000;
    BOOST_TEST(!injected_call(site).prepare({SYS_getpid}));
}

BOOST_FIXTURE_TEST_CASE(a_call_leaves_the_stack_as_it_was, large_waiting) {
    stopped_threads const stopped(process());
    call_site const site = site_in(stopped, process(), process());
    address const below = site.unused_stack.end - 7000;
    auto const bytes = [&] {
        process_memory const memory(process(), regions_now(process()), {});
        std::vector<std::uint64_t> words;
        for (address at = below; at < site.unused_stack.end; at += 8) {
            words.push_back(memory.word(at));
        }
        return words;
    };
    auto const before = bytes();
    {
        injected_call call(site);
        BOOST_TEST_REQUIRE(call.prepare({SYS_getpid}));
        BOOST_TEST((bytes() != before));
        BOOST_TEST(call.run().value.value_or(0) == process());
    }
    BOOST_TEST((bytes() == before));
}

// One waits for a time, one for descriptors, one on a lock, one computes.
BOOST_FIXTURE_TEST_CASE(each_thread_can_make_a_call_and_goes_on_where_it_was, large_waiting) {
    {
        stopped_threads const stopped(process());
        for (thread const& each : stopped.threads()) {
            injected_call call(site_in(stopped, process(), each.id));
            BOOST_TEST_REQUIRE(call.prepare({SYS_gettid}));
            BOOST_TEST(call.run().value.value_or(0) == each.id);
        }
    }
    BOOST_TEST(program.answer() == "0 0");
}

BOOST_AUTO_TEST_CASE(what_fork_leaves_out_is_read_from_smaps) {
    fork_effects const found = effects_of_fork(
        "1000-2000 rw-p 00000000 00:00 0 \n"
        "Size: 4 kB\nVmFlags: rd wr mr mw me ac wf \n"
        "3000-4000 rw-p 00000000 00:00 0 [heap]\n"
        "VmFlags: rd wr mr mw me ac \n"
        "5000-6000 rw-p 00000000 00:00 0 \n"
        "VmFlags: rd wr dc \n"
        "7000-8000 rw-p 00000000 00:00 0 \n"
        "VmFlags: rd wr ht\n");
    BOOST_TEST((found.kept_back ==
                std::vector<extent>{{0x1000, 0x2000}, {0x5000, 0x6000}, {0x7000, 0x8000}}));
    BOOST_TEST(!found.may_wait);
    BOOST_TEST(effects_of_fork("1000-2000 rw-p 0 00:00 0 \nVmFlags: rd wr um \n").may_wait);
}

BOOST_AUTO_TEST_CASE(parts_are_among_larger_ones) {
    BOOST_TEST(are_among({{2, 3}}, {{1, 4}}));
    BOOST_TEST(!are_among({{2, 5}}, {{1, 4}}));
    BOOST_TEST(are_among({}, {}));
}

BOOST_AUTO_TEST_CASE(code_for_calls_is_found_by_its_bytes) {
    call_code found;
    search_call_code({"\x90\x0f\x05\xc3", 4}, 0x100, found);
    BOOST_TEST(found.call == 0x101U);
    BOOST_TEST(found.undo == 0U);
    search_call_code({"\x0f\x05\xc3\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 12}, 0x200, found);
    BOOST_TEST(found.call == 0x101U);
    BOOST_TEST(found.undo == 0x203U);
}

BOOST_AUTO_TEST_CASE(interrupted_calls_begin_again) {
    user_regs_struct at{};
    at.rip = 100;
    at.orig_rax = SYS_read;
    at.rax = static_cast<unsigned long long>(-512);  // ERESTARTSYS
    BOOST_TEST(as_resumed(at).rip == 98U);
    BOOST_TEST(as_resumed(at).rax == static_cast<unsigned long long>(SYS_read));
    at.rax = static_cast<unsigned long long>(-516);  // ERESTART_RESTARTBLOCK
    BOOST_TEST(as_resumed(at).rax == static_cast<unsigned long long>(SYS_restart_syscall));
    at.rax = 7;  // it has returned
    BOOST_TEST(as_resumed(at).rip == 100U);
    at.rax = static_cast<unsigned long long>(-512);
    at.orig_rax = ~0ULL;  // not in a call
    BOOST_TEST(as_resumed(at).rip == 100U);
}
