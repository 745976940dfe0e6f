// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The seam between the library and its leak check.

#include <handrail/detail/track/observer.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace track = handrail::detail::track;

namespace {

std::vector<std::string> names;

class recorder final : public track::observer {
public:
    void handle_named(void const*, std::string_view name) noexcept override {
        names.emplace_back(name);
    }
};

constinit recorder the_recorder;

// In static storage, so that it is destroyed after main, and constructed before.
struct notifies_outside_of_main {
    notifies_outside_of_main() { track::the_observer().handle_named(this, "before main"); }
    ~notifies_outside_of_main() { track::the_observer().handle_named(this, "after main"); }
} const outside_of_main;

}  // namespace

BOOST_AUTO_TEST_CASE(before_one_is_installed_an_observer_ignores_everything) {
    track::opening found;
    track::the_observer().handle_opened(&found, {"file", "fd", 7}, "name", {});
    track::the_observer().find_opening(&found, found);
    BOOST_TEST(found.where.line() == 0U);
    BOOST_TEST(found.name_size == 0U);
    BOOST_TEST(names.empty());
}

BOOST_AUTO_TEST_CASE(an_installed_observer_is_notified) {
    track::install(the_recorder);
    BOOST_TEST(&track::the_observer() == &the_recorder);
    track::the_observer().handle_named(nullptr, "a");
    BOOST_TEST(names == std::vector<std::string>{"a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_observer_may_ignore_what_it_does_not_override) {
    track::install(the_recorder);
    names.clear();
    track::the_observer().guard_destroyed(nullptr);
    track::the_observer().cleanup_took({}, 1);
    BOOST_TEST(names.empty());
}
