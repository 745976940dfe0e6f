// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: an object whose first member is a handle was reported as if it were that handle: without its
// type, and without the name that set_name() had given to it.
// Correct: type, name and handle; only an object that is a handle of the library is called so, by
// its own name if it has one.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using handrail::file;
namespace leak_check = handrail::leak_check;

namespace {

struct journal {
    file log = file::open("/dev/null", file::read_only);
    std::string user;
};

// Returns: what a report calls the object while a cleanup of it refers to it.
template <class T>
std::string reported(handrail::shared<T> const& made, std::string name) {
    leak_check::set_name(made, name);
    auto token = handrail::add_cleanup(made, handrail::capturing([made] { (void)made; }));
    auto const report = leak_check::check_now();
    token.stop();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
    return report.findings[0].resource;
}

struct check_on {
    check_on() { leak_check::set_level(leak_check::level::handles); }
    check_on(check_on const&) = delete;
    check_on& operator=(check_on const&) = delete;
    ~check_on() { leak_check::set_level(leak_check::level::off); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_object_that_begins_with_a_handle_has_its_type_and_name, check_on) {
    auto const made = handrail::make<journal>();
    BOOST_TEST(reported(made, "control").find("journal \"control\" with file ") !=
               std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_handle_has_the_name_of_its_object, check_on) {
    auto const made = handrail::make<file>(file::open("/dev/null", file::read_only));
    std::string const number = std::to_string(made->native_handle());
    BOOST_TEST(reported(made, "control") == "file " + number + " \"control\"");
}
