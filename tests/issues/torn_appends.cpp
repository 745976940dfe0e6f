// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a file opened with `append` wrote each buffer of a sequence with a system call of its own,
// so that records which several processes appended to one file were mixed.
// Correct: the buffers of one call are appended together.

#include "tests/unit/handle/child.hpp"
#include "tests/unit/handle/support.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <functional>
#include <sstream>
#include <vector>

using namespace handle_test;
using handrail::file;
namespace asio = boost::asio;

namespace {

constexpr int processes = 3;
constexpr int records = 3000;

// One line of the file. Its text follows from its process and its number.
struct record {
    std::string head, body;
    record(int process, int number)
        : head(std::to_string(process) + ' ' + std::to_string(number) + ' '),
          body(static_cast<std::size_t>(1 + number * 7 % 400),
               static_cast<char>('a' + (process * 11 + number) % 26)) {}
    std::string text() const { return head + body; }
    std::array<asio::const_buffer, 3> buffers() const {
        return {asio::buffer(head), asio::buffer(body), asio::buffer("\n", 1)};
    }
};

using append_record = std::function<void(file&, record const&)>;

// Effects: several processes append their records at the same time.
// Returns: whether all of them succeeded.
bool append_all(std::filesystem::path const& path, append_record const& append) {
    std::vector<pid_t> children;
    for (int process = 0; process != processes; ++process) {
        children.push_back(::fork());
        if (children.back() == 0) {
            bool const done = [&]() noexcept {
                file log = file::open(path, file::append | file::create);
                for (int number = 0; number != records; ++number) {
                    append(log, record(process, number));
                }
                return true;
            }();
            ::_exit(done ? 0 : 1);
        }
    }
    bool all_succeeded = true;
    for (pid_t const child : children) {
        int status = -1;
        all_succeeded = ::waitpid(child, &status, 0) == child && status == 0 && all_succeeded;
    }
    return all_succeeded;
}

// Returns: the number of lines that are not the next record of their process, and one more for
//   each process whose records are incomplete.
int count_torn_lines(std::filesystem::path const& path) {
    std::array<int, processes> next{};
    std::ifstream in(path);
    int torn = 0;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        int process = -1;
        int number = -1;
        words >> process >> number;
        bool const known = process >= 0 && process < processes;
        auto& expected = next[known ? static_cast<std::size_t>(process) : 0];
        bool const whole = known && number == expected && line == record(process, number).text();
        torn += whole ? 0 : 1;
        expected = number + 1;
    }
    for (int const count : next) {
        torn += count == records ? 0 : 1;
    }
    return torn;
}

void check_that_records_stay_whole(append_record const& append) {
    temporary_directory const directory;
    BOOST_TEST(append_all(directory / "log", append));
    BOOST_TEST(count_torn_lines(directory / "log") == 0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(asio_write_appends_several_buffers_as_one_record) {
    check_that_records_stay_whole(
        [](file& log, record const& r) { asio::write(log, r.buffers()); });
}

BOOST_AUTO_TEST_CASE(write_some_appends_several_buffers_as_one_record) {
    check_that_records_stay_whole([](file& log, record const& r) { log.write_some(r.buffers()); });
}

BOOST_AUTO_TEST_CASE(write_appends_more_buffers_than_asio_passes_at_once_as_one_record) {
    check_that_records_stay_whole([](file& log, record const& r) {
        std::vector<asio::const_buffer> letters;
        letters.emplace_back(asio::buffer(r.head));
        for (char const& letter : r.body) {
            letters.emplace_back(&letter, 1);
        }
        letters.emplace_back(asio::buffer("\n", 1));
        log.write(letters);
    });
}
