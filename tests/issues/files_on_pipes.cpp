// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a `file` may refer to a FIFO, a pipe or a socket. Writing to one without a reader ended the
// process by SIGPIPE, and opening a FIFO waited for its other end, with no way to avoid that.
// Correct: the write reports broken_pipe, and `non_blocking` opens a FIFO at once.

#include "tests/unit/handle/child.hpp"
#include "tests/unit/handle/support.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <csignal>
#include <functional>
#include <thread>

#include <sys/socket.h>
#include <sys/stat.h>

using namespace handle_test;
using handrail::file;
namespace asio = boost::asio;
namespace errc = boost::system::errc;

namespace {

enum class kind { pipe, socket };

// Returns: the end for writing; the other one is closed.
file without_reader(kind what) {
    error_code ec;
    auto const ends = what == kind::pipe ? port::open_pipe(ec)
                                         : port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec);
    port::close_handle(ends.first);
    return file(ends.second);
}

std::array<asio::const_buffer, 2> two_buffers() {
    return {asio::buffer("hand", 4), asio::buffer("rail", 4)};
}

// Every function that writes to a file's current position.
std::array<std::function<void(file&, error_code&)>, 4> const writers{
    [](file& f, error_code& ec) { f.write_some(asio::buffer("rail", 4), ec); },
    [](file& f, error_code& ec) { f.write_some(two_buffers(), ec); },
    [](file& f, error_code& ec) { f.write(two_buffers(), ec); },
    [](file& f, error_code& ec) { asio::write(f, two_buffers(), ec); },
};

bool is_pending(int signal) {
    sigset_t pending;
    ::sigpending(&pending);
    return ::sigismember(&pending, signal) == 1;
}

bool is_blocked(int signal) {
    sigset_t blocked;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    return ::sigismember(&blocked, signal) == 1;
}

// Returns: whether all writers report broken_pipe. Run it in a child: SIGPIPE kills the process
//   when the test fails.
bool all_report_a_broken_pipe() {
    ::signal(SIGPIPE, SIG_DFL);
    for (kind const what : {kind::pipe, kind::socket}) {
        for (auto const& write : writers) {
            file f = without_reader(what);
            for (int again = 0; again != 2; ++again) {
                error_code ec;
                write(f, ec);
                if (ec != errc::broken_pipe || is_pending(SIGPIPE) || is_blocked(SIGPIPE)) {
                    return false;
                }
            }
        }
    }
    return true;
}

struct fifo {
    temporary_directory directory;
    std::filesystem::path path = directory / "fifo";

    fifo() { BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_write_without_a_reader_is_an_error_and_raises_no_signal) {
    BOOST_TEST(succeeds_in_child(&all_report_a_broken_pipe));
}

BOOST_AUTO_TEST_CASE(a_SIGPIPE_that_was_pending_before_stays_pending) {
    BOOST_TEST(succeeds_in_child([] {
        sigset_t pipe;
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        ::raise(SIGPIPE);
        file f = without_reader(kind::pipe);
        error_code ec;
        f.write_some(asio::buffer("rail", 4), ec);
        return ec == errc::broken_pipe && is_pending(SIGPIPE) && is_blocked(SIGPIPE);
    }));
}

BOOST_AUTO_TEST_CASE(the_error_of_a_write_without_a_reader_names_the_pipe) {
    file f = without_reader(kind::pipe);
    std::string const text =
        message_of(errc::broken_pipe, [&] { f.write_some(asio::buffer("rail", 4)); });
    BOOST_TEST(contains(text, "write \"pipe:["));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_assigned_a_pipe_raises_no_signal) {
    BOOST_TEST(succeeds_in_child([] {
        ::signal(SIGPIPE, SIG_DFL);
        file f = file::open("/dev/null", file::write_only);
        f.write_some(asio::buffer("rail", 4));
        f = without_reader(kind::pipe);
        error_code ec;
        f.write_some(asio::buffer("rail", 4), ec);
        if (ec != errc::broken_pipe) {
            return false;
        }
        file plain = file::open("/dev/null", file::write_only);
        plain.write_some(asio::buffer("rail", 4));
        plain.reset(without_reader(kind::pipe).release());
        plain.write_some(asio::buffer("rail", 4), ec);
        return ec == errc::broken_pipe;
    }));
}

// ---- FIFOs --------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_SUITE(fifos, fifo)

BOOST_AUTO_TEST_CASE(a_non_blocking_reader_opens_without_a_writer_and_reads_eof) {
    file reader = file::open(path, file::read_only | file::non_blocking);
    std::array<char, 4> room{};
    error_code ec;
    BOOST_TEST(reader.read_some(asio::buffer(room), ec) == 0U);
    BOOST_TEST((ec == asio::error::eof));
}

BOOST_AUTO_TEST_CASE(a_non_blocking_writer_without_a_reader_is_refused) {
    std::string const text = message_of(errc::no_such_device_or_address, [&] {
        static_cast<void>(file::open(path, file::write_only | file::non_blocking));
    });
    BOOST_TEST(contains(text, "open \"" + path.string() + '"'));
}

BOOST_AUTO_TEST_CASE(non_blocking_transfers_report_would_block) {
    file reader = file::open(path, file::read_only | file::non_blocking);
    file writer = file::open(path, file::write_only | file::non_blocking);
    std::array<char, 4> room{};
    error_code ec;
    reader.read_some(asio::buffer(room), ec);
    BOOST_TEST((ec == asio::error::would_block));
    std::string const more(1 << 20, 'w');
    std::size_t const written = writer.write(asio::buffer(more), ec);
    BOOST_TEST((ec == asio::error::would_block));
    BOOST_TEST(written > 0U);
    BOOST_TEST(written < more.size());
    std::string got(written, ' ');
    BOOST_TEST(reader.read(asio::buffer(got)) == written);
}

BOOST_AUTO_TEST_CASE(without_non_blocking_the_two_ends_wait_for_each_other) {
    file reader;
    std::thread other([&] { reader = file::open(path, file::read_only); });
    file writer = file::open(path, file::write_only);
    other.join();
    writer.write(asio::buffer("rail", 4));
    std::array<char, 4> room{};
    BOOST_TEST(reader.read(asio::buffer(room)) == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
