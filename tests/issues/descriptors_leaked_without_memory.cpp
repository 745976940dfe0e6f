// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: when memory ran out between the system call that opens a descriptor and the construction of
// the guard that owns it, the descriptor stayed open.
// Correct: it is closed. Each function that opens a descriptor is tried with its nth allocation
// failing, for every n.

#include "tests/support/descriptors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/mapping.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>

#include <memory>
#include <new>
#include <optional>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using handrail::file;
using handrail::local_socket;
using handrail::mapping;
using handrail::tcp_acceptor;
using handrail::tcp_socket;
using handrail_test::open_descriptors;

namespace {

// The number of allocations until one fails, counting that one; 0: none fails.
thread_local std::size_t allocations_until_failure = 0;

void* allocate(std::size_t size, std::size_t alignment) noexcept {
    if (allocations_until_failure != 0 && --allocations_until_failure == 0) {
        return nullptr;
    }
    void* p = nullptr;
    return ::posix_memalign(&p, std::max(alignment, sizeof(void*)), size) == 0 ? p : nullptr;
}
void* allocate_or_throw(std::size_t size, std::size_t alignment) {
    void* const p = allocate(size, alignment);
    return p != nullptr ? p : throw std::bad_alloc();
}

// The sockets of one try, made before allocations fail and destroyed before descriptors are
// counted.
struct world {
    asio::io_context context;
    tcp_acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    tcp_socket client{context};
    // Sockets of another context, whose reactor has not allocated anything for sockets yet.
    std::unique_ptr<asio::io_context> other = std::make_unique<asio::io_context>();
    std::optional<tcp_socket> peer{std::in_place, *other};
    std::optional<local_socket> a{std::in_place, *other}, b{std::in_place, *other};

    void connect() { client.connect(acceptor.local_endpoint()); }
    void run() {
        context.restart();
        context.run();
    }
};

// Effects: calls act() in a new world again and again, with its first allocation failing, its
//   second one, and so on, until it makes no more of them. Checks that no try leaves a descriptor
//   open.
// Returns: the number of tries in which an allocation failed.
template <class Prepare, class Act>
std::size_t try_every_allocation(Prepare prepare, Act act) {
    auto const before = open_descriptors();
    for (std::size_t n = 1;; ++n) {
        bool failed = false;
        {
            world w;
            prepare(w);
            allocations_until_failure = n;
            try {
                act(w);
            } catch (std::bad_alloc const&) {
            } catch (std::exception const& e) {
                allocations_until_failure = 0;
                BOOST_ERROR("threw " << e.what());
            }
            failed = std::exchange(allocations_until_failure, 0) == 0;
        }
        auto const changed = handrail_test::difference(before, open_descriptors());
        BOOST_TEST(changed.empty(), "allocation " << n << " failed: " << changed);
        if (!failed) {
            return n - 1;
        }
    }
}

void nothing(world&) {}
void connected(world& w) { w.connect(); }

}  // namespace

extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return allocate(size, alignment);
}
void* operator new(std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new(std::size_t size, std::align_val_t a) {
    return allocate_or_throw(size, static_cast<std::size_t>(a));
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return allocate(size, 1); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

BOOST_AUTO_TEST_SUITE(descriptors_leaked_without_memory)

BOOST_AUTO_TEST_CASE(a_failed_open_closes_the_socket) {
    BOOST_TEST(try_every_allocation(nothing, [](world& w) { w.peer->open(tcp::v4()); }) > 0U);
    BOOST_TEST(try_every_allocation(nothing, [](world& w) { tcp_acceptor(*w.other, tcp::v4()); }) >
               0U);
}

BOOST_AUTO_TEST_CASE(a_failed_connect_closes_the_socket) {
    auto const to = [](world& w) { return w.acceptor.local_endpoint(); };
    BOOST_TEST(try_every_allocation(nothing, [&](world& w) { w.peer->connect(to(w)); }) > 0U);
    BOOST_TEST(try_every_allocation(nothing, [&](world& w) {
                   handrail::connect(*w.peer, std::array{to(w), to(w)});
               }) > 0U);
    BOOST_TEST(try_every_allocation(nothing, [&](world& w) {
                   w.peer->async_connect(to(w), [](error_code) {});
                   w.other->run();
               }) > 0U);
    BOOST_TEST(try_every_allocation(nothing, [&](world& w) {
                   handrail::async_connect(*w.peer, std::array{to(w)},
                                           [](error_code, tcp::endpoint const&) {});
                   w.other->run();
               }) > 0U);
}

// Connecting to a range opens the socket anew.
BOOST_AUTO_TEST_CASE(a_failed_connect_of_an_open_socket_leaks_no_descriptor) {
    BOOST_TEST(try_every_allocation([](world& w) { w.peer->open(tcp::v4()); },
                                    [](world& w) {
                                        handrail::connect(*w.peer,
                                                          std::array{w.acceptor.local_endpoint()});
                                    }) > 0U);
}

BOOST_AUTO_TEST_CASE(a_failed_accept_closes_the_connection) {
    BOOST_TEST(try_every_allocation(connected, [](world& w) { w.acceptor.accept(*w.peer); }) > 0U);
    BOOST_TEST(try_every_allocation(connected,
                                    [](world& w) { w.acceptor.accept(*w.other).close(); }) > 0U);
    BOOST_TEST(try_every_allocation(connected, [](world& w) {
                   w.acceptor.async_accept(*w.peer, [](error_code) {});
                   w.run();
               }) > 0U);
    BOOST_TEST(try_every_allocation(connected, [](world& w) {
                   w.acceptor.async_accept(*w.other, [](error_code, tcp_socket const&) {});
                   w.run();
               }) > 0U);
}

// The leak check names sockets after their peers.
BOOST_AUTO_TEST_CASE(an_accept_or_connect_does_not_fail_after_its_success_because_of_a_name) {
    handrail::leak_check::set_level(handrail::leak_check::level::handles);
    BOOST_TEST(try_every_allocation(connected, [](world& w) {
                   error_code ec;
                   try {
                       w.acceptor.accept(*w.peer, ec);
                   } catch (std::bad_alloc const&) {
                       BOOST_TEST(!w.peer->is_open());
                       throw;
                   }
               }) > 0U);
    auto const open_peer = [](world& w) { w.peer->open(tcp::v4()); };
    BOOST_TEST(try_every_allocation(open_peer, [](world& w) {
                   error_code ec;
                   w.peer->connect(w.acceptor.local_endpoint(), ec);
                   BOOST_TEST(!ec.failed());
               }) > 0U);
    handrail::leak_check::set_level(handrail::leak_check::level::off);
}

BOOST_AUTO_TEST_CASE(listen_does_not_fail_because_of_a_name) {
    handrail_test::temporary_directory const folder;
    std::string const path = (folder / "the_path_of_a_socket_that_is_long_enough").string();
    handrail::leak_check::set_level(handrail::leak_check::level::handles);
    asio::io_context context;
    handrail::local_acceptor acceptor(context, asio::local::stream_protocol());
    acceptor.bind(path);
    allocations_until_failure = 1;
    acceptor.listen();
    BOOST_TEST(std::exchange(allocations_until_failure, 0) == 0U);
    handrail::leak_check::set_level(handrail::leak_check::level::off);
}

BOOST_AUTO_TEST_CASE(a_failed_connect_pair_closes_both_sockets) {
    BOOST_TEST(try_every_allocation(nothing, [](world& w) { handrail::connect_pair(*w.a, *w.b); }) >
               1U);
}

BOOST_AUTO_TEST_CASE(a_failed_assign_leaves_the_descriptor_to_the_caller) {
    int fd = -1;
    BOOST_TEST(
        try_every_allocation([&](world&) { fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); },
                             [&](world& w) {
                                 try {
                                     w.peer->assign(tcp::v4(), fd);
                                 } catch (std::bad_alloc const&) {
                                     BOOST_TEST(!w.peer->is_open());
                                     BOOST_TEST(::close(fd) == 0);
                                     throw;
                                 }
                             }) > 0U);
}

// The guards of files and mappings allocate nothing by themselves; names and stacks do, which the
// leak check records.
BOOST_AUTO_TEST_CASE(failed_registrations_close_files_and_mappings) {
    handrail_test::temporary_directory const folder;
    std::string const path = folder.make("f", "content").string();
    namespace leak_check = handrail::leak_check;
    for (auto const level : {leak_check::level::off, leak_check::level::handles}) {
        leak_check::set_level(level);
        try_every_allocation(nothing, [&](world&) {
            file opened = file::open(path, file::read_only);
            handrail::add_cleanup(opened, [](int) {}, 1);
            mapping const mapped = mapping::map(opened);
            file adopted;
            adopted.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        });
        leak_check::set_level(leak_check::level::off);
    }
}

BOOST_AUTO_TEST_SUITE_END()
