// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Parts of the file server that need no connection: its cache, dates and media types.

#include "file_cache.hpp"
#include "http_text.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using file_server::file_cache;
using file_server::served_file;
using handrail::shared;

struct folder {
    fs::path const root =
        fs::temp_directory_path() / ("handrail-cache-" + std::to_string(::getpid()));

    folder() { fs::create_directory(root); }
    ~folder() { fs::remove_all(root); }

    // Atomically, so that no reader gets half of it.
    fs::path write(std::string const& name, std::string_view content) const {
        std::ofstream(root / (name + ".new")) << content;
        fs::rename(root / (name + ".new"), root / name);
        return root / name;
    }
};

shared<served_file> open(file_cache& files, fs::path const& path) {
    boost::system::error_code ec;
    auto file = files.open(path, ec);
    BOOST_TEST_REQUIRE(!ec.failed());
    return file;
}

std::string_view text_of(served_file const& file) {
    auto const bytes = file.body.bytes();
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cache, folder)

BOOST_AUTO_TEST_CASE(users_of_a_file_share_one_mapping) {
    auto const files = handrail::make<file_cache>(4u);
    auto const path = write("a", "text");
    auto const first = open(*files, path);
    BOOST_TEST((open(*files, path) == first));
    BOOST_TEST(text_of(*first) == "text");
}

BOOST_AUTO_TEST_CASE(the_last_user_of_a_file_deletes_its_entry) {
    auto const files = handrail::make<file_cache>(4u);
    auto first = open(*files, write("a", "text"));
    auto second = first;
    first.reset();
    BOOST_TEST(files->size() == 1u);
    second.reset();
    BOOST_TEST(files->size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_changed_file_is_mapped_again_and_the_old_mapping_stays) {
    auto const files = handrail::make<file_cache>(4u);
    auto const old = open(*files, write("a", "old"));
    auto const changed = open(*files, write("a", "changed"));
    BOOST_TEST(text_of(*old) == "old");
    BOOST_TEST(text_of(*changed) == "changed");
    BOOST_TEST(files->size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_end_of_an_outdated_file_keeps_the_entry_of_the_new_one) {
    auto const files = handrail::make<file_cache>(4u);
    auto old = open(*files, write("a", "old"));
    auto const path = write("a", "changed");
    auto const changed = open(*files, path);
    old.reset();
    BOOST_TEST((open(*files, path) == changed));
}

BOOST_AUTO_TEST_CASE(files_without_an_entry_are_opened_unshared) {
    auto const files = handrail::make<file_cache>(1u);
    auto const first = open(*files, write("a", "a"));
    auto const path = write("b", "b");
    auto const second = open(*files, path);
    BOOST_TEST(text_of(*second) == "b");
    BOOST_TEST((open(*files, path) != second));
    BOOST_TEST(files->size() == 1u);
}

BOOST_AUTO_TEST_CASE(files_outlive_the_cache) {
    auto files = handrail::make<file_cache>(4u);
    auto file = open(*files, write("a", "text"));
    files.reset();
    BOOST_TEST(text_of(*file) == "text");
    file.reset();
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_an_error) {
    auto const files = handrail::make<file_cache>(4u);
    boost::system::error_code ec;
    BOOST_TEST(!files->open(root / "missing", ec));
    BOOST_TEST((ec == boost::system::errc::no_such_file_or_directory));
    BOOST_TEST(!files->open(root, ec));
    BOOST_TEST(ec.failed());
    BOOST_TEST(files->size() == 0u);
}

// In rare cases the cache itself drops the last reference, under its lock. Without the deferral
// this is a deadlock.
BOOST_AUTO_TEST_CASE(threads_that_use_a_changing_file_leave_no_entry) {
    constexpr int rounds = 20'000;
    auto const files = handrail::make<file_cache>(4u);
    auto const path = write("a", "0");
    std::atomic<int> round{0};
    auto const next_round = [&] {
        int const now = ++round;
        round.notify_one();
        return now < rounds;
    };
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> users;
        for (int i = 0; i < 4; ++i) {
            users.emplace_back([&] {
                while (next_round()) {
                    boost::system::error_code ec;
                    auto const file = files->open(path, ec);
                    // The only possible error: the file has changed at each of three attempts.
                    bool const good = ec == boost::system::errc::resource_unavailable_try_again ||
                                      text_of(*file).size() == file->version.size;
                    wrong += good ? 0 : 1;
                }
            });
        }
        for (int size = 0; round < rounds; ++size) {
            write("a", std::string(static_cast<std::size_t>(size % 7), 'x'));
            int const before = round;
            for (int now = before; now < before + 5 && now < rounds; now = round) {
                round.wait(now);
            }
        }
    }
    BOOST_TEST(wrong == 0);
    BOOST_TEST(files->size() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(dates_are_written_as_http_writes_them) {
    using namespace std::chrono_literals;
    std::chrono::sys_days const day{std::chrono::November / 6 / 1994};
    BOOST_TEST(file_server::http_date(day + 8h + 49min + 37s) == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(file_server::http_date({}) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

BOOST_AUTO_TEST_CASE(suffixes_have_media_types_in_any_case) {
    BOOST_TEST(file_server::media_type("a.JPG") == "image/jpeg");
    BOOST_TEST(file_server::media_type("a.b") == "application/octet-stream");
    BOOST_TEST(file_server::media_type("html") == "application/octet-stream");
}
