// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: in a program that was started with a closed standard error stream, the next file got its
// number, and the library wrote its messages into that file. When the stream was a pipe without a
// reader, a message killed the program, and when it was full, the program blocked.
// Correct: handrail opens no descriptor with the number of a standard stream, writes nothing into
// what a guard owns, and a message neither kills the program nor blocks it.
//
// The test program starts itself: with a task in its environment, it does that instead of the
// tests.

#include "tests/support/temporary_directory.hpp"

#include <handrail/file.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

using handrail::descriptor;
using handrail::file;
namespace asio = boost::asio;

namespace {

// ---- tasks of the program that the tests start

// Effects: a close fails, and the default failure handler writes a line to standard error.
void make_a_close_fail() {
    descriptor lost(
        ::fcntl(file::open("/dev/null", file::read_only).native_handle(), F_DUPFD_CLOEXEC, 100));
    ::close(lost.native_handle());
}

// Effects: opens the data file until it has the number of the closed standard error stream.
// Returns: that number; -1 if the stream is not closed.
int open_data_as_standard_error() {
    int opened = -1;
    do {
        opened = ::open(std::getenv("HANDRAIL_TEST_DATA"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    } while (opened != -1 && opened < STDERR_FILENO);
    return opened == STDERR_FILENO ? opened : -1;
}

bool are_above(std::initializer_list<int> descriptors) {
    return std::all_of(descriptors.begin(), descriptors.end(),
                       [](int each) { return each > STDERR_FILENO; });
}

// While it exists, the numbers of closed streams are in use.
struct occupied_streams {
    std::vector<int> taken;
    occupied_streams() {
        do {
            taken.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        } while (taken.back() <= STDERR_FILENO);
    }
    occupied_streams(occupied_streams const&) = delete;
    occupied_streams& operator=(occupied_streams const&) = delete;
    ~occupied_streams() { std::for_each(taken.begin(), taken.end(), ::close); }
};

int open_everything() {
    auto occupied = std::make_unique<occupied_streams>();
    asio::io_context context;
    handrail::tcp_acceptor listener(context);  // makes Boost.Asio open its own descriptors
    occupied.reset();
    file const f = file::open("/dev/null", file::read_write);
    file const made = file::open(std::getenv("HANDRAIL_TEST_DATA"), file::append | file::create);
    listener = handrail::tcp_acceptor(context, {asio::ip::address_v4::loopback(), 0});
    handrail::tcp_socket client(context);
    client.connect(listener.local_endpoint());
    handrail::tcp_socket const served = listener.accept();
    handrail::local_socket a(context);
    handrail::local_socket b(context);
    handrail::connect_pair(a, b);
    return are_above({f.native_handle(), made.native_handle(), listener.native_handle(),
                      client.native_handle(), served.native_handle(), a.native_handle(),
                      b.native_handle()})
               ? 0
               : 1;
}

bool is_open(int number) { return ::fcntl(number, F_GETFD) != -1; }

// Effects: uses all numbers below a limit, except `spare` ones and those of the first two streams.
void use_all_numbers(int spare) {
    constexpr int all = 32;
    rlimit const few{all, all};
    ::setrlimit(RLIMIT_NOFILE, &few);
    while (::open("/dev/null", O_RDONLY | O_CLOEXEC) != -1) {
    }
    for (int i = 1; i <= spare; ++i) {
        ::close(all - i);
    }
    ::close(STDIN_FILENO);
    ::close(STDOUT_FILENO);
}

int open_without_numbers() {
    namespace errc = boost::system::errc;
    asio::io_context context;
    handrail::local_socket a(context);
    handrail::local_socket b(context);
    use_all_numbers(0);
    boost::system::error_code ec;
    bool refused =
        !file::open("/dev/null", file::read_only, ec).is_open() && ec == errc::too_many_files_open;
    a.open({}, ec);
    refused = refused && !a.is_open() && ec == errc::too_many_files_open;
    handrail::connect_pair(a, b, ec);
    refused = refused && !a.is_open() && ec == errc::too_many_files_open;
    use_all_numbers(1);  // enough for one end of the pair
    handrail::connect_pair(a, b, ec);
    refused = refused && !a.is_open() && ec == errc::too_many_files_open;
    refused =
        refused && file::open("/dev/null", file::read_only, ec).native_handle() > STDERR_FILENO;
    return refused && !is_open(STDIN_FILENO) && !is_open(STDOUT_FILENO) ? 0 : 1;
}

// The guard stays open at exit, so that the leak check, if it is on, has a report to write.
int fail_with_data_as_standard_error() {
    static file& guarded = *new file;
    int const number = open_data_as_standard_error();
    guarded.assign(number);
    make_a_close_fail();
    return number == STDERR_FILENO ? 0 : 1;
}

int fail_after_redirection() {
    int const log = ::open(std::getenv("HANDRAIL_TEST_DATA"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ::dup2(log, STDERR_FILENO);
    make_a_close_fail();
    return 0;
}

int fail_while_a_guard_owns_standard_error() {
    int const data =
        ::open(std::getenv("HANDRAIL_TEST_DATA"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ::dup2(data, STDERR_FILENO);
    file guard(STDERR_FILENO);
    make_a_close_fail();
    file moved = std::move(guard);
    make_a_close_fail();
    off_t const before = ::lseek(data, 0, SEEK_END);
    static_cast<void>(moved.release());
    make_a_close_fail();
    off_t const released = ::lseek(data, 0, SEEK_END);
    moved.assign(STDERR_FILENO);
    make_a_close_fail();
    return before == 0 && released > 0 && ::lseek(data, 0, SEEK_END) == released ? 0 : 1;
}

// Makes the standard error stream one end of a connection.
struct connection_as_standard_error {
    std::array<int, 2> ends{-1, -1};
    connection_as_standard_error() {
        static_cast<void>(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()));
        ::dup2(ends[0], STDERR_FILENO);
    }
    bool has_text() const {
        char byte = 0;
        return ::recv(ends[1], &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 1;
    }
};

int fail_while_a_socket_owns_standard_error() {
    connection_as_standard_error const connection;
    asio::io_context context;
    handrail::local_socket guard(context);
    guard.assign(asio::local::stream_protocol(), STDERR_FILENO);
    make_a_close_fail();
    bool const had_text = connection.has_text();
    static_cast<void>(guard.release());
    make_a_close_fail();
    return !had_text && connection.has_text() ? 0 : 1;
}

int fail_while_a_socket_of_asio_owns_standard_error() {
    connection_as_standard_error const connection;
    using local = asio::local::stream_protocol;
    asio::io_context context;
    handrail::local_socket guard(local::socket(context, local(), STDERR_FILENO));
    make_a_close_fail();
    bool const had_text = connection.has_text();
    local::socket const handed_over = guard.release_asio_socket();
    make_a_close_fail();
    return !had_text && connection.has_text() ? 0 : 1;
}

int fail_twice() {
    make_a_close_fail();
    make_a_close_fail();
    sigset_t pending;
    ::sigpending(&pending);
    return ::sigismember(&pending, SIGPIPE) == 0 ? 0 : 1;
}

int fail_at_the_limit_of_file_sizes() {
    rlimit const none{0, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &none);
    return fail_after_redirection();
}

std::map<std::string, std::function<int()>> const tasks{
    {"open", &open_everything},
    {"full", &open_without_numbers},
    {"data", &fail_with_data_as_standard_error},
    {"redirect", &fail_after_redirection},
    {"guard", &fail_while_a_guard_owns_standard_error},
    {"socket", &fail_while_a_socket_owns_standard_error},
    {"asio", &fail_while_a_socket_of_asio_owns_standard_error},
    {"fail", &fail_twice},
    {"limit", &fail_at_the_limit_of_file_sizes},
};

// Runs a task, if there is one, before the main function of the tests.
[[maybe_unused]] bool const is_test = [] {
    if (char const* const task = std::getenv("HANDRAIL_TEST_TASK")) {
        ::alarm(30);  // ends a task that blocks on the stream
        int result = 99;
        try {
            result = tasks.at(task)();
        } catch (std::exception const&) {
            result = 98;
        }
        std::exit(result);
    }
    return true;
}();

// ---- the tests

struct started_program {
    handrail_test::temporary_directory directory;
    std::string data = (directory.path() / "data").string();
    int standard_error = -1;  // its standard error stream; -1: that of the tests
    std::string debug;        // HANDRAIL_DEBUG

    // Returns: its wait status. closed: a bit for each stream that is closed when it starts.
    int run(char const* task, unsigned closed = 0) const {
        int status = -1;
        pid_t const child = ::fork();
        if (child == 0) {
            ::setenv("HANDRAIL_TEST_TASK", task, 1);
            ::setenv("HANDRAIL_TEST_DATA", data.c_str(), 1);
            debug.empty() ? ::unsetenv("HANDRAIL_DEBUG")
                          : ::setenv("HANDRAIL_DEBUG", debug.c_str(), 1);
            if (standard_error != -1) {
                ::dup2(standard_error, STDERR_FILENO);
            }
            for (int stream = 0; stream != 3; ++stream) {
                if ((closed & (1U << stream)) != 0) {
                    ::close(stream);
                }
            }
            ::execl("/proc/self/exe", "started_program", static_cast<char*>(nullptr));
            ::_exit(97);
        }
        ::waitpid(child, &status, 0);
        return status;
    }

    std::string written() const {
        std::ifstream in(data, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
};

struct pipe_ends {
    std::array<int, 2> ends{-1, -1};
    explicit pipe_ends(int flags) {
        BOOST_TEST_REQUIRE(::pipe2(ends.data(), flags | O_CLOEXEC) == 0);
    }
    pipe_ends(pipe_ends const&) = delete;
    pipe_ends& operator=(pipe_ends const&) = delete;
    ~pipe_ends() {
        close_reader();
        ::close(ends[1]);
    }
    void close_reader() {
        if (ends[0] != -1) {
            ::close(ends[0]);
            ends[0] = -1;
        }
    }
    void fill() {
        int const flags = ::fcntl(ends[1], F_GETFL);
        ::fcntl(ends[1], F_SETFL, flags | O_NONBLOCK);
        std::array<char, 4096> const bytes{};
        while (::write(ends[1], bytes.data(), bytes.size()) > 0) {
        }
        ::fcntl(ends[1], F_SETFL, flags);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(closed_standard_streams, started_program)

BOOST_AUTO_TEST_CASE(handrail_opens_no_descriptor_with_the_number_of_a_closed_stream) {
    for (unsigned closed = 0; closed != 8; ++closed) {
        BOOST_TEST(run("open", closed) == 0, "streams closed: " << closed);
    }
}

BOOST_AUTO_TEST_CASE(an_open_fails_when_only_numbers_of_the_streams_are_free) {
    BOOST_TEST(run("full") == 0);
}

BOOST_AUTO_TEST_CASE(failures_are_not_written_into_a_file_with_the_number_of_a_closed_stream) {
    for (unsigned closed = 4; closed != 8; ++closed) {
        BOOST_TEST(run("data", closed) == 0);
        BOOST_TEST(written() == "", "streams closed: " << closed);
    }
}

BOOST_AUTO_TEST_CASE(reports_are_not_written_into_a_file_with_the_number_of_a_closed_stream) {
    debug = "leakcheck=1,suppressions=/nowhere";  // a warning, too
    BOOST_TEST(run("data", 4) == 0);
    BOOST_TEST(written() == "");
    standard_error = ::open(data.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    BOOST_TEST(run("fail") == 0);
    ::close(standard_error);
    for (char const* const text : {"cannot read the suppressions", "closing descriptor", "HR010"}) {
        BOOST_TEST(written().find(text) != std::string::npos, text);
    }
}

BOOST_AUTO_TEST_CASE(messages_go_to_a_stream_that_the_program_has_redirected) {
    BOOST_TEST(run("redirect") == 0);
    BOOST_TEST(written().starts_with("handrail: closing descriptor 100 failed: "), written());
}

BOOST_AUTO_TEST_CASE(messages_are_not_written_to_a_stream_that_a_guard_owns) {
    BOOST_TEST(run("guard") == 0);
    BOOST_TEST(run("socket") == 0);
    BOOST_TEST(run("asio") == 0);
}

BOOST_AUTO_TEST_CASE(a_message_to_a_pipe_without_a_reader_does_not_kill_the_program) {
    pipe_ends pipe(0);
    pipe.close_reader();
    standard_error = pipe.ends[1];
    BOOST_TEST(run("fail") == 0);
    debug = "leakcheck=1,suppressions=/nowhere";
    BOOST_TEST(run("fail") == 0);
}

BOOST_AUTO_TEST_CASE(a_message_to_a_full_pipe_does_not_block_the_program) {
    for (int const flags : {0, O_NONBLOCK}) {
        pipe_ends pipe(flags);
        pipe.fill();
        standard_error = pipe.ends[1];
        BOOST_TEST(run("fail") == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_message_to_a_closed_connection_does_not_kill_the_program) {
    std::array<int, 2> ends{-1, -1};
    BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    ::close(ends[0]);
    standard_error = ends[1];
    BOOST_TEST(run("fail") == 0);
    ::close(ends[1]);
}

BOOST_AUTO_TEST_CASE(a_message_beyond_the_file_size_limit_does_not_kill_the_program) {
    BOOST_TEST(run("limit") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
