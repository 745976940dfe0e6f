// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Events in the registry: copies of facts, counted by cause and scope, bounded in number.

#include "lib/leak_check/registry/registry.hpp"

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <variant>

using handrail::file;
namespace leak_check = handrail::leak_check;

namespace {

struct at_handles {
    at_handles() { leak_check::set_level(leak_check::level::handles); }
    at_handles(at_handles const&) = delete;
    at_handles& operator=(at_handles const&) = delete;
    ~at_handles() { leak_check::set_level(leak_check::level::off); }
};

// An edge at this offset is not declared: the offset is a cause of its own.
void add_event(std::size_t offset) {
    handrail::detail::lock_guard const hold(leak_check::registry_mutex);
    leak_check::registry& all = leak_check::the_registry();
    all.add_event(leak_check::undeclared_edge{"i", offset});
}

auto const& events() { return leak_check::the_registry().events; }

void use_after_close(file& f) {
    f.close();
    std::array<char, 1> byte{};
    boost::system::error_code ec;
    f.read_some(boost::asio::buffer(byte), ec);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(leak_check_events, at_handles)

BOOST_AUTO_TEST_CASE(events_of_one_cause_are_one_event_with_a_count) {
    add_event(8);
    add_event(16);
    add_event(8);
    BOOST_TEST_REQUIRE(events().size() == 2U);
    BOOST_TEST(events()[0].count == 2U);
    BOOST_TEST(events()[1].count == 1U);
}

BOOST_AUTO_TEST_CASE(an_inner_scope_counts_its_own_events_only) {
    leak_check::scoped_check outer;
    add_event(8);
    leak_check::scoped_check inner;
    add_event(8);
    auto const found = inner.finish().findings;
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0].count == 1U);
    auto const all = outer.finish().findings;
    BOOST_TEST_REQUIRE(all.size() == 1U);
    BOOST_TEST(all[0].count == 2U);
}

BOOST_AUTO_TEST_CASE(an_event_keeps_the_facts_of_a_handle_that_was_destroyed) {
    {
        file f = file::open("/dev/null", file::read_only);
        use_after_close(f);
    }
    file const other = file::open("/dev/zero", file::read_only);
    BOOST_TEST_REQUIRE(events().size() == 1U);
    auto const& facts = std::get<leak_check::use_after_close>(events()[0].facts);
    BOOST_TEST(facts.guard.name == "/dev/null");
    BOOST_TEST(std::string(facts.guard.kind) == "file");
    auto const report = leak_check::check_now();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    BOOST_TEST(report.findings[0].resource.find("/dev/null") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_oldest_of_too_many_events_are_dropped_and_the_report_says_so) {
    constexpr std::size_t many = 1001;
    for (std::size_t i = 0; i != many; ++i) {
        add_event(i);
    }
    BOOST_TEST(events().size() == many - 1);
    BOOST_TEST(std::get<leak_check::undeclared_edge>(events()[0].facts).offset == 1U);
    auto const report = leak_check::check_now();
    BOOST_TEST(!report.complete);
    BOOST_TEST(report.missing == "the oldest of too many events were dropped");
    BOOST_TEST(report.findings.size() == many - 1);
}

BOOST_AUTO_TEST_CASE(a_scope_that_starts_after_the_dropped_events_is_complete) {
    constexpr std::size_t many = 1001;
    for (std::size_t i = 0; i != many; ++i) {
        add_event(i);
    }
    leak_check::scoped_check check;
    BOOST_TEST(check.finish().complete);
}

BOOST_AUTO_TEST_SUITE_END()
