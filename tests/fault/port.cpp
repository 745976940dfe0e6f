// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The fake port itself: calls fail as planned, others are forwarded, and its records are correct.

#include "platform/port.hpp"
#include "tests/fake_port/fake.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>

using namespace handrail;
namespace errc = boost::system::errc;
using fake::operation;

namespace {

struct clean_fake {
    clean_fake() { fake::reset(); }
    ~clean_fake() {
        BOOST_TEST(fake::open_handles().empty());
        BOOST_TEST(fake::open_mappings() == 0U);
        fake::reset();
    }
    port::error_code ec;
};

port::handle open_null(port::error_code& ec) { return port::open_file("/dev/null", {}, ec); }

bool is_open(port::handle h) { return ::fcntl(h, F_GETFD) != -1; }

// Calls every function of the port that can fail, and counts those that report the error. After a
// call that failed, the calls that do not need its result are made all the same.
class every_function {
public:
    explicit every_function(errc::errc_t expected) : expected_(expected) {}

    int count_failures() {
        auto const regular = port::open_regular_file("/proc/self/exe", ec_);
        check(ec_);
        if (regular != port::invalid_handle) {
            check(port::close_handle(regular));
        }
        use_file();
        use_sockets();
        void* const pages = port::allocate_pages(1, ec_);
        check(ec_);
        if (pages != nullptr) {
            check(port::free_pages(pages, 1));
        }
        return failures_;
    }

private:
    void check(port::error_code const& result) { failures_ += result == expected_; }

    void use_file() {
        auto const file = port::open_file("/proc/self/exe", {}, ec_);
        check(ec_);
        if (file == port::invalid_handle) {
            return;
        }
        char byte = 0;
        port::read_some(file, &byte, 1, ec_), check(ec_);
        port::read_some_at(file, 0, &byte, 1, ec_), check(ec_);
        port::mode_of(file, ec_), check(ec_);
        port::size(file, ec_), check(ec_);
        port::seek(file, 0, port::seek_origin::begin, ec_), check(ec_);
        port::kind_of(file, ec_), check(ec_);
        port::set_close_on_exec(file, ec_), check(ec_);
        port::is_close_on_exec(file, ec_), check(ec_);
        port::map_source_of(file, ec_), check(ec_);
        void* const bytes = port::map(file, 0, 1, port::map_access::read, ec_);
        check(ec_);
        if (bytes != nullptr) {
            check(port::flush(bytes, 1));
            check(port::unmap(bytes, 1));
        }
        check(port::close_handle(file));
    }

    void use_sockets() {
        auto const pair = port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec_);
        check(ec_);
        if (pair.first == port::invalid_handle) {
            return;
        }
        check(port::write_all(pair.first, "x", 1));
        char byte = 0;
        port::io_piece const piece{&byte, 1};
        port::write_some_without_signal(pair.first, {&piece, 1}, ec_), check(ec_);
        port::finish_connecting(pair.first, ec_), check(ec_);
        port::facts_of_socket(pair.first, ec_), check(ec_);
        std::size_t size = 0;
        port::address_of_socket(pair.first, port::socket_end::own, nullptr, size, ec_);
        check(ec_);
        check(port::close_handle(pair.first));
        check(port::close_handle(pair.second));
    }

    errc::errc_t expected_;
    port::error_code ec_;
    int failures_ = 0;
};

int use_everything(errc::errc_t error) { return every_function(error).count_failures(); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fault_port, clean_fake)

BOOST_AUTO_TEST_CASE(without_a_plan_all_calls_are_forwarded) {
    auto const [reader, writer] = port::open_pipe(ec);
    char byte = 0;
    BOOST_TEST(port::write_some(writer, "x", 1, ec) == 1U);
    BOOST_TEST(port::read_some(reader, &byte, 1, ec) == 1U);
    BOOST_TEST(byte == 'x');
    BOOST_TEST(!port::close_handle(reader));
    BOOST_TEST(!port::close_handle(writer));
}

BOOST_AUTO_TEST_CASE(only_the_planned_call_fails_with_the_planned_error) {
    fake::fault const second(operation::open_file, 2, errc::too_many_files_open);
    auto const first = open_null(ec);
    BOOST_TEST(!ec);
    BOOST_TEST(!second.struck());
    BOOST_TEST(open_null(ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::too_many_files_open);
    BOOST_TEST((ec.category() == boost::system::system_category()));
    BOOST_TEST(second.struck());
    auto const third = open_null(ec);
    BOOST_TEST(!ec);
    port::close_handle(first);
    port::close_handle(third);
}

BOOST_AUTO_TEST_CASE(a_call_of_another_kind_is_not_counted) {
    fake::fault const planned(operation::read_some, 1, errc::io_error);
    auto const h = open_null(ec);
    BOOST_TEST(!ec);
    char byte = 0;
    port::read_some(h, &byte, 1, ec);
    BOOST_TEST(ec == errc::io_error);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(a_fault_is_active_only_in_its_scope) {
    {
        fake::fault const planned(operation::open_file, 1, errc::io_error);
    }
    auto const h = open_null(ec);
    BOOST_TEST(!ec);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(a_close_that_fails_has_closed_the_handle) {
    auto const h = open_null(ec);
    fake::fault const planned(operation::close_handle, 1, errc::io_error);
    BOOST_TEST(port::close_handle(h) == errc::io_error);
    BOOST_TEST(!is_open(h));
    BOOST_TEST(fake::open_handles().empty());
}

BOOST_AUTO_TEST_CASE(every_call_can_be_made_to_fail_in_turn) {
    std::size_t points = 0;
    for (bool struck = true; struck;) {
        fake::fault const any(points + 1, errc::io_error);
        int const failures = use_everything(errc::io_error);
        BOOST_TEST(failures == (any.struck() ? 1 : 0));
        BOOST_TEST(fake::open_handles().empty());
        BOOST_TEST(fake::open_mappings() == 0U);
        BOOST_TEST(fake::open_page_runs() == 0U);
        struck = any.struck();
        points += struck;
    }
    BOOST_TEST(points == 26U);
}

BOOST_AUTO_TEST_CASE(calls_are_counted) {
    auto const h = open_null(ec);
    port::close_handle(h);
    BOOST_TEST(fake::calls(operation::open_file) == 1U);
    BOOST_TEST(fake::calls(operation::close_handle) == 1U);
    BOOST_TEST(fake::calls() == 2U);
}

BOOST_AUTO_TEST_CASE(open_handles_are_listed) {
    auto const h = open_null(ec);
    auto const pair = port::open_pipe(ec);
    BOOST_TEST((fake::open_handles() == std::vector{h, pair.first, pair.second}));
    port::close_handle(h);
    fake::forget(pair.first);
    BOOST_TEST((fake::open_handles() == std::vector{pair.second}));
    port::close_handle(pair.first);
    port::close_handle(pair.second);
}

BOOST_AUTO_TEST_CASE(closing_twice_is_counted) {
    auto const h = open_null(ec);
    port::close_handle(h);
    BOOST_TEST(fake::bad_closes() == 0U);
    BOOST_TEST(port::close_handle(h) == errc::bad_file_descriptor);
    BOOST_TEST(fake::bad_closes() == 1U);
}

BOOST_AUTO_TEST_CASE(threads_share_one_plan) {
    fake::fault const planned(operation::open_file, 1000, errc::io_error);
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i != 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n != 500; ++n) {
                port::error_code mine;
                auto const h = open_null(mine);
                failed += mine == errc::io_error;
                if (h != port::invalid_handle) {
                    port::close_handle(h);
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(failed == 1);
}

BOOST_AUTO_TEST_SUITE_END()
