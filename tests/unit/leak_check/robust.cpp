// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A check at level full under bad conditions: the frozen copy crashes or hangs, the system refuses
// the copy, the program is busy. It never reports a finding that it has not established.

#include "halted_check.hpp"
#include "leaks.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/registry/registry.hpp"

#include <handrail/detail/heap/managed.hpp>
#include <handrail/detail/track/observer.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;
namespace leak_check = handrail::leak_check;

namespace {

bool says(leak_check::report const& r, std::string_view what) {
    return !r.complete && r.missing.find(what) != std::string::npos;
}

// A managed object whose memory cannot be read: a frozen copy that reads it crashes.
struct unreadable {
    void* page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    handrail::detail::object_operations operations{nullptr,    nullptr,      nullptr,
                                                   &extent_of, &typeid(int), nullptr};
    struct unreadable_header : handrail::detail::object_header {
        using handrail::detail::object_header::object_header;
        void* page = nullptr;
    };
    unreadable_header fake{operations};

    unreadable() {
        fake.page = page;
        handrail::detail::track::the_observer().object_created(&fake);
    }
    ~unreadable() {
        handrail::detail::track::the_observer().object_destroying(&fake);
        ::munmap(page, 4096);
    }
    static handrail::detail::extent extent_of(
        handrail::detail::object_header const& self) noexcept {
        return {static_cast<unreadable_header const&>(self).page, 4096};
    }
};

// Returns: the status of a child that runs the function.
template <class Fn>
int in_a_child(Fn fn) {
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(fn());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

// Returns: 0 if a check without a frozen copy finds the certain leak, says what it did not examine,
// and keeps errno.
int check_without_copies() {
    leak const one;
    errno = ENOTTY;
    auto const report = leak_check::check_now();
    bool const kept = errno == ENOTTY;
    bool const found = report.findings.size() == 1 && report.findings[0].id == "HR001" &&
                       report.findings[0].grade == leak_check::grade::certain;
    return (found ? 0 : 1) + (says(report, "allows no frozen copy") ? 0 : 2) + (kept ? 0 : 4);
}

bool no_child_is_left() { return ::waitpid(-1, nullptr, WNOHANG | __WALL) == -1; }

void refuse_clone3() {
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    sock_fprog const program{static_cast<unsigned short>(std::size(code)), code};
    BOOST_REQUIRE(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    BOOST_REQUIRE(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_crash_of_the_copy_is_inconclusive, at_full) {
    leak const one;
    {
        unreadable const trap;
        auto const report = leak_check::check_now();
        BOOST_TEST(says(report, "ended early"), report.missing);
        BOOST_TEST(report.findings.empty());
    }
    BOOST_TEST(only(complete_check()).id == "HR001");  // the next check is complete
}

// The timeout doubles until the copy gets to the point where it hangs.
BOOST_FIXTURE_TEST_CASE(a_copy_that_hangs_is_inconclusive_and_ended, at_full) {
    leak const one;
    gate hanging;
    auto const object = behind(hanging);
    for (auto time = std::chrono::milliseconds(50); !hanging.was_reached(); time *= 2) {
        auto const report = leak_check::check_now({.timeout = time});
        BOOST_TEST_REQUIRE(says(report, "took too long"), report.missing);
        BOOST_TEST(report.findings.empty());
        BOOST_TEST((report.duration >= time));
        BOOST_TEST(no_child_is_left());
    }
    hanging.open();
    BOOST_TEST(only(complete_check()).id == "HR001");
}

BOOST_FIXTURE_TEST_CASE(a_halted_copy_does_not_delay_other_checks, at_full) {
    leak const one;
    halted_check slow;
    BOOST_TEST(only(complete_check()).id == "HR001");
    BOOST_TEST(only(slow.finish()).id == "HR001");  // complete once it goes on
}

BOOST_FIXTURE_TEST_CASE(if_seccomp_refuses_clone3_the_precise_findings_are_reported, at_full) {
    BOOST_TEST(in_a_child([] {
                   refuse_clone3();
                   return check_without_copies();
               }) == 0);
}

BOOST_FIXTURE_TEST_CASE(if_no_more_processes_are_allowed_the_precise_findings_are_reported,
                        at_full) {
    BOOST_TEST(in_a_child([] {
                   if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) {
                       return 8;
                   }
                   rlimit const none{0, 0};
                   return ::setrlimit(RLIMIT_NPROC, &none) == 0 ? check_without_copies() : 16;
               }) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_cleanup_can_run_a_check, at_full) {
    leak const one;
    leak_check::report report;
    {
        file f = open_null();
        add_cleanup(f, [](leak_check::report* r) { *r = leak_check::check_now(); }, &report);
    }
    BOOST_TEST(report.complete, report.missing);
    BOOST_TEST(only(report).id == "HR001");
}

BOOST_FIXTURE_TEST_CASE(concurrent_checks_do_not_disturb_each_other, at_full) {
    leak const one;
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t != 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i != 5; ++i) {
                auto const report = leak_check::check_now();
                good += report.complete && report.findings.size() == 1;
            }
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    BOOST_TEST(good == 20);
}

// Otherwise the copy would contain half of what another thread is registering.
BOOST_FIXTURE_TEST_CASE(the_registry_is_locked_while_the_copy_is_made, at_full) {
    shared_event could_lock;
    gate passed;
    passed.in_copy = [&] {
        if (leak_check::registry_mutex.try_lock()) {
            could_lock.set();
        }
    };
    passed.let_go();
    auto const object = behind(passed);
    complete_check();
    BOOST_TEST(passed.was_reached());
    BOOST_TEST(!could_lock.is_set());
}

// AddressSanitizer takes locks to answer: a copy made meanwhile would wait for them for ever.
BOOST_FIXTURE_TEST_CASE(a_thread_that_asks_about_addresses_does_not_stop_the_copy, at_full) {
    std::atomic<bool> stop{false};
    std::thread asking([&] {
        while (!stop) {
            leak_check::heap_blocks::size_of(0);  // searches the list of globals
        }
    });
    auto const object = make<session>();
    auto const other = std::make_shared<session>();
    add_cleanup(object, capturing([other] { (void)other; }));
    add_cleanup(object->socket, [](std::string) {}, std::string(50, 'x'));
    add_cleanup(object, [](std::function<void()>) {}, [other] { (void)other; });
    for (int i = 0; i != 20; ++i) {
        auto const report = leak_check::check_now();
        BOOST_TEST(report.complete, report.missing);
    }
    stop = true;
    asking.join();
}

BOOST_FIXTURE_TEST_CASE(eight_busy_threads_cause_no_false_finding, at_full) {
    leak const one;
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int t = 0; t != 8; ++t) {
        threads.emplace_back([&] {
            while (!stop) {
                auto const a = make<session>();
                auto const b = std::make_shared<session>();
                auto const own = std::make_unique<std::function<void()>>([b] { (void)b; });
                add_cleanup(a, capturing([b] { (void)b; }));
                add_cleanup(a->socket, [](std::string) {}, std::string(50, 'x')).stop();
            }
        });
    }
    for (int i = 0; i != 10; ++i) {
        auto const report = leak_check::check_now();
        BOOST_TEST(report.complete, report.missing);
        BOOST_TEST(report.findings.size() == 1U, text_of(report));
        BOOST_TEST(report.handles >= 1U);
    }
    stop = true;
    for (auto& each : threads) {
        each.join();
    }
}
