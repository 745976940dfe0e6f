// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Work done in a forked child, for what cannot be undone (privileges) or is about fork itself. The
// child leaves without running anything of the parent's: no test framework, no static destructors.

#pragma once

#include <boost/test/unit_test.hpp>

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handle_test {

// Returns: whether the work returned true in the child.
template <class Work>
bool succeeds_in_child(Work work) {
    pid_t const child = ::fork();
    BOOST_REQUIRE(child != -1);
    if (child == 0) {
        bool done = false;
        try {
            done = work();
        } catch (...) {
        }
        ::_exit(done ? 0 : 1);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Effects: the superuser becomes a user who owns nothing; others stay who they are.
inline void drop_privileges() {
    constexpr unsigned nobody = 65534;
    if (::geteuid() != 0) {
        return;
    }
    if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) {
        ::_exit(2);
    }
}

}  // namespace handle_test
