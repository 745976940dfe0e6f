// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/names.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace inspect = handrail::inspect;

BOOST_AUTO_TEST_CASE(defaults_are_left_out) {
    BOOST_TEST(inspect::shortened("std::__cxx11::basic_string<char, std::char_traits<char>, "
                                  "std::allocator<char> >") == "std::string");
    BOOST_TEST(inspect::shortened(
                   "std::map<int, std::shared_ptr<net::connection>, std::less<int>, "
                   "std::allocator<std::pair<int const, std::shared_ptr<net::connection> > > >") ==
               "std::map<int, std::shared_ptr<net::connection>>");
    BOOST_TEST(inspect::shortened("std::__1::vector<int, my::allocator<int> >") ==
               "std::vector<int, my::allocator<int>>");
    BOOST_TEST(inspect::shortened("my::string") == "my::string");
}

BOOST_AUTO_TEST_CASE(lambdas_are_named_by_their_function) {
    BOOST_TEST(inspect::shortened("net::session::start()::{lambda(int)#1}") ==
               "lambda in net::session::start()");
    BOOST_TEST(inspect::shortened("net::state<net::session::start()::$_0>") ==
               "net::state<lambda in net::session::start()>");
}

BOOST_AUTO_TEST_CASE(spellings_of_one_type_are_equal) {
    auto const same = [](char const* a, char const* b) {
        BOOST_TEST(inspect::normalised(a) == inspect::normalised(b));
    };
    same("a<unsigned long>", "a< long unsigned int >");
    same("std::shared_ptr<net::session const>", "std::shared_ptr<const net::session>");
    same("a<char const*>", "a<const char *>");
    same("std::array<int, 3ul>", "std::array<int, 3>");
    same("main::inner", "main()::inner");
    same("f<net::start()::{lambda()#1}>", "f<lambda at net.cpp:3>");
    same("f<net::start()::$_0>", "f<lambda at net.cpp:3>");
    BOOST_TEST(inspect::normalised("a<char*>") != inspect::normalised("a<char const*>"));
    BOOST_TEST(inspect::normalised("(anonymous namespace)::a") != inspect::normalised("a"));
}

BOOST_AUTO_TEST_CASE(the_last_identifier_is_found) {
    BOOST_TEST(inspect::last_identifier("std::map<int, a::b>") == "map");
    BOOST_TEST(inspect::last_identifier("a::b<c::d>::e") == "e");
    BOOST_TEST(inspect::last_identifier("f") == "f");
    BOOST_TEST(inspect::last_identifier("") == "");
}

BOOST_AUTO_TEST_CASE(names_that_refer_to_themselves_are_not_expanded) {
    std::string mangled = "_Z1f1PI1aS0_E";  // P<a, a>, then P<P<a, a>, P<a, a> >, …
    for (char const part : std::string("123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        mangled += std::string("S_IS") + part + "_S" + part + "_E";
    }
    BOOST_TEST(inspect::demangled_symbol(mangled.c_str()) == mangled);
    BOOST_TEST(inspect::demangled_type(mangled.c_str() + 4) == "");
}

BOOST_AUTO_TEST_CASE(names_of_any_form_are_bounded) {
    for (std::string const part : {"<", ">", "(", "{lambda", "a<b,", "operator<", "$_", "const ",
                                   "lambda at ", "::", "unsigned ", "std::basic_"}) {
        std::string text;
        while (text.size() < 3000) {
            text += part;
        }
        BOOST_TEST(inspect::shortened(text).size() <= 3 * text.size());
        BOOST_TEST(inspect::normalised(text).size() <= 3 * text.size());
        BOOST_TEST(inspect::last_identifier(text).size() <= text.size());
    }
}
