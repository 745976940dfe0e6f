// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A check at level full changes nothing in the program: neither while its frozen copy runs, nor
// afterwards, nor when the copy is abandoned.

#include "halted_check.hpp"
#include "leaks.hpp"

#include "tests/support/descriptors.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;
namespace leak_check = handrail::leak_check;

namespace {

// A complete check, and one that abandons its copy.
void check_twice() {
    BOOST_TEST(leak_check::check_now().complete);
    gate closed;
    auto const object = behind(closed);
    BOOST_TEST(!leak_check::check_now({.timeout = std::chrono::milliseconds(20)}).complete);
}

// Counts SIGCHLD while it exists, also when the program was started with the signal blocked.
class counted_sigchld {
public:
    counted_sigchld() {
        count_ = 0;
        struct sigaction counting{};
        counting.sa_handler = [](int) { count_ = count_ + 1; };
        ::sigaction(SIGCHLD, &counting, &action_);
        sigset_t child;
        ::sigemptyset(&child);
        ::sigaddset(&child, SIGCHLD);
        ::pthread_sigmask(SIG_UNBLOCK, &child, &mask_);
    }
    counted_sigchld(counted_sigchld const&) = delete;
    counted_sigchld& operator=(counted_sigchld const&) = delete;
    ~counted_sigchld() {
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        ::sigaction(SIGCHLD, &action_, nullptr);
    }
    int count() const { return count_; }

private:
    static inline std::sig_atomic_t volatile count_ = 0;
    struct sigaction action_{};
    sigset_t mask_{};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_check_changes_no_reference_count_and_keeps_errno, at_full) {
    auto const a = make<session>();
    auto const b = std::make_shared<session>();
    add_cleanup(a, capturing([b] { (void)b; }));
    handrail::weak<session> const watch = a;
    errno = ENOTTY;
    check_twice();
    BOOST_TEST(errno == ENOTTY);
    BOOST_TEST(a.use_count() == 1);
    BOOST_TEST(b.use_count() == 2);
    BOOST_TEST(!watch.expired());
}

BOOST_FIXTURE_TEST_CASE(a_check_opens_and_closes_no_descriptor, at_full) {
    auto const before = open_descriptors();
    check_twice();
    BOOST_TEST(difference(before, open_descriptors()) == "");
}

BOOST_FIXTURE_TEST_CASE(the_exit_of_a_copy_raises_no_signal, at_full) {
    counted_sigchld const signals;
    check_twice();
    BOOST_TEST(signals.count() == 0);
    if (pid_t const child = ::fork(); child == 0) {
        ::_exit(0);
    } else {
        ::waitpid(child, nullptr, 0);
    }
    BOOST_TEST(signals.count() == 1);  // those of the program's own children arrive
}

BOOST_FIXTURE_TEST_CASE(waitpid_for_any_child_returns_only_the_programs_own_children, at_full) {
    for (int i = 0; i != 20; ++i) {
        pid_t const child = ::fork();
        if (child == 0) {
            ::_exit(7);
        }
        std::thread checking([] { static_cast<void>(leak_check::check_now()); });
        int status = 0;
        BOOST_TEST(::waitpid(-1, &status, 0) == child);
        BOOST_TEST(WEXITSTATUS(status) == 7);
        checking.join();
        BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);
    }
}

BOOST_FIXTURE_TEST_CASE(waitpid_for_any_child_does_not_return_a_running_copy, at_full) {
    halted_check halted;
    BOOST_TEST((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
    BOOST_TEST(halted.finish().complete);
}

BOOST_FIXTURE_TEST_CASE(a_peer_is_notified_of_a_close_while_a_copy_runs, at_full) {
    int ends[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    halted_check halted;
    ::close(ends[0]);
    pollfd peer{ends[1], POLLRDHUP, 0};
    BOOST_TEST(::poll(&peer, 1, 20'000) == 1);
    BOOST_TEST(halted.finish().complete);
    ::close(ends[1]);
}

BOOST_FIXTURE_TEST_CASE(the_program_continues_while_a_copy_runs, at_full) {
    halted_check halted;
    int ran = 0;
    {
        auto const object = make<session>();
        add_cleanup(object->socket, [](int* count) { ++*count; }, &ran);
        BOOST_TEST(leak_check::live_handles().size() == 1U);
    }
    BOOST_TEST(ran == 1);
    auto const report = halted.finish();
    BOOST_TEST(report.complete, report.missing);
    BOOST_TEST(report.handles == 0U);  // as it was when the check began
}
