// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: guards lacked what std::unique_ptr and Asio's objects have: use with C functions that store
// a handle through a pointer, swap, comparison, errors as results, and constant initialisation.
// Correct: they have it.

#include "tests/support/owners.hpp"
#include "tests/support/temporary_directory.hpp"

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/mapping.hpp>

#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>

#include <algorithm>
#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace handrail_test;
using boost::system::error_code;
using handrail::descriptor;
using handrail::file;
using handrail::mapping;
using handrail::out_handle;
using lines = std::vector<std::string>;

namespace {

// These do not compile unless the default constructors are constant.
constinit file global_file;
constinit descriptor global_descriptor;
constinit mapping global_mapping;

struct database {
    int number;
};
database first_database{1}, second_database{2};

struct database_traits {
    using native_handle_type = database*;
    static constexpr database* invalid() noexcept { return nullptr; }
    static bool is_valid(database* h) noexcept { return h != nullptr; }
    static error_code close(database* h) noexcept {
        note("close " + std::to_string(h->number));
        return {};
    }
    static constexpr char const* kind = "database";
};
using database_handle = handrail::unique_handle<database_traits>;

// Functions as C libraries declare them: they store the opened handle.
int open_database(database** stored, database* opened) {
    note(*stored == nullptr ? "open" : "the variable is not empty");
    *stored = opened;
    return opened != nullptr ? 0 : -1;
}
int open_anything(void** stored, void* opened) {
    *stored = opened;
    return 0;
}
int open_descriptor(int* stored, char const* path) {
    *stored = ::open(path, O_RDONLY);  // without O_CLOEXEC
    return *stored == -1 ? -1 : 0;
}

file open_null() { return file::open("/dev/null", file::read_only); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(handle_interface, clean_log)

BOOST_AUTO_TEST_CASE(guards_that_are_constant_initialised_are_empty) {
    BOOST_TEST(!global_file);
    BOOST_TEST(!global_descriptor);
    BOOST_TEST(!global_mapping);
}

BOOST_AUTO_TEST_CASE(
    out_handle_closes_the_old_handle_before_the_call_and_owns_the_new_one_after_it) {
    database_handle db(&first_database);
    handrail::add_cleanup(db, [] { note("cleanup"); });
    BOOST_TEST(open_database(out_handle(db), &second_database) == 0);
    BOOST_TEST(take_events() == (lines{"close 1", "cleanup", "open"}));
    BOOST_TEST(db.native_handle() == &second_database);
}

BOOST_AUTO_TEST_CASE(out_handle_leaves_the_guard_empty_when_the_call_fails) {
    database_handle db(&first_database);
    BOOST_TEST(open_database(out_handle(db), nullptr) == -1);
    BOOST_TEST(!db);
    descriptor d(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    BOOST_TEST(open_descriptor(out_handle(d), "/nowhere") == -1);
    BOOST_TEST(!d);
}

BOOST_AUTO_TEST_CASE(out_handle_converts_to_a_pointer_to_a_pointer_to_void) {
    database_handle db;
    open_anything(out_handle(db), &first_database);
    BOOST_TEST(db.native_handle() == &first_database);
}

BOOST_AUTO_TEST_CASE(
    a_descriptor_from_out_handle_is_close_on_exec_and_opened_at_the_line_of_the_call) {
    namespace leak_check = handrail::leak_check;
    leak_check::set_level(leak_check::level::handles);
    file f;
    auto const line = std::source_location::current().line() + 1;
    open_descriptor(out_handle(f), "/dev/null");
    BOOST_TEST_REQUIRE(f.is_open());
    BOOST_TEST((::fcntl(f.native_handle(), F_GETFD) & FD_CLOEXEC) != 0);
    auto const live = leak_check::live_handles();
    BOOST_TEST_REQUIRE(live.size() == 1U);
    BOOST_TEST(live[0].where.line() == line);
    leak_check::set_level(leak_check::level::off);
}

BOOST_AUTO_TEST_CASE(std_out_ptr_works_as_out_handle_does) {
#if defined(__cpp_lib_out_ptr)
    using std::out_ptr;
#else
    constexpr auto out_ptr = [](auto& owner) {
        static_assert(
            std::same_as<typename std::remove_cvref_t<decltype(owner)>::pointer,
                         typename std::remove_cvref_t<decltype(owner)>::native_handle_type>);
        return out_handle(owner);
    };
#endif
    database_handle db(&first_database);
    open_database(out_ptr(db), &second_database);
    BOOST_TEST(take_events() == (lines{"close 1", "open"}));
    file f = open_null();
    open_descriptor(out_ptr(f), "/dev/null");
    BOOST_TEST_REQUIRE(f.is_open());
    BOOST_TEST((::fcntl(f.native_handle(), F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_AUTO_TEST_CASE(swap_exchanges_handles_with_their_cleanups) {
    handle a(1);
    handle b(2);
    handrail::add_cleanup(a, [] { note("cleanup of 1"); });
    a.swap(b);
    BOOST_TEST(a.native_handle() == 2);
    swap(a, b);
    BOOST_TEST(a.native_handle() == 1);
    swap(a, a);
    BOOST_TEST(a.native_handle() == 1);
    swap(a, b);
    BOOST_TEST(a.native_handle() == 2);
    b.reset();
    a.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "cleanup of 1", "close 2"}));
}

BOOST_AUTO_TEST_CASE(swap_exchanges_files_and_mappings) {
    file a = open_null();
    file b;
    int const number = a.native_handle();
    swap(a, b);
    BOOST_TEST(b.native_handle() == number);
    BOOST_TEST(!a);
    b.swap(a);
    mapping m = mapping::map(file::open("/proc/self/exe", file::read_only), {.length = 10});
    mapping n;
    auto const* const bytes = m.bytes().data();
    swap(m, n);
    BOOST_TEST(n.bytes().data() == bytes);
    m.swap(n);
    BOOST_TEST(m.size() == 10U);
}

BOOST_AUTO_TEST_CASE(guards_compare_by_native_handle) {
    quiet_handle const one(1);
    quiet_handle const two(2);
    quiet_handle const empty;
    BOOST_TEST((one == one && one != two && empty == quiet_handle(-7)));
    BOOST_TEST((one < two && empty < one));
    file const f = open_null();
    file const none;
    BOOST_TEST((f != none && none == file()));
    BOOST_TEST((handrail::borrowed_descriptor(f) == f));
    BOOST_TEST((handrail::borrowed_descriptor() < f));
    std::map<database_handle, int> ordered;
    ordered.emplace(database_handle(&first_database), 1);
    ordered.emplace(database_handle(&second_database), 2);
    BOOST_TEST(ordered.size() == 2U);
    BOOST_TEST(ordered.begin()->first.native_handle() ==
               std::min(&first_database, &second_database, std::less<>()));
}

BOOST_AUTO_TEST_CASE(functions_without_another_result_return_the_error_code) {
    namespace errc = boost::system::errc;
    error_code ec;
    file f;
    BOOST_TEST((f.assign(1'000'000, ec) == errc::bad_file_descriptor));
    BOOST_TEST((f.resize(1, ec) == errc::bad_file_descriptor));
    BOOST_TEST((f.sync_all(ec) == errc::bad_file_descriptor));
    BOOST_TEST((f.sync_data(ec) == errc::bad_file_descriptor));
    BOOST_TEST(!f.close(ec));
    mapping m;
    BOOST_TEST((m.flush(ec) == errc::bad_file_descriptor));
    BOOST_TEST(!m.close(ec));
    handle failing(noting_traits::failing);
    BOOST_TEST((failing.close(ec) == errc::io_error));
}

BOOST_AUTO_TEST_SUITE_END()
