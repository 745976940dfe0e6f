// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The leak check if the system refuses a frozen copy, nothing can be read from it, or there is no
// memory.

#include "tests/fake_port/fake.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace handrail;
namespace errc = boost::system::errc;

namespace {

struct one_leak {
    one_leak() { leak_check::set_level(leak_check::level::full); }
    one_leak(one_leak const&) = delete;
    one_leak& operator=(one_leak const&) = delete;
    ~one_leak() {
        token.stop();
        held.reset();
        leak_check::set_level(leak_check::level::off);
        BOOST_TEST(fake::open_handles().empty());
    }

    shared<file> held = make<file>(file::open("/dev/null", file::read_only));
    cleanup token = add_cleanup(held, capturing([s = held] { (void)s; }));
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(without_a_frozen_copy_references_found_by_probes_are_reported, one_leak) {
    auto const other = make<file>(file::open("/dev/null", file::read_only));
    auto stop = add_cleanup(other, capturing([other] { (void)other; }));
    for (auto const error : {errc::operation_not_permitted, errc::function_not_supported,
                             errc::resource_unavailable_try_again, errc::not_enough_memory}) {
        fake::fault const refused(fake::operation::make_frozen_copy, 1, error);
        auto const report = leak_check::check_now();
        BOOST_TEST(refused.struck());
        BOOST_TEST(report.missing.find("memory was not searched") == 0U);
        BOOST_TEST_REQUIRE(report.findings.size() == 1U);
        BOOST_TEST(report.findings[0].id == "HR001");
        BOOST_TEST((report.findings[0].grade == leak_check::grade::certain));
    }
    stop.stop();
}

BOOST_FIXTURE_TEST_CASE(a_frozen_copy_that_cannot_be_read_yields_no_findings, one_leak) {
    fake::fault const silent(fake::operation::read_from_copy, 1, errc::io_error);
    auto const report = leak_check::check_now();
    BOOST_TEST(silent.struck());
    BOOST_TEST(report.findings.empty());
    BOOST_TEST(report.inconclusive);
    BOOST_TEST(report.missing.find("was not read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_guard_that_was_recorded_without_memory_is_not_called_closed_by_another) {
    leak_check::set_level(leak_check::level::handles);
    auto& observer = detail::track::the_observer();
    std::vector<char> guards(3000);  // addresses of guards
    // Names of these sizes do not fit where those of another were.
    for (std::size_t const size : {1000U, 2000U, 4000U, 500U, 250U}) {
        std::string const long_name(size, 'n');
        fake::fault const full(fake::operation::allocate_pages, 1, errc::not_enough_memory);
        for (char& each : guards) {
            detail::track::handle_description what{.kind = "test handle", .domain = "test"};
            what.number = static_cast<std::uint64_t>(&each - guards.data());
            observer.handle_opened(&each, what, long_name, {});
        }
        BOOST_TEST(full.struck());
        for (char& each : guards) {
            detail::track::handle_description what{.kind = "test handle", .domain = "test"};
            what.number = static_cast<std::uint64_t>(&each - guards.data());
            detail::track::opening known;
            observer.handle_closing(&each, what, known);
            observer.guard_destroyed(&each);
        }
        BOOST_TEST(leak_check::check_now().findings.empty());
    }
    leak_check::set_level(leak_check::level::off);
}
