// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a terminal that a session leader without a controlling terminal opened, such as a daemon,
// became its controlling terminal, whose signals go to the session (open(2), O_NOCTTY).
// Correct: it does not.

#include "tests/unit/handle/child.hpp"

#include <handrail/file.hpp>
#include <handrail/handle.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

using handrail::file;

BOOST_AUTO_TEST_CASE(a_terminal_that_is_opened_does_not_become_the_controlling_one) {
    handrail::descriptor const screen(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    BOOST_TEST_REQUIRE(screen.is_open());
    BOOST_TEST_REQUIRE(::unlockpt(screen.native_handle()) == 0);
    std::array<char, 64> name{};
    BOOST_TEST_REQUIRE(::ptsname_r(screen.native_handle(), name.data(), name.size()) == 0);
    BOOST_TEST(handle_test::succeeds_in_child([&] {
        ::setsid();
        auto const terminal = file::open(name.data(), file::read_only | file::write_only);
        handrail::descriptor const controlling(::open("/dev/tty", O_RDWR | O_CLOEXEC));
        return terminal.is_open() && !controlling.is_open();
    }));
}
