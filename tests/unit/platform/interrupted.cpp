// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How the port handles EINTR, and a device that takes nothing. This program defines the C library's
// system call functions itself: they fail with EINTR as often as planned, then make the system
// call.

#include "support.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstring>

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

namespace {

std::atomic<int> interruptions{0};  // calls that are still to be interrupted
std::atomic<int> attempts{0};       // calls made since they were planned
std::atomic<bool> watching{false};
std::atomic<bool> takes_nothing{false};  // write() returns 0

template <class... Args>
long call(long number, Args... args) {
    if (watching) {
        ++attempts;
        if (interruptions > 0) {
            --interruptions;
            errno = EINTR;
            return -1;
        }
    }
    return ::syscall(number, args...);
}

}  // namespace

extern "C" {

int open(char const* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    unsigned const mode = va_arg(rest, unsigned);
    va_end(rest);
    return static_cast<int>(call(SYS_openat, AT_FDCWD, path, flags, mode));
}
ssize_t read(int fd, void* data, size_t size) { return call(SYS_read, fd, data, size); }
ssize_t write(int fd, void const* data, size_t size) {
    return takes_nothing ? 0 : call(SYS_write, fd, data, size);
}
ssize_t pread(int fd, void* data, size_t size, off_t at) {
    return call(SYS_pread64, fd, data, size, at);
}
ssize_t pwrite(int fd, void const* data, size_t size, off_t at) {
    return call(SYS_pwrite64, fd, data, size, at);
}
ssize_t readv(int fd, iovec const* to, int count) { return call(SYS_readv, fd, to, count); }
ssize_t writev(int fd, iovec const* from, int count) { return call(SYS_writev, fd, from, count); }
ssize_t preadv(int fd, iovec const* to, int count, off_t at) {
    return call(SYS_preadv, fd, to, count, at, 0L);
}
ssize_t pwritev(int fd, iovec const* from, int count, off_t at) {
    return call(SYS_pwritev, fd, from, count, at, 0L);
}
ssize_t pwritev2(int fd, iovec const* from, int count, off_t at, int flags) {
    return call(SYS_pwritev2, fd, from, count, at, 0L, flags);
}
int ftruncate(int fd, off_t size) noexcept {
    return static_cast<int>(call(SYS_ftruncate, fd, size));
}
int fsync(int fd) { return static_cast<int>(call(SYS_fsync, fd)); }
int fdatasync(int fd) { return static_cast<int>(call(SYS_fdatasync, fd)); }
int accept4(int fd, sockaddr* address, socklen_t* length, int flags) {
    return static_cast<int>(call(SYS_accept4, fd, address, length, flags));
}
int accept(int fd, sockaddr* address, socklen_t* length) {
    return static_cast<int>(call(SYS_accept4, fd, address, length, 0));
}
// As Linux: the descriptor is closed before EINTR is returned.
int close(int fd) {
    ::syscall(SYS_close, fd);
    if (watching) {
        ++attempts;
        errno = EINTR;
        return -1;
    }
    return 0;
}

}  // extern "C"

using namespace handrail;
using namespace handrail::test;

namespace {

// Effects: runs f; its next three system calls are interrupted. Returns: how many it made.
template <class F>
int attempts_of(F f) {
    attempts = 0;
    interruptions = 3;
    watching = true;
    f();
    watching = false;
    return attempts;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(interrupted, clean_test)

BOOST_AUTO_TEST_CASE(open_is_repeated) {
    auto const path = files.write("f", "x");
    port::handle h = port::invalid_handle;
    BOOST_TEST(attempts_of([&] { h = port::open_file(path, {}, ec); }) == 4);
    BOOST_TEST(!ec);
    port::close_handle(h);
    BOOST_TEST(attempts_of([&] { h = port::create_report_file(path, ec); }) == 5);  // and ftruncate
    BOOST_TEST(!ec);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(transfers_are_repeated) {
    auto const h = open(files.write("f", "x"), port::access::read_write);
    char byte = 'y';
    BOOST_TEST(attempts_of([&] { port::write_some(h, &byte, 1, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::read_some(h, &byte, 1, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::write_some_at(h, 0, &byte, 1, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::read_some_at(h, 0, &byte, 1, ec); }) == 4);
    BOOST_TEST(!ec);
    int const made = attempts_of([&] { ec = port::write_all(h, &byte, 1); });
    BOOST_TEST((made == 4 || made == 5));
    BOOST_TEST(!ec);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(a_device_that_takes_nothing_is_an_error_and_not_tried_for_ever) {
    auto const h = open(files.write("f", "x"), port::access::read_write);
    takes_nothing = true;
    auto const of_message = port::write_at_once(h, "text", 4);
    auto const of_report = port::write_all(h, "text", 4);
    takes_nothing = false;
    BOOST_TEST(of_message == errc::io_error);
    BOOST_TEST(of_report == errc::io_error);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(transfers_of_several_pieces_are_repeated) {
    auto const h = open(files.write("f", "x"), port::access::read_write);
    char first = 'y';
    char second = 'z';
    std::array<port::io_piece, 2> const both{{{&first, 1}, {&second, 1}}};
    BOOST_TEST(attempts_of([&] { port::write_some(h, both, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::read_some(h, both, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::write_some_at(h, 0, both, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::read_some_at(h, 0, both, ec); }) == 4);
    BOOST_TEST(!ec);
    // One more if the system does not know the flag.
    int const made = attempts_of([&] { port::write_some_without_signal(h, both, ec); });
    BOOST_TEST((made == 4 || made == 5));
    BOOST_TEST(!ec);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(sync_and_resize_are_repeated) {
    auto const h = open(files.write("f", "x"), port::access::read_write);
    BOOST_TEST(attempts_of([&] { port::resize(h, 5, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::sync_all(h, ec); }) == 4);
    BOOST_TEST(!ec);
    BOOST_TEST(attempts_of([&] { port::sync_data(h, ec); }) == 4);
    BOOST_TEST(!ec);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(accept_is_repeated) {
    auto const h = open("/dev/null");
    std::size_t no_address = 0;
    BOOST_TEST(attempts_of([&] { port::accept_socket(h, nullptr, no_address, ec); }) == 4);
    BOOST_TEST(ec == errc::not_a_socket);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(close_is_not_repeated_and_has_closed) {
    auto const h = open(files.write("f", "x"));
    BOOST_TEST(attempts_of([&] { ec = port::close_handle(h); }) == 1);
    BOOST_TEST(!ec);
    BOOST_TEST(::fcntl(h, F_GETFD) == -1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(uninterrupted, clean_test)

// Here, because read and write of sanitizers access every byte of the memory that is passed to
// them.
BOOST_AUTO_TEST_CASE(a_huge_size_is_reduced_not_refused) {
    std::size_t const huge = std::size_t{3} << 30;
    void* const memory = ::mmap(nullptr, huge, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    BOOST_REQUIRE(memory != MAP_FAILED);
    auto const h = open(files.path("f"), port::access::read_write);
    port::resize(h, huge, ec);
    BOOST_TEST(port::write_some_at(h, huge - 3, "abc", 3, ec) == 3U);
    BOOST_TEST(port::read_some_at(h, huge - 3, memory, huge, ec) == 3U);
    BOOST_TEST(!ec);
    BOOST_TEST(std::memcmp(memory, "abc", 3) == 0);
    auto const null = open("/dev/null", port::access::write);
    std::size_t const moved = port::write_some(null, memory, huge, ec);
    BOOST_TEST(!ec);
    BOOST_TEST(moved > 0U);
    BOOST_TEST(moved < std::size_t{1} << 31);
    port::close_handle(null);
    port::close_handle(h);
    ::munmap(memory, huge);
}

BOOST_AUTO_TEST_SUITE_END()
