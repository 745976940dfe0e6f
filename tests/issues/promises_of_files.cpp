// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: no test checked these promises of <handrail/file.hpp> and <handrail/mapping.hpp>.
// Correct: each promise has a test here.

#include "tests/unit/handle/child.hpp"
#include "tests/unit/handle/support.hpp"

#include <handrail/cleanup.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <latch>
#include <limits>
#include <new>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace {

std::atomic<std::size_t> allocations{0};

void* allocate(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace handle_test;
using handrail::file;
using handrail::map_options;
using handrail::mapping;
namespace asio = boost::asio;
namespace errc = boost::system::errc;

namespace {

struct in_directory {
    temporary_directory directory;
    std::filesystem::path path = directory.make("data", "handrail");

    std::string content() const { return content_of(path); }
};

template <class Work>
std::size_t allocations_in(Work work) {
    std::size_t const before = allocations;
    work();
    return allocations - before;
}

// Returns: the signal that kills a child which calls work(); 0 if the child exits.
template <class Work>
int signal_of(Work work) {
    pid_t const child = ::fork();
    BOOST_REQUIRE(child != -1);
    if (child == 0) {
        for (int const signal : {SIGSEGV, SIGBUS, SIGXFSZ}) {
            ::signal(signal, SIG_DFL);
        }
        rlimit const no_dump{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_dump);
        work();
        ::_exit(0);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(promises_of_files, in_directory)

// ---- file ---------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(functions_that_do_not_throw_allocate_nothing) {
    std::string const name = path.string();
    std::array<char, 4> room{};
    std::array<asio::mutable_buffer, 2> const both{asio::buffer(room.data(), 2),
                                                   asio::buffer(room.data() + 2, 2)};
    BOOST_TEST(allocations_in([&] {
                   error_code ec;
                   file f = file::open(name, file::read_write, ec);
                   f.read_some(both, ec);
                   f.write_some(both, ec);
                   f.read_some_at(0, both, ec);
                   f.write_some_at(0, both, ec);
                   f.read(both, ec);
                   f.write(both, ec);
                   f.seek(1000, file::seek_set, ec);
                   f.read(both, ec);  // eof
                   f.size(ec);
                   f.resize(100, ec);
                   f.sync_data(ec);
                   mapping const whole = mapping::map(f, ec);
                   mapping const wrong = mapping::map(f, {.offset = 1000}, ec);
                   f.close(ec);
                   f.write(both, ec);
                   f = file::open("/nowhere/at/all", file::read_only, ec);
                   f = file::open(name, file::read_only | file::append, ec);
               }) == 0U);
}

BOOST_AUTO_TEST_CASE(create_alone_opens_for_reading) {
    file f = file::open(directory / "new", file::create);
    error_code ec;
    f.write_some(asio::buffer("x", 1), ec);
    BOOST_TEST((ec == errc::bad_file_descriptor));
    std::array<char, 1> room{};
    f.read_some(asio::buffer(room), ec);
    BOOST_TEST((ec == asio::error::eof));
}

BOOST_AUTO_TEST_CASE(permissions_are_masked_by_the_umask) {
    mode_t const before = ::umask(027);
    file const f = file::open(directory / "new", file::create | file::write_only, 0777);
    file const g = file::open(directory / "usual", file::create | file::write_only);
    ::umask(before);
    struct stat about;
    BOOST_REQUIRE(::stat((directory / "new").c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 07777U) == 0750U);
    BOOST_REQUIRE(::stat((directory / "usual").c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 07777U) == 0640U);
}

BOOST_AUTO_TEST_CASE(flags_are_passed_to_the_system) {
    auto const set = [&](file::flags how) {
        file const f = file::open(path, how);
        return ::fcntl(f.native_handle(), F_GETFL);
    };
    BOOST_TEST((set(file::write_only | file::sync_all_on_write) & O_SYNC) == O_SYNC);
    BOOST_TEST((set(file::write_only) & O_SYNC) == 0);
    BOOST_TEST((set(file::read_only | file::non_blocking) & O_NONBLOCK) == O_NONBLOCK);
    BOOST_TEST((set(file::read_only) & O_NONBLOCK) == 0);
    BOOST_TEST((set(file::append) & (O_APPEND | O_ACCMODE)) == (O_APPEND | O_WRONLY));
    BOOST_TEST((set(file::read_write | file::append) & O_ACCMODE) == O_RDWR);
}

BOOST_AUTO_TEST_CASE(the_position_may_lie_past_the_end) {
    file f = file::open(path, file::read_write);
    BOOST_TEST(f.seek(10, file::seek_end) == 18U);
    BOOST_TEST(f.size() == 8U);
    f.write(asio::buffer("!", 1));
    BOOST_TEST(content() == std::string("handrail") + std::string(10, '\0') + "!");
}

BOOST_AUTO_TEST_CASE(resize_does_not_move_the_position) {
    file f = file::open(path, file::read_write);
    f.seek(6, file::seek_set);
    f.resize(4);
    BOOST_TEST(f.seek(0, file::seek_cur) == 6U);
    f.resize(100);
    BOOST_TEST(f.seek(0, file::seek_cur) == 6U);
}

BOOST_AUTO_TEST_CASE(functions_that_fail_report_the_error_and_return_zero) {
    file empty;
    error_code ec;
    std::array<char, 4> room{};
    BOOST_TEST(empty.read_some(asio::buffer(room), ec) == 0U);
    BOOST_TEST(empty.read_at(0, asio::buffer(room), ec) == 0U);
    BOOST_TEST(empty.write(asio::buffer(room), ec) == 0U);
    BOOST_TEST(empty.write_at(0, asio::buffer(room), ec) == 0U);
    BOOST_TEST(empty.seek(5, file::seek_set, ec) == 0U);
    BOOST_TEST(empty.size(ec) == 0U);
    BOOST_TEST((empty.resize(0, ec) == errc::bad_file_descriptor));
    BOOST_TEST((empty.sync_all(ec) == errc::bad_file_descriptor));
    BOOST_TEST((empty.sync_data(ec) == errc::bad_file_descriptor));
    BOOST_TEST((ec == errc::bad_file_descriptor));
}

BOOST_AUTO_TEST_CASE(errors_of_all_operations_name_the_file) {
    file null = file::open("/dev/null", file::read_write);
    auto const named = [](auto expected, std::string_view operation, auto fails) {
        BOOST_TEST(
            contains(message_of(expected, fails), std::string(operation) + " \"/dev/null\""));
    };
    named(errc::invalid_argument, "resize", [&] { null.resize(1); });
    named(errc::invalid_argument, "sync_all", [&] { null.sync_all(); });
    named(errc::invalid_argument, "sync_data", [&] { null.sync_data(); });
    std::array<char, 1> room{};
    named(asio::error::eof, "read", [&] { null.read_some_at(0, asio::buffer(room)); });
    error_code ec;
    auto const ends = port::open_pipe(ec);
    file reader(ends.first);
    file const writer(ends.second);
    for (auto const& text :
         {message_of(errc::invalid_seek, [&] { reader.seek(0, file::seek_set); }),
          message_of(errc::invalid_seek, [&] { reader.read_some_at(0, asio::buffer(room)); }),
          message_of(errc::invalid_argument, [&] { reader.resize(1); })}) {
        BOOST_TEST(contains(text, " \"pipe:["));
    }
}

BOOST_AUTO_TEST_CASE(several_threads_may_use_a_file_at_explicit_offsets_at_once) {
    file f = file::open(path, file::read_write);
    constexpr std::uint64_t count = 4;
    std::latch together(count);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i != count; ++i) {
        threads.emplace_back([&, i] {
            together.arrive_and_wait();
            for (int again = 0; again != 2000; ++again) {
                char const mine = static_cast<char>('a' + i);
                char got = 0;
                f.write_some_at(i, asio::buffer(&mine, 1));
                f.read_some_at(i, asio::buffer(&got, 1));
                wrong += got != mine || f.size() != 8;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(wrong == 0);
    BOOST_TEST(content() == "abcdrail");
    BOOST_TEST(f.seek(0, file::seek_cur) == 0U);
}

BOOST_AUTO_TEST_CASE(a_write_beyond_the_size_limit_raises_SIGXFSZ_or_fails_when_that_is_ignored) {
    rlimit const small{4, RLIM_INFINITY};
    auto const write_more = [&] {
        file f = file::open(path, file::append);
        error_code ec;
        ::setrlimit(RLIMIT_FSIZE, &small);
        f.write_some(asio::buffer("more", 4), ec);
        return ec;
    };
    BOOST_TEST(signal_of(write_more) == SIGXFSZ);
    BOOST_TEST(succeeds_in_child([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        return write_more() == errc::file_too_large;
    }));
}

// ---- mapping ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(writing_to_a_read_only_mapping_raises_SIGSEGV) {
    file const f = file::open(path, file::read_write);
    mapping m = mapping::map(f);
    BOOST_TEST(signal_of([&] {
                   *static_cast<std::byte volatile*>(m.bytes().data()) = std::byte{1};
               }) == SIGSEGV);
}

BOOST_AUTO_TEST_CASE(reading_a_page_past_the_end_of_a_truncated_file_raises_SIGBUS) {
    file f = file::open(path, file::read_write);
    mapping const m = mapping::map(f);
    f.resize(0);
    BOOST_TEST(signal_of([&] {
                   static_cast<void>(*static_cast<std::byte const volatile*>(m.bytes().data()));
               }) == SIGBUS);
}

BOOST_AUTO_TEST_CASE(writes_to_a_mapping_appear_in_another_mapping_and_in_the_file) {
    file const f = file::open(path, file::read_write);
    mapping writes = mapping::map(f, {.access = map_options::read_write});
    mapping const reads = mapping::map(f);
    writes.bytes()[0] = std::byte{'H'};
    BOOST_TEST(text_of(reads.bytes()) == "Handrail");
    BOOST_TEST(content() == "Handrail");
}

BOOST_AUTO_TEST_CASE(a_destroyed_mapping_preserves_errno_and_its_changes) {
    {
        file const f = file::open(path, file::read_write);
        mapping m = mapping::map(f, {.access = map_options::read_write});
        handrail::add_cleanup(m, [] { errno = 0; });
        m.bytes()[7] = std::byte{'L'};
        errno = 4711;
    }
    BOOST_TEST(errno == 4711);
    BOOST_TEST(content() == "handraiL");
}

BOOST_AUTO_TEST_CASE(closing_a_mapping_twice_is_no_error) {
    mapping m = mapping::map(file::open(path, file::read_only));
    m.close();
    BOOST_CHECK_NO_THROW(m.close());
    error_code ec = make_error_code(errc::io_error);
    BOOST_TEST(!m.close(ec).failed());
    BOOST_TEST(!ec.failed());
    BOOST_TEST(m.size() == 0U);
    BOOST_TEST(m.bytes().empty());
}

BOOST_AUTO_TEST_SUITE_END()
