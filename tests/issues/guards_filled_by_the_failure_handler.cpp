// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: when a close failed in reset() and the failure handler opened the same guard again, the
// cleanups of the new file ran at once, while the file was open.
// Correct: the cleanups of the old file run; those of the new one wait for its end.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/runner.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

#include <unistd.h>

namespace {

handrail::file log_file;
std::string ended;

void open_log(char const* name) {
    log_file = handrail::file::open("/dev/null", handrail::file::read_only);
    handrail::add_cleanup(log_file, [](char const* which) { ended += which; }, name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(cleanups_of_a_file_that_the_failure_handler_opened_wait_for_its_end) {
    open_log("first ");
    ::close(log_file.native_handle());
    handrail::set_failure_handler([](handrail::failure const&) noexcept { open_log("second "); });
    log_file.reset();
    handrail::set_failure_handler(nullptr);
    BOOST_TEST(log_file.is_open());
    BOOST_TEST(ended == "first ");
    log_file.reset();
    BOOST_TEST(ended == "first second ");
}
