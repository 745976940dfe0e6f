// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Managed objects as owners of cleanups.

#include "tests/unit/heap/support.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace heap_test;
using handrail::add_cleanup;

BOOST_FIXTURE_TEST_SUITE(object_cleanups, clean_log)

BOOST_AUTO_TEST_CASE(a_cleanup_registered_through_an_alias_runs_when_the_whole_object_ends) {
    auto whole = make<noting>("object");
    {
        shared<std::string> const part(whole, &whole->name);
        add_cleanup(part, &note, std::string("on the member"));
    }
    BOOST_TEST(take_events().empty());
    whole.reset();
    BOOST_TEST(take_events() == (lines{"~object", "on the member"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_can_be_registered_through_a_temporary_reference) {
    shared<void> held = make<noting>("object");
    add_cleanup(handrail::static_pointer_cast<noting>(held), &note, std::string("cleanup"));
    held.reset();
    BOOST_TEST(take_events() == (lines{"~object", "cleanup"}));
}

BOOST_AUTO_TEST_CASE(arguments_that_reach_the_object_through_an_alias_are_refused) {
    auto const whole = make<std::pair<int, std::string>>(1, "text");
    shared<int> const part(whole, &whole->first);
    auto const refuses = [&](auto argument) {
        try {
            add_cleanup(part, [](decltype(argument)) {}, argument);
            return false;
        } catch (handrail::self_capture const&) {
            return true;
        }
    };
    BOOST_TEST(refuses(whole));
    BOOST_TEST(refuses(part));
    BOOST_TEST(refuses(shared<void>(whole)));
    BOOST_TEST(refuses(&whole->second));  // outside the member, inside the object
    BOOST_TEST(refuses(std::ref(whole->second)));
    BOOST_TEST(!refuses(weak<int>(part)));
    BOOST_TEST(!refuses(make<int>(1)));
}

BOOST_AUTO_TEST_CASE(a_reference_that_owns_nothing_is_an_empty_owner) {
    int local = 1;
    BOOST_CHECK_THROW(add_cleanup(shared<int>(), [] {}), std::invalid_argument);
    shared<int> const alias(shared<int>(), &local);
    BOOST_CHECK_THROW(add_cleanup(alias, [] {}), std::invalid_argument);
    auto object = make<int>(1);
    auto const moved = std::move(object);
    BOOST_CHECK_THROW(add_cleanup(object, [] {}), std::invalid_argument);
    BOOST_CHECK_THROW(handrail::set_runner(object, {}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_close_of_a_managed_object_cannot_be_deferred) {
    BOOST_CHECK_THROW(handrail::defer_close(make<int>(1)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_stopped_cleanup_does_not_run) {
    auto object = make<int>(1);
    auto a = add_cleanup(object, &note, std::string("a"));
    auto b = add_cleanup(object, &note, std::string("b"));
    BOOST_TEST(a.stop());
    auto c = add_cleanup(object, &note, std::string("c"));
    BOOST_TEST(c.stop());
    add_cleanup(object, &note, std::string("d"));
    object.reset();
    BOOST_TEST(!b.stop());
    BOOST_TEST(take_events() == (lines{"d", "b"}));
}

BOOST_AUTO_TEST_CASE(a_token_does_not_keep_the_object_alive) {
    auto object = make<noting>("object");
    auto const token = add_cleanup(object, [] {});
    object.reset();
    BOOST_TEST(!token.pending());
    BOOST_TEST(take_events() == lines{"~object"});
}

BOOST_AUTO_TEST_CASE(the_destructor_may_stop_its_own_cleanup) {
    struct stops {
        handrail::cleanup token;
        ~stops() { note(token.stop() ? "stopped" : "lost"); }
    };
    auto object = make<stops>();
    object->token = add_cleanup(object, &note, std::string("never"));
    object.reset();
    BOOST_TEST(take_events() == lines{"stopped"});
}

BOOST_AUTO_TEST_CASE(a_cleanup_may_register_on_another_object_that_it_holds) {
    auto other = make<noting>("other");
    auto object = make<noting>("object");
    add_cleanup(
        object,
        [](shared<noting> held) { add_cleanup(held, &note, std::string("registered late")); },
        other);
    object.reset();
    BOOST_TEST(take_events() == lines{"~object"});
    other.reset();
    BOOST_TEST(take_events() == (lines{"~other", "registered late"}));
}

BOOST_AUTO_TEST_CASE(an_argument_that_is_the_last_reference_ends_its_object_after_the_cleanup) {
    auto object = make<noting>("object");
    add_cleanup(
        object, [](shared<noting> const& held) { note("with " + held->name); },
        make<noting>("other"));
    object.reset();
    BOOST_TEST(take_events() == (lines{"~object", "with other", "~other"}));
}

BOOST_AUTO_TEST_CASE(the_destructor_runs_on_the_releasing_thread_and_the_cleanups_on_the_runner) {
    auto const [runner, queue] = handrail_test::make_test_runner<handrail_test::manual_runner>();
    auto object = make<noting>("object");
    add_cleanup(object, &note, std::string("before"));
    handrail::set_runner(object, runner);
    add_cleanup(object, &note, std::string("after"));
    object.reset();
    BOOST_TEST(take_events() == lines{"~object"});
    BOOST_TEST_REQUIRE(queue->size() == 1U);
    std::thread([q = queue] { q->run_one(); }).join();
    BOOST_TEST(take_events() == (lines{"after", "before"}));
}

BOOST_AUTO_TEST_CASE(an_object_without_a_destructor_sends_its_cleanups_to_the_runner_too) {
    auto const [runner, queue] = handrail_test::make_test_runner<handrail_test::manual_runner>();
    auto object = make<int>(1);
    handrail::set_runner(object, runner);
    add_cleanup(object, &note, std::string("cleanup"));
    object.reset();
    BOOST_TEST(take_events().empty());
    BOOST_TEST_REQUIRE(queue->size() == 1U);
    queue->run_one();
    BOOST_TEST(take_events() == lines{"cleanup"});
}

BOOST_AUTO_TEST_CASE(the_runner_of_an_object_without_cleanups_gets_no_batch_and_is_released) {
    struct says_when_gone : handrail_test::manual_runner {
        ~says_when_gone() override { note("runner gone"); }
    };
    auto object = make<int>(1);
    handrail::set_runner(object, handrail::runner(std::make_unique<says_when_gone>()));
    object.reset();
    BOOST_TEST(take_events() == lines{"runner gone"});
}

BOOST_AUTO_TEST_CASE(new_objects_use_the_default_runner) {
    auto const [runner, queue] = handrail_test::make_test_runner<handrail_test::manual_runner>();
    handrail::set_default_runner(runner);
    auto object = make<int>(1);
    handrail::set_default_runner({});
    add_cleanup(object, &note, std::string("cleanup"));
    object.reset();
    BOOST_TEST_REQUIRE(queue->size() == 1U);
    queue->run_one();
    BOOST_TEST(take_events() == lines{"cleanup"});
}

BOOST_AUTO_TEST_SUITE_END()
