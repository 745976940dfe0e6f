// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: opening a file with flags that contradict each other, or with a NUL in its path, reported
// "Invalid argument" and nothing more; and a `file` accepted the descriptor of a directory.
// Correct: an error code of handrail's says what is wrong, and assign() refuses directories only.

#include "tests/unit/handle/support.hpp"

#include <boost/asio/buffer.hpp>

#include <fcntl.h>
#include <sys/socket.h>

using namespace handle_test;
using handrail::error;
using handrail::file;
namespace asio = boost::asio;
namespace errc = boost::system::errc;

namespace {

struct in_directory {
    temporary_directory directory;
    std::filesystem::path path = directory.make("data", "kept");

    // Checks that both overloads report the error, which is also equal to errc::invalid_argument,
    // and that the exception names the path and explains the error.
    static void check_refused(error expected, handrail::path_view name, file::flags how,
                              std::string_view words) {
        error_code ec;
        BOOST_TEST(!file::open(name, how, ec).is_open());
        BOOST_TEST_INFO("error: " << ec.message());
        BOOST_TEST((ec == expected));
        BOOST_TEST((ec == errc::invalid_argument));
        std::string const text =
            message_of(expected, [&] { static_cast<void>(file::open(name, how)); });
        BOOST_TEST(text.starts_with("open \""));
        BOOST_TEST(contains(text, words));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(opening_errors, in_directory)

BOOST_AUTO_TEST_CASE(the_error_names_the_flags_that_contradict_each_other) {
    check_refused(error::truncate_without_write_access, path, file::read_only | file::truncate,
                  "truncate needs write access, but read_only");
    check_refused(error::append_without_write_access, path, file::read_only | file::append,
                  "append needs write access, but read_only");
    check_refused(error::exclusive_without_create, path, file::write_only | file::exclusive,
                  "exclusive has no effect without create");
    check_refused(error::exclusive_without_create, path, file::exclusive, "exclusive");
    check_refused(error::unknown_open_flags, path, file::flags(1U << 20), "unknown bits");
    check_refused(error::unknown_open_flags, path, file::read_only | file::flags(1U << 31), "bits");
    BOOST_TEST(content_of(path) == "kept");
}

BOOST_AUTO_TEST_CASE(every_combination_of_flags_opens_the_file_or_has_an_error_of_its_own) {
    for (unsigned bits = 0; bits != 2U * file::non_blocking; ++bits) {
        error_code ec;
        file const f = file::open(path, file::flags(bits), ec);
        BOOST_TEST_INFO("flags " << bits << ": " << ec.message());
        BOOST_TEST((f.is_open() || ec.category() == handrail::error_category() ||
                    ec == errc::file_exists));
    }
}

BOOST_AUTO_TEST_CASE(the_error_mentions_the_nul_in_the_path) {
    check_refused(error::nul_in_path, path.string() + '\0' + "more", file::read_only,
                  "data\\x00more\": the path contains a NUL");
    check_refused(error::nul_in_path, std::string_view("\0", 1), file::read_only, "NUL");
}

BOOST_AUTO_TEST_CASE(the_error_of_an_empty_path_shows_its_quotes) {
    std::string const text = message_of(errc::no_such_file_or_directory,
                                        [] { static_cast<void>(file::open("", file::read_only)); });
    BOOST_TEST(text.starts_with("open \"\": "));
}

BOOST_AUTO_TEST_CASE(each_error_has_a_message_and_equals_a_standard_condition) {
    for (int value = 1; value <= static_cast<int>(error::not_opened_for_writing); ++value) {
        error_code const ec = static_cast<error>(value);
        BOOST_TEST_INFO("error " << value << ": " << ec.message());
        BOOST_TEST(ec.message() != "unknown error");
        BOOST_TEST((ec == errc::invalid_argument || ec == errc::permission_denied));
        BOOST_TEST(ec.category().name() == "handrail");
    }
    error_code const none(1000, handrail::error_category());
    BOOST_TEST(none.message() == "unknown error");
}

// ---- assign -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(assign_refuses_a_directory) {
    int const folder = ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    file f = file::open(path, file::read_only);
    int const before = f.native_handle();
    std::string const text = message_of(errc::is_a_directory, [&] { f.assign(folder); });
    BOOST_TEST(contains(text, "assign \"" + directory.path().string() + '"'));
    error_code ec;
    BOOST_TEST((f.assign(folder, ec) == errc::is_a_directory));
    BOOST_TEST((ec == errc::is_a_directory));
    BOOST_TEST(f.native_handle() == before);
    BOOST_TEST(is_open_descriptor(folder));
    handrail::descriptor const closes(folder);  // a descriptor may be a directory's
}

BOOST_AUTO_TEST_CASE(assign_accepts_pipes_sockets_and_devices) {
    error_code ec;
    for (auto const& ends :
         {port::open_pipe(ec), port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec)}) {
        file reader;
        file writer;
        reader.assign(ends.first);
        writer.assign(ends.second);
        std::array<char, 4> room{};
        BOOST_TEST(writer.write(asio::buffer("rail", 4)) == 4U);
        BOOST_TEST(reader.read(asio::buffer(room)) == 4U);
        BOOST_TEST(std::string(room.data(), 4) == "rail");
    }
    file null;
    null.assign(::open("/dev/null", O_WRONLY));
    BOOST_TEST(null.write(asio::buffer("rail", 4)) == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
