// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What descriptors are, by the texts of /proc.

#include "lib/inspect/target/descriptors.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace handrail::inspect;

namespace {

constexpr std::string_view tcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 "
    "100 1 0\n"
    "   1: 0100007F:1B58 0100007F:A1C2 01 00000000:00000000 00:00000000 00000000  1000        0 "
    "101 1 0\n"
    "   2: 0100007F:A1C2 0100007F:1B58 01 00000000:00000000 00:00000000 00000000  1000        0 "
    "102 1 0\n"
    "   3: 0100007F:1B58 0100007F:A1C4 06 00000000:00000000 03:00000000 00000000  1000        0 0 "
    "3 0\n";

constexpr std::string_view tcp6 =
    "  sl  local_address                         remote_address                        st\n"
    "   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000     0        0 200 1 0000000000000000 100 0 0 10 0\n"
    "   1: 0000000000000000FFFF00000100007F:0051 0000000000000000FFFF00000100007F:0052 01 "
    "00000000:00000000 00:00000000 00000000     0        0 201 1 0000000000000000 100 0 0 10 0\n";

constexpr std::string_view unix_table =
    "Num       RefCount Protocol Flags    Type St Inode Path\n"
    "0000000000000000: 00000002 00000000 00010000 0001 01 300 /run/a socket\n"
    "0000000000000000: 00000003 00000000 00000000 0001 03 301 @abstract\n"
    "0000000000000000: 00000003 00000000 00000000 0001 03 302\n";

std::string name(std::string const& link, std::vector<open_descriptor> others = {}) {
    others.insert(others.begin(), {3, link});
    std::vector<socket_entry> sockets = unix_sockets_of(unix_table);
    for (auto const& each : {inet_sockets_of(tcp, "tcp"), inet_sockets_of(tcp6, "tcp")}) {
        sockets.insert(sockets.end(), each.begin(), each.end());
    }
    return describe(others, sockets).front().what;
}

}  // namespace

BOOST_AUTO_TEST_CASE(sockets_have_both_ends_and_who_called) {
    BOOST_TEST(name("socket:[100]") == "tcp listening 127.0.0.1:7000");
    BOOST_TEST(name("socket:[101]", {{4, "socket:[100]"}}) ==
               "tcp 127.0.0.1:7000 <- 127.0.0.1:41410");
    BOOST_TEST(name("socket:[101]") == "tcp 127.0.0.1:7000 -> 127.0.0.1:41410");
    BOOST_TEST(name("socket:[102]", {{4, "socket:[100]"}}) ==
               "tcp 127.0.0.1:41410 -> 127.0.0.1:7000");
    BOOST_TEST(name("socket:[200]") == "tcp listening [::1]:80");
    BOOST_TEST(name("socket:[201]") == "tcp 127.0.0.1:81 -> 127.0.0.1:82");
    BOOST_TEST(name("socket:[300]") == "unix listening /run/a socket");
    BOOST_TEST(name("socket:[301]") == "unix @abstract");
    BOOST_TEST(name("socket:[302]") == "unix");
    BOOST_TEST(name("socket:[999]") == "socket");
}

BOOST_AUTO_TEST_CASE(other_descriptors_are_named_by_what_they_are) {
    BOOST_TEST(name("/etc/passwd") == "file /etc/passwd");
    BOOST_TEST(name("/memfd:buffer (deleted)") == "memfd buffer");
    BOOST_TEST(name("pipe:[5]") == "pipe");
    for (std::string const kind : {"eventfd", "timerfd", "signalfd", "io_uring"}) {
        BOOST_TEST(name("anon_inode:[" + kind + "]") == kind);
    }
    BOOST_TEST(name("anon_inode:inotify") == "inotify");
    BOOST_TEST(name("anon_inode:[eventpoll]") == "epoll");
    BOOST_TEST(name("net:[4026531840]") == "net:[4026531840]");
    BOOST_TEST(name("") == "");
}

BOOST_AUTO_TEST_CASE(kinds_are_told_apart) {
    auto const all = describe({{0, "pipe:[1]"},
                               {1, "socket:[1]"},
                               {2, "/x"},
                               {3, "anon_inode:[eventfd]"},
                               {4, "anon_inode:[timerfd]"},
                               {5, "anon_inode:[eventpoll]"},
                               {6, "x"}},
                              {});
    std::vector<descriptor_kind> const expected{descriptor_kind::pipe,  descriptor_kind::socket,
                                                descriptor_kind::file,  descriptor_kind::event,
                                                descriptor_kind::timer, descriptor_kind::epoll,
                                                descriptor_kind::other};
    for (std::size_t i = 0; i != expected.size(); ++i) {
        BOOST_TEST((all[i].kind == expected[i]));
        BOOST_TEST(all[i].number == static_cast<int>(i));
    }
}

BOOST_AUTO_TEST_CASE(epoll_entries_have_their_data) {
    auto const entries =
        watched_by(7,
                   "pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t1057\n"
                   "tfd:        5 events: 8000001b data:     7f0012345678  pos:0 ino:9 sdev:8\n"
                   "tfd:       12 events:       19 data: ffffffffffffffff  pos:0 ino:9 sdev:8\n");
    BOOST_TEST_REQUIRE(entries.size() == 2U);
    BOOST_TEST(entries[0].epoll == 7);
    BOOST_TEST(entries[0].watched == 5);
    BOOST_TEST(entries[0].data == 0x7f0012345678U);
    BOOST_TEST(entries[1].watched == 12);
    BOOST_TEST(entries[1].data == ~std::uint64_t{0});
}

BOOST_AUTO_TEST_CASE(lines_that_are_cut_or_damaged_are_left_out) {
    for (std::string_view const whole : {tcp, tcp6, unix_table}) {
        for (std::size_t size = 0; size != whole.size(); ++size) {
            BOOST_TEST(inet_sockets_of(whole.substr(0, size), "tcp").size() <= 3U);
            BOOST_TEST(unix_sockets_of(whole.substr(0, size)).size() <= 5U);
        }
    }
    BOOST_TEST(
        watched_by(1,
                   "tfd: x events: 1 data: 1\ntfd: 1 events:\ntfd: 99999999999 events: 1 data: 1")
            .empty());
}

BOOST_AUTO_TEST_CASE(random_changes_of_the_tables_do_no_harm) {
    std::minstd_rand random(1);
    for (int i = 0; i != 20'000; ++i) {
        std::string text(i % 2 == 0 ? tcp6 : unix_table);
        for (int k = 0; k != 5; ++k) {
            text[random() % text.size()] = static_cast<char>(random());
        }
        BOOST_TEST(inet_sockets_of(text, "tcp").size() + unix_sockets_of(text).size() <= 8U);
        BOOST_TEST(watched_by(3, text).empty());
    }
}
