// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: in a child that was forked while another thread registered a cleanup, with the leak check
// on, every counted reference reported itself for ever, also with the check off.
// Correct: only the registrations of the forking thread go on in the child.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/test/unit_test.hpp>

#include <latch>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace leak_check = handrail::leak_check;

namespace {

std::latch copying{1}, may_go_on{1};

struct slow_to_copy {
    slow_to_copy() = default;
    slow_to_copy(slow_to_copy const&) {
        if (handrail::detail::probing() && !copying.try_wait()) {
            copying.count_down();
            may_go_on.wait();
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_child_has_no_registrations_of_other_threads) {
    leak_check::set_level(leak_check::level::handles);
    std::thread other([] {
        auto owner = handrail::file::open("/dev/null", handrail::file::read_only);
        slow_to_copy const argument;
        handrail::add_cleanup(owner, [](slow_to_copy const&) {}, argument);
    });
    copying.wait();
    BOOST_TEST(handrail::detail::probing());
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(handrail::detail::probing() ? 1 : 0);
    }
    may_go_on.count_down();
    other.join();
    int status = -1;
    BOOST_TEST(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    leak_check::set_level(leak_check::level::off);
}
