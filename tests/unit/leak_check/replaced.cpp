// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// At level full a check finds descriptors that are not what their guards opened.

#include "full_level.hpp"

#include <handrail/handle.hpp>

#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::file;
namespace leak_check = handrail::leak_check;

BOOST_FIXTURE_TEST_CASE(a_descriptor_closed_or_replaced_without_its_guard_is_found, at_full) {
    file closed = open_null();
    file replaced = open_null();
    file const untouched = open_null();
    ::close(closed.native_handle());
    int const other = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
    BOOST_TEST_REQUIRE(other == closed.native_handle());  // the same number
    ::dup2(other, replaced.native_handle());
    auto report = leak_check::check_now();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U, text_of(report));
    BOOST_TEST(report.findings[0].id == "HR012");
    BOOST_TEST((report.findings[0].grade == leak_check::grade::possible));
    BOOST_TEST(report.findings[0].count == 2U);
    BOOST_TEST(report.findings[0].path[0].via.find("something else") != std::string::npos);
    static_cast<void>(closed.release());
    ::close(other);
}

BOOST_FIXTURE_TEST_CASE(permissions_and_content_may_change, at_full) {
    int const fd = ::memfd_create("test", MFD_CLOEXEC);
    handrail::descriptor f;
    f.assign(fd);
    ::fchmod(fd, 0600);
    BOOST_TEST(::ftruncate(fd, 100) == 0);
    BOOST_TEST(complete_check().findings.empty());
}
