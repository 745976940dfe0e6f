// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A frozen copy has the memory of the process at its creation, can write to the process, and
// changes nothing in it.

#include "support.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace handrail;
using namespace handrail::test;
using namespace std::chrono_literals;

namespace {

auto after(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

// Returns: everything that the copy writes until it ends.
std::string read_all(port::frozen_copy const& copy) {
    std::string all;
    std::array<char, 64> some;
    error_code ec;
    while (auto const n = port::read_from_copy(copy, some.data(), some.size(), after(20s), ec)) {
        all.append(some.data(), n);
    }
    BOOST_TEST(!ec);
    return all;
}

port::frozen_copy make(void (*fn)(void*, port::handle) noexcept, void* argument = nullptr) {
    error_code ec;
    auto const copy = port::make_frozen_copy(fn, argument, ec);
    BOOST_TEST_REQUIRE(!ec, ec.message());
    return copy;
}

void hang(void*, port::handle) noexcept {
    for (;;) {
        ::pause();
    }
}
void crash(void*, port::handle) noexcept { *static_cast<int volatile*>(nullptr) = 1; }
void return_at_once(void*, port::handle) noexcept {}

void write_text(void* text, port::handle out) noexcept {
    port::copy_write(out, text, std::strlen(static_cast<char*>(text)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_copy_has_the_memory_of_its_creation_and_can_write_to_this_process) {
    std::array<char, 8> text{"before"};
    auto copy = make(&write_text, text.data());
    std::strcpy(text.data(), "after");
    BOOST_TEST(read_all(copy) == "before");
    BOOST_TEST(port::end_frozen_copy(copy));
}

BOOST_AUTO_TEST_CASE(a_copy_writes_more_than_a_pipe_holds) {
    auto copy = make([](void*, port::handle out) noexcept {
        std::size_t const size = 1 << 20;
        void* const bytes = port::copy_allocate(size);
        std::memset(bytes, 'x', size);
        port::copy_write(out, bytes, size);
    });
    BOOST_TEST(read_all(copy) == std::string(1 << 20, 'x'));
    BOOST_TEST(port::end_frozen_copy(copy));
}

BOOST_AUTO_TEST_CASE(changes_in_a_copy_do_not_affect_this_process) {
    int value = 1;
    auto copy = make([](void* v, port::handle) noexcept { *static_cast<int*>(v) = 2; }, &value);
    BOOST_TEST(read_all(copy).empty());
    BOOST_TEST(port::end_frozen_copy(copy));
    BOOST_TEST(value == 1);
}

BOOST_AUTO_TEST_CASE(a_crash_is_reported_and_calls_no_handler_of_the_program) {
    static int volatile* const handled = static_cast<int*>(
        ::mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    struct sigaction fresh{}, before{};
    fresh.sa_handler = [](int) {
        *handled = 1;
        ::_exit(0);
    };
    ::sigaction(SIGSEGV, &fresh, &before);
    auto copy = make(&crash);
    BOOST_TEST(read_all(copy).empty());
    BOOST_TEST(!port::end_frozen_copy(copy));
    ::sigaction(SIGSEGV, &before, nullptr);
    BOOST_TEST(*handled == 0);
}

BOOST_AUTO_TEST_CASE(a_copy_that_hangs_is_killed) {
    auto copy = make(&hang);
    error_code ec;
    char byte;
    BOOST_TEST(port::read_from_copy(copy, &byte, 1, after(1ms), ec) == 0U);
    BOOST_TEST((ec == errc::timed_out));
    BOOST_TEST(!port::end_frozen_copy(copy));
    BOOST_TEST((::waitpid(-1, nullptr, WNOHANG | __WALL) == -1));  // there is no child
}

BOOST_AUTO_TEST_CASE(a_deadline_that_has_passed_is_reported_even_if_bytes_are_ready) {
    auto copy = make([](void*, port::handle out) noexcept { port::copy_write(out, "x", 1); });
    pollfd ended{copy.process, POLLIN, 0};
    BOOST_TEST(::poll(&ended, 1, 20'000) == 1);
    error_code ec;
    char byte;
    BOOST_TEST(port::read_from_copy(copy, &byte, 1, after(0ms), ec) == 0U);
    BOOST_TEST((ec == errc::timed_out));
    BOOST_TEST(read_all(copy) == "x");
    BOOST_TEST(port::end_frozen_copy(copy));
}

BOOST_AUTO_TEST_CASE(a_wait_for_any_child_does_not_see_a_copy) {
    auto copy = make(&return_at_once);
    read_all(copy);  // it has ended
    BOOST_TEST(::waitpid(-1, nullptr, 0) == -1);
    BOOST_TEST(errno == ECHILD);
    BOOST_TEST(port::end_frozen_copy(copy));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_copy_raises_no_signal) {
    static std::sig_atomic_t volatile told = 0;
    auto const before = std::signal(SIGCHLD, [](int) { told = 1; });
    auto copy = make(&return_at_once);
    read_all(copy);
    BOOST_TEST(port::end_frozen_copy(copy));
    BOOST_TEST(told == 0);
    std::signal(SIGCHLD, before);
}

BOOST_AUTO_TEST_CASE(a_peer_sees_a_close_while_a_copy_runs) {
    int ends[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    auto copy = make(&hang);
    ::close(ends[0]);
    pollfd wait{ends[1], POLLRDHUP, 0};
    BOOST_TEST(::poll(&wait, 1, 20'000) == 1);
    ::close(ends[1]);
    BOOST_TEST(!port::end_frozen_copy(copy));
}

BOOST_AUTO_TEST_CASE(a_copy_leaves_no_descriptor_behind) {
    auto const before = open_descriptors();
    auto copy = make(&return_at_once);
    read_all(copy);
    port::end_frozen_copy(copy);
    BOOST_TEST((open_descriptors() == before));
}

BOOST_AUTO_TEST_CASE(module_of_finds_the_module_of_code_and_its_address_there) {
    auto const here = port::module_of(reinterpret_cast<void const*>(&port::module_of));
    BOOST_TEST(here.file.ends_with("/" + std::string(program_invocation_short_name)));
    auto const there = port::module_of(reinterpret_cast<void const*>(&::getpid));
    BOOST_TEST(there.file.find("libc.so") != std::string::npos);
    Dl_info about{};
    BOOST_TEST_REQUIRE(::dladdr(reinterpret_cast<void const*>(&::getpid), &about) != 0);
    BOOST_TEST(there.offset == static_cast<std::size_t>(reinterpret_cast<char const*>(&::getpid) -
                                                        static_cast<char const*>(about.dli_fbase)));
    BOOST_TEST(!there.build_id.empty());
    BOOST_TEST(there.build_id.find_first_not_of("0123456789abcdef") == std::string::npos);
    BOOST_TEST(there.build_id != here.build_id);
    int on_the_stack = 0;
    BOOST_TEST(port::module_of(&on_the_stack).file.empty());
}

BOOST_AUTO_TEST_CASE(module_segments_lists_code_and_data) {
    static int data = 0;
    std::array<port::segment, 4096> all;
    std::size_t const count = port::module_segments(all.data(), all.size());
    BOOST_TEST_REQUIRE(count <= all.size());
    auto const has = [&](void const* place, bool executable, bool writable) {
        auto const at = reinterpret_cast<std::uintptr_t>(place);
        for (std::size_t i = 0; i != count; ++i) {
            auto const begin = reinterpret_cast<std::uintptr_t>(all[i].begin);
            if (at - begin < all[i].size) {
                return all[i].executable == executable && all[i].writable == writable;
            }
        }
        return false;
    };
    BOOST_TEST(has(reinterpret_cast<void const*>(&crash), true, false));
    BOOST_TEST(has(&data, false, true));
}
