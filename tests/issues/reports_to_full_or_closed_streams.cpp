// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a report to a non-blocking stream was cut at the first write that did not fit; a pipe
// without a reader and the limit of file sizes killed the process. The name of a report's file was
// wrong when its directory contained a percent sign.
// Correct: the writer waits, up to a deadline, until there is room; errors are reported and no
// signal is raised; the pattern applies to the name only.

#include "lib/leak_check/report/report_file_name.hpp"
#include "platform/port.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace port = handrail::port;
namespace errc = boost::system::errc;
namespace lc = handrail::leak_check;
using namespace std::chrono_literals;

namespace {

struct non_blocking_pipe {
    int reader = -1, writer = -1;
    non_blocking_pipe() {
        int ends[2];
        BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        reader = ends[0], writer = ends[1];
        ::fcntl(writer, F_SETFL, O_NONBLOCK);
    }
    non_blocking_pipe(non_blocking_pipe const&) = delete;
    non_blocking_pipe& operator=(non_blocking_pipe const&) = delete;
    ~non_blocking_pipe() {
        close(reader);
        close(writer);
    }
    static void close(int& end) {
        if (end != -1) {
            ::close(end);
        }
        end = -1;
    }
};

std::string const long_text(std::size_t{1} << 20, 'x');

bool is_pending(int number) {
    sigset_t now;
    ::sigpending(&now);
    return ::sigismember(&now, number) == 1;
}

bool is_blocked(int number) {
    sigset_t now;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &now);
    return ::sigismember(&now, number) == 1;
}

struct default_disposition {
    int number;
    struct sigaction before{};
    explicit default_disposition(int n) : number(n) {
        struct sigaction plain{};
        plain.sa_handler = SIG_DFL;
        ::sigaction(number, &plain, &before);
    }
    default_disposition(default_disposition const&) = delete;
    default_disposition& operator=(default_disposition const&) = delete;
    ~default_disposition() { ::sigaction(number, &before, nullptr); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_slow_reader_gets_the_whole_text_through_a_non_blocking_pipe,
                        non_blocking_pipe) {
    std::size_t arrived = 0;
    std::thread slow([&] {
        char part[1000];
        for (ssize_t got = 1; got > 0; arrived += static_cast<std::size_t>(got)) {
            got = ::read(reader, part, sizeof part);
        }
    });
    BOOST_TEST(!port::write_all(writer, long_text.data(), long_text.size()));
    close(writer);
    slow.join();
    BOOST_TEST(arrived == long_text.size());
}

BOOST_FIXTURE_TEST_CASE(a_write_to_a_reader_that_does_not_read_times_out, non_blocking_pipe) {
    auto const ec = port::write_all(writer, long_text.data(), long_text.size(), 20ms);
    BOOST_TEST(ec == errc::timed_out);
}

// poll() reports that the terminal has room, although a write of the whole text would block.
BOOST_AUTO_TEST_CASE(write_at_once_does_not_wait_for_a_terminal_with_little_room) {
    int const screen = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    BOOST_TEST_REQUIRE((::grantpt(screen) == 0 && ::unlockpt(screen) == 0));
    char const* const name = ::ptsname(screen);
    int const terminal = ::open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    int const filled = ::open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    while (::write(filled, long_text.data(), 4096) > 0) {
    }
    char part[64];
    pollfd room{terminal, POLLOUT, 0};
    do {
        BOOST_TEST_REQUIRE(::read(screen, part, sizeof part) > 0);
    } while (::poll(&room, 1, 10) == 0);
    ::alarm(10);
    BOOST_TEST(port::write_at_once(terminal, long_text.data(), long_text.size()) ==
               errc::operation_would_block);
    ::alarm(0);
    BOOST_TEST((::fcntl(terminal, F_GETFL) & O_NONBLOCK) == 0);
    for (int const each : {screen, terminal, filled}) {
        ::close(each);
    }
}

BOOST_FIXTURE_TEST_CASE(a_write_without_a_reader_is_an_error_and_raises_no_signal,
                        non_blocking_pipe) {
    default_disposition const plain(SIGPIPE);
    close(reader);
    BOOST_TEST(port::write_all(writer, "x", 1) == errc::broken_pipe);
    BOOST_TEST(!is_pending(SIGPIPE));
    BOOST_TEST(!is_blocked(SIGPIPE));
}

BOOST_FIXTURE_TEST_CASE(a_SIGPIPE_that_was_pending_before_stays_pending, non_blocking_pipe) {
    default_disposition const plain(SIGPIPE);
    sigset_t pipes;
    ::sigemptyset(&pipes);
    ::sigaddset(&pipes, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipes, nullptr);
    std::raise(SIGPIPE);
    close(reader);
    BOOST_TEST(port::write_all(writer, "x", 1) == errc::broken_pipe);
    BOOST_TEST(is_blocked(SIGPIPE));
    BOOST_TEST_REQUIRE(is_pending(SIGPIPE));
    int taken = 0;
    ::sigwait(&pipes, &taken);
    ::pthread_sigmask(SIG_UNBLOCK, &pipes, nullptr);
}

BOOST_AUTO_TEST_CASE(a_write_beyond_the_file_size_limit_is_an_error_and_raises_no_signal) {
    default_disposition const plain(SIGXFSZ);
    handrail_test::temporary_directory const files;
    int const file = ::open((files / "f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit const small{100, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto const ec = port::write_all(file, long_text.data(), long_text.size());
    ::setrlimit(RLIMIT_FSIZE, &before);
    BOOST_TEST(ec == errc::file_too_large);
    BOOST_TEST(!is_pending(SIGXFSZ));
    ::close(file);
}

BOOST_AUTO_TEST_CASE(open_regular_file_refuses_fifos_devices_and_directories_without_blocking) {
    handrail_test::temporary_directory const files;
    BOOST_REQUIRE(::mkfifo((files / "fifo").c_str(), 0600) == 0);
    boost::system::error_code ec;
    for (std::string const& name : {(files / "fifo").string(), std::string("/dev/zero")}) {
        BOOST_TEST(port::open_regular_file(name, ec) == port::invalid_handle);
        BOOST_TEST(ec == errc::not_supported);
    }
    BOOST_TEST(port::open_regular_file(files.path().string(), ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::is_a_directory);
    auto const h = port::open_regular_file(files.make("f", "text").string(), ec);
    BOOST_TEST(!ec);
    char text[4];
    BOOST_TEST(port::read_some(h, text, 4, ec) == 4U);
    BOOST_TEST(!port::close_handle(h));
}

BOOST_AUTO_TEST_CASE(report_file_name_replaces_the_placeholders_of_its_pattern_only) {
    lc::report_origin const origin{4711, 99, "/srv"};
    BOOST_TEST(lc::report_file_name("/r.%p.%u", origin) == "/r.4711.99");
    BOOST_TEST(lc::report_file_name("/%%p/%%%p/%%%%u", origin) == "/%p/%4711/%%u");
    BOOST_TEST(lc::report_file_name("/%x%", origin) == "/%x%");
    BOOST_TEST(lc::report_file_name("r/%p", origin) == "/srv/r/4711");
    BOOST_TEST(lc::report_file_name("r", {1, 2, ""}) == "r");
    // The directory is not part of the pattern.
    BOOST_TEST(lc::report_file_name("r", {1, 2, "/%p"}) == "/%p/r");
}
