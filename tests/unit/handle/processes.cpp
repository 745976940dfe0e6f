// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Handles and other processes: what a forked child does with them, and that a program started by
// this one inherits none.

#include "tests/unit/handle/child.hpp"
#include "tests/unit/handle/support.hpp"

#include <handrail/cleanup.hpp>

#include <fcntl.h>

using namespace handle_test;
using handrail::add_cleanup;
using handrail::file;
using handrail::mapping;

namespace {

void count(int* runs) { ++*runs; }

bool is_close_on_exec(handrail::borrowed_descriptor h) {
    error_code ec;
    return port::is_close_on_exec(h.native_handle(), ec);
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_opened_file_is_close_on_exec) {
    BOOST_TEST(is_close_on_exec(subject<file>::open()));
}

BOOST_AUTO_TEST_CASE(an_assigned_descriptor_becomes_close_on_exec) {
    int const foreign = ::open("/proc/self/exe", O_RDONLY);  // without O_CLOEXEC
    file f;
    f.assign(foreign);
    BOOST_TEST(is_close_on_exec(f));
    handrail::descriptor d;
    error_code ec;
    d.assign(::open("/proc/self/exe", O_RDONLY), ec);
    BOOST_TEST(!ec.failed());
    BOOST_TEST(is_close_on_exec(d));
}

BOOST_AUTO_TEST_CASE(a_program_started_by_this_one_inherits_no_handle) {
    file const opened = subject<file>::open();
    file adopted;
    adopted.assign(::open("/proc/self/exe", O_RDONLY));
    mapping const mapped = mapping::map(opened);
    auto const absent = [](file const& f) {
        return "! test -e /proc/$$/fd/" + std::to_string(f.native_handle());
    };
    std::string const script = absent(opened) + " && " + absent(adopted);
    BOOST_TEST(std::system(script.c_str()) == 0);
}

BOOST_AUTO_TEST_CASE(a_forked_child_closes_its_own_copies) {
    file f = subject<file>::open();
    mapping m = mapping::map(f);
    auto const* const bytes = m.bytes().data();
    BOOST_TEST(succeeds_in_child([&] {
        int const number = f.native_handle();
        f.close();
        m.close();
        return !is_open_descriptor(number) && !is_mapped(bytes);
    }));
    BOOST_TEST(is_open_descriptor(f.native_handle()));
    BOOST_TEST(is_mapped(bytes));
}

BOOST_AUTO_TEST_CASE(a_forked_child_runs_no_cleanup_of_its_parent) {
    int runs = 0;
    file f = subject<file>::open();
    mapping m = mapping::map(f);
    add_cleanup(f, &count, &runs);
    handrail::cleanup token = add_cleanup(m, &count, &runs);
    BOOST_TEST(succeeds_in_child([&] {
        bool const refused = !token.run() && !token.stop() && !token.pending();
        f.close();
        m.close();
        return refused && runs == 0;
    }));
    BOOST_TEST(token.pending());
    f.close();
    m.close();
    BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_CASE(a_forked_child_runs_the_cleanups_it_registers) {
    int runs = 0;
    file f = subject<file>::open();
    BOOST_TEST(succeeds_in_child([&] {
        add_cleanup(f, &count, &runs);
        f.close();
        return runs == 1;
    }));
}

BOOST_AUTO_TEST_CASE(a_forked_child_closes_its_copy_of_a_deferred_handle) {
    auto const [runner, batches] = make_test_runner<manual_runner>();
    int runs = 0;
    file f = subject<file>::open();
    set_runner(f, runner);
    defer_close(f);
    add_cleanup(f, &count, &runs);
    int const number = f.native_handle();
    f.reset();
    BOOST_TEST(succeeds_in_child([&, queued = batches] {
        queued->run_one();
        return !is_open_descriptor(number) && runs == 0;
    }));
    BOOST_TEST(is_open_descriptor(number));
    batches->run_one();
    BOOST_TEST(!is_open_descriptor(number));
    BOOST_TEST(runs == 1);
}
