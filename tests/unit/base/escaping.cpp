// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/base/escaping.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using handrail::detail::escaped;
using handrail::detail::printable;

BOOST_AUTO_TEST_SUITE(base_escaping)

BOOST_AUTO_TEST_CASE(printable_text_is_unchanged) {
    BOOST_TEST(escaped("") == "");
    BOOST_TEST(escaped("/tmp/a b~!") == "/tmp/a b~!");
    BOOST_TEST(escaped("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf") ==
               "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf");
}

BOOST_AUTO_TEST_CASE(control_characters_are_escaped) {
    BOOST_TEST(escaped(std::string_view("\0\t\r\n\x1f\x7f", 6)) == "\\x00\\t\\r\\n\\x1f\\x7f");
    BOOST_TEST(escaped("\xc2\x80\xc2\x9f") == "\\xc2\\x80\\xc2\\x9f");  // C1
    BOOST_TEST(escaped("\xc2\xa0") == "\xc2\xa0");
}

BOOST_AUTO_TEST_CASE(different_texts_stay_different) {
    BOOST_TEST(escaped("\\n") == "\\\\n");
    BOOST_TEST(escaped("\n") == "\\n");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_escaped) {
    BOOST_TEST(escaped("\xff") == "\\xff");
    BOOST_TEST(escaped("\xc3") == "\\xc3");                             // cut short
    BOOST_TEST(escaped("\xe2\x82") == "\\xe2\\x82");                    // cut short
    BOOST_TEST(escaped("\xc0\xaf") == "\\xc0\\xaf");                    // a slash, overlong
    BOOST_TEST(escaped("\xe0\x80\xaf") == "\\xe0\\x80\\xaf");           // overlong
    BOOST_TEST(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
    BOOST_TEST(escaped("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
    BOOST_TEST(escaped("\xc3(") == "\\xc3(");
}

BOOST_AUTO_TEST_CASE(characters_that_change_the_direction_of_text_are_escaped) {
    BOOST_TEST(escaped("a\xe2\x80\xae") == "a\\xe2\\x80\\xae");  // U+202E
    BOOST_TEST(escaped("\xe2\x81\xa6") == "\\xe2\\x81\\xa6");    // U+2066
    BOOST_TEST(escaped("\xe2\x81\xa9") == "\\xe2\\x81\\xa9");    // U+2069
    BOOST_TEST(escaped("\xe2\x80\xa8") == "\\xe2\\x80\\xa8");    // U+2028
    BOOST_TEST(escaped("\xe2\x80\x8e") == "\\xe2\\x80\\x8e");    // U+200E
    BOOST_TEST(escaped("\xe2\x80\x8f") == "\\xe2\\x80\\x8f");    // U+200F
    BOOST_TEST(escaped("\xd8\x9c") == "\\xd8\\x9c");             // U+061C
    BOOST_TEST(escaped("\xd8\x9b") == "\xd8\x9b");               // an Arabic semicolon
    BOOST_TEST(escaped("\xe2\x80\x90") == "\xe2\x80\x90");       // a hyphen
    BOOST_TEST(escaped("\xe2\x81\xaa") == "\xe2\x81\xaa");       // U+206A
}

BOOST_AUTO_TEST_CASE(escaped_text_is_printable_unchanged) {
    std::string const once = escaped("\"\\\n\xff\xc2\x80");
    BOOST_TEST(printable(once) == once);
    BOOST_TEST(printable("\"\\\n") == "\"\\\\n");
}

BOOST_AUTO_TEST_SUITE_END()
