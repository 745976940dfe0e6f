// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The rules of docs/architecture.md on real files, mappings and sockets, named by their numbers.
// The others are in core/rules.cpp, core/fork.cpp (9) and tests/project/rule_11.py.

#include "tests/unit/asio/network.hpp"

#include <handrail/asio/runner.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/mapping.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <stdio.h>
#include <sys/socket.h>

using namespace asio_test;
using handrail::file;
using handrail::mapping;
using handrail_test::make_test_runner;
using handrail_test::manual_runner;
using handrail_test::quiet_handle;
using handrail_test::refusing_runner;

namespace {

thread_local long allocations = 0;

void* allocate(std::size_t size) {
    ++allocations;
    void* const p = std::malloc(size);
    return p != nullptr ? p : throw std::bad_alloc();
}

file open_null() { return file::open("/dev/null", file::read_only); }

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

// Requires: the number is free. Returns: a file with this number.
file file_with_number(int fd) {
    file any = open_null();
    if (any.native_handle() != fd) {
        BOOST_TEST_REQUIRE(!is_open(fd));
        any.reset(::fcntl(any.native_handle(), F_DUPFD_CLOEXEC, fd));
    }
    return any;
}

// Returns: the descriptors that a program started now finds open.
std::set<int> descriptors_of_a_child() {
    std::unique_ptr<FILE, int (*)(FILE*)> const child(::popen("exec ls /proc/self/fd/", "r"),
                                                      &::pclose);
    std::set<int> found;
    for (int fd = 0; std::fscanf(child.get(), "%d", &fd) == 1;) {
        found.insert(fd);
    }
    return found;
}

std::thread::id ran_on;
int runs = 0;
void note_thread() {
    ran_on = std::this_thread::get_id();
    ++runs;
}

// The three competitors for a cleanup. Returns: whether this one won.
bool stop_it(quiet_handle&, handrail::cleanup& token) { return token.stop(); }
bool run_it(quiet_handle&, handrail::cleanup& token) { return token.run(); }
bool end_it(quiet_handle& owner, handrail::cleanup& token) {
    bool const wins = token.pending();
    owner.reset();
    return wins;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

BOOST_FIXTURE_TEST_SUITE(rules, network)

BOOST_AUTO_TEST_CASE(rule_2_the_first_of_stop_run_and_the_owner_s_end_wins_in_every_order) {
    using attempt = bool (*)(quiet_handle&, handrail::cleanup&);
    std::array<attempt, 3> order{stop_it, run_it, end_it};
    std::sort(order.begin(), order.end());
    int orders = 0;
    do {
        runs = 0;
        quiet_handle owner(1);
        auto token = add_cleanup(owner, &note_thread);
        BOOST_TEST(order[0](owner, token));
        BOOST_TEST(!order[1](owner, token));
        BOOST_TEST(!order[2](owner, token));
        BOOST_TEST(runs == (order[0] == &stop_it ? 0 : 1));
        ++orders;
    } while (std::next_permutation(order.begin(), order.end()));
    BOOST_TEST(orders == 6);
}

BOOST_AUTO_TEST_CASE(rule_2_a_refused_batch_runs_on_the_ending_thread) {
    handrail_test::failure_recorder failures;
    runs = 0;
    std::thread::id ending;
    std::thread([&] {
        ending = std::this_thread::get_id();
        file owner = open_null();
        handrail::set_runner(owner, handrail::runner(std::make_unique<refusing_runner>()));
        add_cleanup(owner, &note_thread);
    }).join();
    BOOST_TEST((ran_on == ending));
    BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(rule_2_a_batch_queued_in_a_dying_context_runs_on_the_thread_that_destroys_it) {
    runs = 0;
    auto dying = std::make_unique<asio::io_context>();
    {
        file owner = open_null();
        handrail::set_runner(owner, handrail::make_runner(dying->get_executor()));
        add_cleanup(owner, &note_thread);
    }
    BOOST_TEST(runs == 0);
    std::thread destroyer([&] { dying.reset(); });
    auto const destroying = destroyer.get_id();
    destroyer.join();
    BOOST_TEST((ran_on == destroying));
    BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(rule_3_a_handle_with_a_runner_is_closed_at_once_on_the_ending_thread) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    auto [client, server] = connected();
    auto owner = std::make_unique<tcp_socket>(std::move(server));
    handrail::set_runner(*owner, runner);
    add_cleanup(*owner, [] {});
    owner.reset();
    four_bytes bytes;
    error_code ec;
    client.read_some(asio::buffer(bytes), ec);  // would wait for ever if the socket were open
    BOOST_TEST(ec == asio::error::eof);
    queue->run_one();
}

BOOST_AUTO_TEST_CASE(rule_3_a_deferred_close_owns_its_copy_and_needs_nothing_of_the_guard) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    auto owner = std::make_unique<file>(open_null());
    int const fd = owner->native_handle();
    handrail::set_runner(*owner, runner);
    handrail::defer_close(*owner);
    owner.reset();  // freed: the address sanitizer reports any use
    BOOST_TEST(is_open(fd));
    queue->run_one();
    BOOST_TEST(!is_open(fd));
}

// The reactor knows the descriptor until the I/O object releases it. If only a copy were closed,
// the context would later close whatever has the number by then.
BOOST_AUTO_TEST_CASE(
    rule_3_after_the_deferred_close_of_a_socket_nothing_closes_its_descriptor_again) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    std::optional<file> stranger;
    {
        asio::io_context reactor;
        int fd = -1;
        {
            local_socket a(reactor), b(reactor);
            handrail::connect_pair(a, b);
            four_bytes bytes;
            a.async_read_some(asio::buffer(bytes), [](error_code, std::size_t) {});
            reactor.poll();
            fd = a.native_handle();
            handrail::set_runner(a, runner);
            handrail::defer_close(a);
        }
        queue->run_one();
        stranger = file_with_number(fd);
        BOOST_TEST(stranger->native_handle() == fd);
        reactor.restart();
        reactor.poll();
    }
    BOOST_TEST(is_open(stranger->native_handle()));
}

BOOST_AUTO_TEST_CASE(rule_7_a_child_sees_none_of_the_descriptors_of_any_kind_of_handle) {
    auto const before = descriptors_of_a_child();
    BOOST_TEST(before.contains(0));
    auto [client, server] = connected();
    local_socket a(context), b(context);
    handrail::connect_pair(a, b);
    file const opened = open_null();
    file assigned_file;
    assigned_file.assign(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
    handrail::descriptor any;
    any.assign(::socket(AF_INET, SOCK_STREAM, 0));
    tcp_socket assigned(context);
    assigned.assign(tcp::v4(), ::socket(AF_INET, SOCK_STREAM, 0));
    mapping const mapped = mapping::map(file::open("/proc/self/exe", file::read_only));
    BOOST_TEST(descriptors_of_a_child() == before, boost::test_tools::per_element());
    int const inherited = ::open("/dev/null", O_RDONLY);
    BOOST_TEST(descriptors_of_a_child().size() ==
               before.size() + 1);  // the test finds those that are inherited
    ::close(inherited);
}

BOOST_AUTO_TEST_CASE(rule_8_a_refused_registration_leaves_the_socket_owned_and_nothing_registered) {
    struct session {
        tcp_socket socket;
    };
    auto [client, server] = connected();
    auto const owner = handrail::make<session>(std::move(server));
    auto const before = handrail::cleanup_stats().registered;
    BOOST_CHECK_THROW(add_cleanup(
                          owner->socket, [](handrail::shared<session>) {}, owner),
                      handrail::self_capture);
    BOOST_TEST(handrail::cleanup_stats().registered == before);
    BOOST_TEST(owner->socket.is_open());
    BOOST_TEST(owner.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(rule_10_off_means_that_nothing_is_recorded_and_nothing_allocated) {
    auto const open_and_close = [] {
        long const before = allocations;
        open_null().close();
        return allocations - before;
    };
    namespace leak_check = handrail::leak_check;
    leak_check::set_level(leak_check::level::off);
    BOOST_TEST(handrail::detail::switches.load() == 0U);
    open_and_close();  // allocates what the first use by a thread needs
    BOOST_TEST(open_and_close() == 0);
    file const open = open_null();
    BOOST_TEST(leak_check::live_handles().empty());
    BOOST_TEST(leak_check::check_now({.open_handles = true}).handles == 0U);
    leak_check::set_level(leak_check::level::handles);
    file const noted = open_null();
    BOOST_TEST(leak_check::live_handles().size() == 1U);
    leak_check::set_level(leak_check::level::off);
    BOOST_TEST(handrail::detail::switches.load() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
