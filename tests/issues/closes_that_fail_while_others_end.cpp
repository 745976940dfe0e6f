// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: when a guard was destroyed, the leak check was asked for the handle's name and the line of
// its opening after the close had failed. If another guard ended meanwhile, as on any other thread
// of a busy server, they were forgotten: the failure had neither, and a double close not even the
// number.
// Correct: they are asked for when the end of the guard is announced.

#include "tests/support/owners.hpp"

#include <handrail/handle.hpp>
#include <handrail/leak_check.hpp>

#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace handrail_test;
namespace errc = boost::system::errc;
namespace leak_check = handrail::leak_check;

namespace {

errc::errc_t reported_by_close = errc::success;

struct other_traits {
    using native_handle_type = int;
    static constexpr char const* kind = "bystander";
    static int invalid() noexcept { return -1; }
    static bool is_valid(int h) noexcept { return h >= 0; }
    static boost::system::error_code close(int) noexcept { return {}; }
};

// Its close takes so long that another guard is destroyed meanwhile.
struct slow_traits {
    using native_handle_type = int;
    static constexpr char const* kind = "device";
    static int invalid() noexcept { return -1; }
    static bool is_valid(int h) noexcept { return h >= 0; }
    static boost::system::error_code close(int) noexcept {
        handrail::unique_handle<other_traits> const bystander(3);
        return make_error_code(reported_by_close);
    }
};

std::string object_of_failure;
unsigned line_of_failure = 0;

void record(handrail::failure const& f) noexcept {
    object_of_failure = f.object;
    line_of_failure = f.opened.line();
}

struct at_handles {
    handrail::failure_handler before = handrail::set_failure_handler(&record);

    at_handles() { leak_check::set_level(leak_check::level::handles); }
    at_handles(at_handles const&) = delete;
    at_handles& operator=(at_handles const&) = delete;
    ~at_handles() {
        leak_check::set_level(leak_check::level::off);
        handrail::set_failure_handler(before);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(closes_that_fail_while_others_end, at_handles)

BOOST_AUTO_TEST_CASE(the_failure_has_the_name_and_the_line) {
    reported_by_close = errc::io_error;
    {
        handrail::unique_handle<slow_traits> failing(7);
        leak_check::set_name(failing, "scanner");
    }
    BOOST_TEST(object_of_failure == "device 7 \"scanner\"");
    BOOST_TEST(line_of_failure != 0U);
}

BOOST_AUTO_TEST_CASE(a_double_close_has_the_number_and_the_name) {
    reported_by_close = errc::bad_file_descriptor;
    {
        handrail::unique_handle<slow_traits> closed_already(8);
        leak_check::set_name(closed_already, "printer");
    }
    auto const report = leak_check::check_now();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
    BOOST_TEST(report.findings[0].id == "HR010");
    BOOST_TEST(report.findings[0].resource.find("device 8 \"printer\"") != std::string::npos,
               report.findings[0].resource);
}

BOOST_AUTO_TEST_SUITE_END()
