// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/base/throw.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using handrail::detail::throw_on_error;
using handrail::detail::throw_system_error;
namespace errc = boost::system::errc;

namespace {

std::string message_of(std::string_view operation, std::string_view object) {
    try {
        throw_system_error({errc::no_such_file_or_directory, boost::system::system_category()},
                           operation, object);
    } catch (boost::system::system_error const& e) {
        BOOST_TEST(e.code() == errc::no_such_file_or_directory);
        return e.what();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_throw)

BOOST_AUTO_TEST_CASE(the_message_names_operation_and_object) {
    BOOST_TEST(
        message_of("open", "cfg.toml").starts_with("open \"cfg.toml\": No such file or directory"));
}

BOOST_AUTO_TEST_CASE(the_message_names_the_operation_alone_without_an_object) {
    BOOST_TEST(message_of("connect", "").starts_with("connect: No such file or directory"));
}

BOOST_AUTO_TEST_CASE(a_name_cannot_break_out_of_the_message) {
    BOOST_TEST(message_of("open", "a\"\n\x1b[2J").starts_with("open \"a\\\"\\n\\x1b[2J\": No"));
}

BOOST_AUTO_TEST_CASE(success_throws_nothing) {
    BOOST_CHECK_NO_THROW(throw_on_error({}, "open", "x"));
    BOOST_CHECK_THROW(throw_on_error(errc::make_error_code(errc::io_error), "open", "x"),
                      boost::system::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
