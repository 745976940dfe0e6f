// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "support.hpp"

#include <sys/stat.h>

using namespace handrail;
using namespace handrail::test;

namespace {

unsigned mode_of(std::string const& path) {
    struct stat about{};
    ::stat(path.c_str(), &about);
    return about.st_mode & 0777U;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(report_file, clean_test)

BOOST_AUTO_TEST_CASE(a_new_report_is_readable_by_its_owner_only_whatever_the_umask) {
    auto const old = ::umask(0);
    auto const h = port::create_report_file(files.path("r"), ec);
    ::umask(old);
    BOOST_TEST(!ec);
    BOOST_TEST(mode_of(files.path("r")) == 0600U);
    BOOST_TEST(!port::write_all(h, "text", 4));
    port::close_handle(h);
    BOOST_TEST(files.read("r") == "text");
}

BOOST_AUTO_TEST_CASE(an_old_report_is_truncated_and_protected) {
    auto const path = files.write("r", "old");
    ::chmod(path.c_str(), 0644);
    port::close_handle(port::create_report_file(path, ec));
    BOOST_TEST(!ec);
    BOOST_TEST(files.read("r") == "");
    BOOST_TEST(mode_of(path) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_is_not_followed) {
    auto const target = files.write("target", "kept");
    std::filesystem::create_symlink(target, files.path("r"));
    BOOST_TEST(port::create_report_file(files.path("r"), ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::too_many_symbolic_link_levels);
    BOOST_TEST(files.read("target") == "kept");
}

BOOST_AUTO_TEST_CASE(a_dangling_link_creates_nothing) {
    std::filesystem::create_symlink(files.path("target"), files.path("r"));
    port::create_report_file(files.path("r"), ec);
    BOOST_TEST(ec == errc::too_many_symbolic_link_levels);
    BOOST_TEST(!std::filesystem::exists(files.path("target")));
}

BOOST_AUTO_TEST_CASE(a_file_with_a_second_name_is_refused_and_unchanged) {
    auto const target = files.write("target", "kept");
    std::filesystem::create_hard_link(target, files.path("r"));
    port::create_report_file(files.path("r"), ec);
    BOOST_TEST(ec == errc::permission_denied);
    BOOST_TEST(files.read("target") == "kept");
}

BOOST_AUTO_TEST_CASE(another_users_file_is_refused_and_unchanged) {
    auto const path = files.write("r", "kept");
    if (::chown(path.c_str(), 65534, 65534) != 0) {
        return;  // needs root
    }
    port::create_report_file(path, ec);
    BOOST_TEST(ec == errc::permission_denied);
    BOOST_TEST(files.read("r") == "kept");
}

BOOST_AUTO_TEST_CASE(a_fifo_is_refused_without_waiting_for_a_reader) {
    BOOST_REQUIRE(::mkfifo(files.path("r").c_str(), 0600) == 0);
    port::create_report_file(files.path("r"), ec);
    BOOST_TEST(ec == errc::permission_denied);
}

BOOST_AUTO_TEST_CASE(a_fifo_with_a_reader_is_refused) {
    BOOST_REQUIRE(::mkfifo(files.path("r").c_str(), 0600) == 0);
    int const reader = ::open(files.path("r").c_str(), O_RDONLY | O_NONBLOCK);
    BOOST_TEST(port::create_report_file(files.path("r"), ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::permission_denied);
    ::close(reader);
}

BOOST_AUTO_TEST_CASE(a_directory_is_refused) {
    port::create_report_file(files.path(), ec);
    BOOST_TEST(ec == errc::is_a_directory);
}

BOOST_AUTO_TEST_CASE(a_path_with_nul_is_refused) {
    port::create_report_file(std::string_view("a\0b", 3), ec);
    BOOST_TEST(ec == errc::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
