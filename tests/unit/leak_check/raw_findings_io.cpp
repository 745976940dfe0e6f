// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Raw findings arrive as they were written, or not at all.

#include "lib/leak_check/scan/raw_findings_io.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include <unistd.h>

using namespace handrail::leak_check;

namespace {

// Returns: the bytes that were written.
std::vector<std::byte> written(raw_findings& found) {
    std::array<int, 2> ends{};
    BOOST_TEST_REQUIRE(::pipe(ends.data()) == 0);
    write_raw_findings(ends[1], found);
    ::close(ends[1]);
    std::vector<std::byte> bytes(1 << 16);
    bytes.resize(static_cast<std::size_t>(::read(ends[0], bytes.data(), bytes.size())));
    ::close(ends[0]);
    return bytes;
}

struct two_step_cycle {
    scratch memory{scratch::used_in::process};
    raw_findings found{memory};

    two_step_cycle() {
        found.counts = {.handles = 3, .cleanups = 2, .opaque = 1};
        found.cycles.push_back({.references = 5, .step_count = 2});
        found.steps.resize(2);
        found.steps[1].offset = 24;
        found.back_references.push_back({.reference = reference::weak});
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_was_written_is_read, two_step_cycle) {
    raw_findings read(memory);
    BOOST_TEST_REQUIRE(parse_raw_findings(written(found), read));
    BOOST_TEST(read.counts.handles == 3U);
    BOOST_TEST(read.counts.cleanups == 2U);
    BOOST_TEST(read.counts.opaque == 1U);
    BOOST_TEST_REQUIRE(read.cycles.size() == 1U);
    BOOST_TEST(read.cycles[0].references == 5U);
    BOOST_TEST_REQUIRE(read.steps.size() == 2U);
    BOOST_TEST(read.steps[1].offset == 24);
    BOOST_TEST_REQUIRE(read.back_references.size() == 1U);
    BOOST_TEST((read.back_references[0].reference == reference::weak));
}

// The module that has the text may be unloaded before the findings are read.
BOOST_FIXTURE_TEST_CASE(types_of_control_blocks_arrive_as_text, two_step_cycle) {
    char first[] = "9first";
    char second[] = "10second";
    found.cycles[0].subject = {.kind = node_kind::shared_ptr, .type = second};
    found.steps[0].from = {.kind = node_kind::shared_ptr, .type = first};
    found.steps[1].to = {.kind = node_kind::shared_ptr, .type = second};
    found.back_references[0].object_is_shared_ptr = true;
    found.back_references[0].type = first;
    auto const bytes = written(found);
    std::fill_n(first, std::strlen(first), '?');
    std::fill_n(second, std::strlen(second), '?');
    raw_findings read(memory);
    BOOST_TEST_REQUIRE(parse_raw_findings(bytes, read));
    BOOST_TEST(read.cycles[0].subject.type == std::string_view("10second"));
    BOOST_TEST(read.steps[0].from.type == std::string_view("9first"));
    BOOST_TEST(read.steps[1].to.type == std::string_view("10second"));
    BOOST_TEST(read.back_references[0].type == std::string_view("9first"));
    BOOST_TEST((read.steps[0].to.type == nullptr));
}

BOOST_FIXTURE_TEST_CASE(bytes_that_are_missing_or_too_many_are_refused_and_change_nothing,
                        two_step_cycle) {
    auto bytes = written(found);
    raw_findings read(memory);
    for (std::size_t size = 0; size != bytes.size(); ++size) {
        BOOST_TEST(!parse_raw_findings(std::span(bytes).first(size), read));
    }
    bytes.push_back({});
    BOOST_TEST(!parse_raw_findings(bytes, read));
    BOOST_TEST(read.cycles.empty());
    BOOST_TEST(read.counts.handles == 0U);
}
