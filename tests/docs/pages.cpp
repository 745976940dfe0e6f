// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The code of the README and of the pages in docs that have no program of their own, compiled and
// run. tests/docs/pages.py checks that the code of the pages is the code here.

#include "tests/support/temporary_directory.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/handle.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <dlfcn.h>

namespace {

// ---- docs/from-shared-ptr.md --------------------------------------------------------------------

struct tally {
    std::size_t ended = 0;
};

class session : public std::enable_shared_from_this<session> {
public:
    session(handrail::tcp_socket socket, std::shared_ptr<tally> const& served)
        : socket_(std::move(socket)) {
        handrail::add_cleanup(socket_, [](std::shared_ptr<tally> all) { ++all->ended; }, served);
    }

private:
    handrail::tcp_socket socket_;
};

struct node {
    handrail::edge<node> next;
    using managed_edges = handrail::edges<&node::next>;
};

void make_a_ring(std::size_t& ended) {
    auto first = handrail::make<node>();
    first->next = handrail::make<node>();
    first->next->next = first;
    handrail::add_cleanup(first, [](std::size_t* count) { ++*count; }, &ended);
}

std::shared_ptr<node> for_a_library(handrail::shared<node> const& ours) {
    return handrail::to_std(ours);
}

// ---- docs/from-go.md ----------------------------------------------------------------------------

handrail::file open_counted(std::string const& name, std::shared_ptr<std::size_t> const& closed) {
    auto opened = handrail::file::open(name, handrail::file::read_only);
    handrail::add_cleanup(opened, [](std::shared_ptr<std::size_t> count) { ++*count; }, closed);
    return opened;
}

std::string refusal_of_the_owner_itself() {
    auto owner = handrail::make<std::string>("session");
    try {
        handrail::add_cleanup(owner, [](handrail::shared<std::string>) {}, owner);
        return "accepted";
    } catch (handrail::self_capture const& refused) {
        return refused.what();
    }
}

// ---- docs/which-guard.md ------------------------------------------------------------------------

struct close_library {
    void operator()(void* library) const noexcept { ::dlclose(library); }  // an error is lost
};
using plain_library = std::unique_ptr<void, close_library>;

struct library_traits {
    using native_handle_type = void*;
    static constexpr char const* kind = "library";
    static void* invalid() noexcept { return nullptr; }
    static bool is_valid(void* h) noexcept { return h != nullptr; }
    static boost::system::error_code close(void* h) noexcept {
        return ::dlclose(h) == 0 ? boost::system::error_code()
                                 : make_error_code(boost::system::errc::io_error);
    }
};
using library = handrail::unique_handle<library_traits>;

handrail::file open_exclusively(std::string const& data, std::string const& lock) {
    auto file = handrail::file::open(data, handrail::file::read_write);
    auto held = handrail::file::open(
        lock, handrail::file::write_only | handrail::file::create | handrail::file::exclusive);
    handrail::add_cleanup(file, [](std::string name) { std::remove(name.c_str()); }, lock);
    return file;
}

// ---- README.md ----------------------------------------------------------------------------------

std::string compressed;
void compress(std::string const& path) { compressed = path; }

void log_that_is_compressed() {
    auto log = handrail::file::open("app.log", handrail::file::append | handrail::file::create);
    handrail::add_cleanup(log, [](std::string path) { compress(path); }, std::string("app.log"));
    // … log ends: the file is closed first, then compress("app.log") runs
}

void run_the_server_for_one_request() {
    open_counted("/dev/null", std::make_shared<std::size_t>());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_log_is_compressed_when_its_file_is_closed) {
    handrail_test::temporary_directory const folder;
    auto const before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    log_that_is_compressed();
    std::filesystem::current_path(before);
    BOOST_TEST(compressed == "app.log");
}

BOOST_AUTO_TEST_CASE(a_server_without_a_leak_passes_the_check) {
    handrail::leak_check::scoped_check check;
    run_the_server_for_one_request();
    BOOST_TEST(check.finish().findings.empty());
}

BOOST_AUTO_TEST_CASE(a_cleanup_of_the_socket_of_a_standard_session_runs_with_the_session) {
    boost::asio::io_context context;
    auto const served = std::make_shared<tally>();
    std::make_shared<session>(handrail::tcp_socket(context, boost::asio::ip::tcp::v4()), served);
    BOOST_TEST(served->ended == 1U);
}

BOOST_AUTO_TEST_CASE(a_ring_of_edges_is_collected) {
    std::size_t ended = 0;
    make_a_ring(ended);
    BOOST_TEST(ended == 0U);
    handrail::heap::global().collect();
    BOOST_TEST(ended == 1U);
}

BOOST_AUTO_TEST_CASE(a_standard_pointer_keeps_a_managed_object_alive) {
    auto ours = handrail::make<node>();
    handrail::weak<node> const watcher = ours;
    auto theirs = for_a_library(ours);
    ours.reset();
    BOOST_TEST(!watcher.expired());
    theirs.reset();
    BOOST_TEST(watcher.expired());
}

BOOST_AUTO_TEST_CASE(a_file_counts_its_close) {
    auto const closed = std::make_shared<std::size_t>(0);
    open_counted("/dev/null", closed).close();
    BOOST_TEST(*closed == 1U);
}

BOOST_AUTO_TEST_CASE(an_owner_as_its_own_argument_is_refused) {
    BOOST_TEST(refusal_of_the_owner_itself() != "accepted");
}

BOOST_AUTO_TEST_CASE(both_guards_of_a_library_close_it) {
    plain_library const plain(::dlopen("libm.so.6", RTLD_NOW));
    library ours(::dlopen("libm.so.6", RTLD_NOW));
    BOOST_TEST(plain.get() == ours.native_handle());
    ours.close();
    BOOST_TEST(!ours.is_open());
}

BOOST_AUTO_TEST_CASE(a_lock_file_is_removed_with_the_file_that_it_locks) {
    handrail_test::temporary_directory const folder;
    std::string const data = folder.make("data", "");
    std::string const lock = folder / "lock";
    auto file = open_exclusively(data, lock);
    BOOST_TEST(std::filesystem::exists(lock));
    file.close();
    BOOST_TEST(!std::filesystem::exists(lock));
}
