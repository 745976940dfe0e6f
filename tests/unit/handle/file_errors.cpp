// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bad input: every error names the operation and the file, and nothing leaks.

#include "tests/unit/handle/child.hpp"
#include "tests/unit/handle/support.hpp"

#include <boost/asio/buffer.hpp>

#include <sys/resource.h>
#include <sys/stat.h>

using namespace handle_test;
using handrail::file;
namespace asio = boost::asio;
namespace errc = boost::system::errc;

namespace {

// Both overloads fail with the error, and the throwing one names operation and path.
template <class Condition>
void check_open_fails(Condition expected, handrail::path_view path, file::flags how) {
    error_code ec;
    file const f = file::open(path, how, ec);
    BOOST_TEST_INFO("error: " << ec.message());
    BOOST_TEST((ec == expected));
    BOOST_TEST(!f.is_open());
    std::string const text =
        message_of(expected, [&] { static_cast<void>(file::open(path, how)); });
    BOOST_TEST(contains(text, "open \""));
    BOOST_TEST(contains(text, path.text().substr(0, path.text().find('\0'))));
}

}  // namespace

BOOST_AUTO_TEST_CASE(opening_a_missing_file_fails) {
    check_open_fails(errc::no_such_file_or_directory, "/nowhere/cfg.toml", file::read_only);
}

BOOST_AUTO_TEST_CASE(opening_a_directory_fails_whatever_the_access) {
    temporary_directory const directory;
    auto const path = directory / "";
    check_open_fails(errc::is_a_directory, path, file::read_only);
    check_open_fails(errc::is_a_directory, path, file::write_only);
    check_open_fails(errc::is_a_directory, path, file::read_write);
}

BOOST_AUTO_TEST_CASE(opening_without_permission_fails) {
    temporary_directory const directory;
    auto const path = directory.make("secret", "x");
    BOOST_REQUIRE(::chmod(path.c_str(), 0) == 0);
    BOOST_REQUIRE(::chmod(path.parent_path().c_str(), 0755) == 0);
    BOOST_TEST(succeeds_in_child([&] {
        drop_privileges();
        error_code ec;
        file const f = file::open(path, file::read_only, ec);
        if (ec != errc::permission_denied || f.is_open()) {
            return false;
        }
        try {
            static_cast<void>(file::open(path, file::read_only));
        } catch (boost::system::system_error const& e) {
            return std::string_view(e.what()).starts_with("open \"" + path.string() + '"');
        }
        return false;
    }));
}

BOOST_AUTO_TEST_CASE(opening_a_path_with_a_nul_fails) {
    temporary_directory const directory;
    std::string path = directory.make("cfg", "x").string();
    check_open_fails(errc::invalid_argument, path + '\0' + ".toml", file::read_only);
    path += '\0';
    check_open_fails(errc::invalid_argument, std::string_view(path), file::read_only);
}

BOOST_AUTO_TEST_CASE(opening_an_empty_path_fails) {
    std::string const text = message_of(errc::no_such_file_or_directory,
                                        [] { static_cast<void>(file::open("", file::read_only)); });
    BOOST_TEST(text.starts_with("open \"\": "));
}

BOOST_AUTO_TEST_CASE(opening_a_path_that_is_too_long_fails) {
    check_open_fails(errc::filename_too_long, std::string(100'000, 'x'), file::read_only);
}

BOOST_AUTO_TEST_CASE(contradicting_flags_are_refused) {
    temporary_directory const directory;
    auto const path = directory.make("data", "kept");
    check_open_fails(errc::invalid_argument, path, file::read_only | file::append);
    check_open_fails(errc::invalid_argument, path, file::read_only | file::truncate);
    check_open_fails(errc::invalid_argument, path, file::write_only | file::exclusive);
    check_open_fails(errc::invalid_argument, path, ~file::read_only);
    BOOST_TEST(content_of(path) == "kept");
}

BOOST_AUTO_TEST_CASE(opening_with_all_descriptors_in_use_fails) {
    temporary_directory const directory;
    auto const path = directory.make("data", "x");
    ::rlimit before{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    file const highest = file::open(path, file::read_only);  // no number below is free
    ::rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(highest.native_handle()) + 1;
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    check_open_fails(errc::too_many_files_open, path, file::read_only);
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    BOOST_TEST(file::open(path, file::read_only).is_open());
}

BOOST_AUTO_TEST_CASE(operations_without_the_access_name_operation_and_file) {
    temporary_directory const directory;
    auto const path = directory.make("data", "x");
    file reader = file::open(path, file::read_only);
    std::string const text =
        message_of(errc::bad_file_descriptor, [&] { reader.write_some(asio::buffer("x", 1)); });
    BOOST_TEST(contains(text, "write \"" + path.string() + '"'));
}

BOOST_AUTO_TEST_CASE(operations_on_an_empty_file_report_a_bad_descriptor) {
    file empty;
    std::array<char, 4> room{};
    auto const fails = [](auto operation) {
        std::string const text = message_of(errc::bad_file_descriptor, operation);
        BOOST_TEST(contains(text, "file (not open)"));
    };
    fails([&] { empty.read_some(asio::buffer(room)); });
    fails([&] { empty.read_some_at(0, asio::buffer(room)); });
    fails([&] { empty.write_some(asio::buffer(room)); });
    fails([&] { empty.write_some_at(0, asio::buffer(room)); });
    fails([&] { empty.seek(0, file::seek_set); });
    fails([&] { static_cast<void>(empty.size()); });
    fails([&] { empty.resize(0); });
    fails([&] { empty.sync_all(); });
    fails([&] { empty.sync_data(); });
}

BOOST_AUTO_TEST_CASE(seeking_in_a_pipe_is_an_error) {
    error_code ec;
    auto const ends = port::open_pipe(ec);
    file reader(ends.first);
    file const writer(ends.second);
    std::string const text =
        message_of(errc::invalid_seek, [&] { reader.seek(0, file::seek_set); });
    BOOST_TEST(contains(text, "seek"));
    BOOST_TEST(contains(text, "pipe"));
}

BOOST_AUTO_TEST_CASE(assigning_a_number_that_is_not_open_is_an_error) {
    file f = subject<file>::open();
    auto const before = f.native_handle();
    std::string const text = message_of(errc::bad_file_descriptor, [&] { f.assign(1'000'000); });
    BOOST_TEST(contains(text, "assign"));
    BOOST_TEST(contains(text, "file 1000000"));
    error_code ec;
    f.assign(1'000'000, ec);
    BOOST_TEST((ec == errc::bad_file_descriptor));
    BOOST_TEST(f.native_handle() == before);
    BOOST_TEST(is_open_descriptor(before));
}

BOOST_AUTO_TEST_CASE(failed_operations_leave_no_descriptor_behind) {
    auto const count = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    auto const before = count();
    for (char const* path : {"/nowhere", "/", "/proc/self"}) {
        error_code ec;
        file const f = file::open(path, file::read_only, ec);
        BOOST_TEST(ec.failed());
    }
    BOOST_TEST(count() == before);
}
