// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a counted reference that a probe had seen when a cleanup was registered counted as certain
// for ever. The program reset it later, and HR001 was certain, and "leaked now".
// Correct: a check reads again where the move probe has seen a reference. What the copy probe has
// seen is possible at level full, and not counted, unless the scan finds it.

#include "tests/unit/leak_check/full_level.hpp"

#include <any>
#include <array>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::make;
using handrail::shared;
using handrail::weak;
using handrail::leak_check::grade;
namespace leak_check = handrail::leak_check;

namespace {

struct session {
    int number = 0;
    handrail::file socket = open_null();
};

// Remembers where it was moved to, and lets its reference be reset there.
struct held {
    shared<session> strong;
    weak<session> unowned;
    static inline held* last = nullptr;

    explicit held(shared<session> s) : strong(std::move(s)) {}
    explicit held(weak<session> w) : unowned(std::move(w)) {}
    held(held&& other) noexcept
        : strong(std::move(other.strong)), unowned(std::move(other.unowned)) {
        last = this;
    }
    held(held const& other) = default;
};

template <class T>
auto holding(T value) {
    return capturing([value = std::move(value)] { (void)value; });
}

// Claims: the session's own cleanup certainly holds it, by this many references.
template <class Callable>
void expect_certain(shared<session> const& s, std::size_t references, Callable callable) {
    auto token = add_cleanup(s, std::move(callable));
    auto const report = complete_check();
    expect(report, "HR001", grade::certain, "file");
    BOOST_TEST(only(report).references_inside == references, text_of(report));
    BOOST_TEST(token.stop());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_moved_reference_that_was_reset_is_not_held_at_any_level) {
    for (auto const level : {leak_check::level::handles, leak_check::level::full}) {
        leak_check::set_level(level);
        {
            auto s = make<session>();
            auto token = add_cleanup(s, holding(held(s)));
            expect(leak_check::check_now(), "HR001", grade::certain, "file");
            held::last->strong.reset();
            BOOST_TEST(leak_check::check_now().findings.empty());
            weak<session> const watched = s;
            s.reset();
            BOOST_TEST(watched.expired());
        }
        leak_check::set_level(leak_check::level::off);
    }
}

BOOST_AUTO_TEST_CASE(a_moved_weak_reference_that_was_reset_is_not_held_at_any_level) {
    for (auto const level : {leak_check::level::handles, leak_check::level::full}) {
        leak_check::set_level(level);
        {
            auto const s = make<session>();
            auto token = add_cleanup(s, holding(held(weak<session>(s))));
            BOOST_TEST(only(leak_check::check_now()).id == "HR004");
            held::last->unowned.reset();
            BOOST_TEST(leak_check::check_now().findings.empty());
        }
        leak_check::set_level(leak_check::level::off);
    }
}

BOOST_FIXTURE_TEST_CASE(a_copied_reference_that_was_reset_is_possible_and_not_counted, at_full) {
    auto s = make<session>();
    std::vector<shared<session>> all{s};
    shared<session>* const first = all.data();
    auto token = add_cleanup(s, holding(std::move(all)));
    expect(complete_check(), "HR001", grade::certain, "file");
    first->reset();
    auto const report = complete_check();
    expect(report, "HR001", grade::possible, "file");
    BOOST_TEST(only(report).references_inside == 0U, text_of(report));
    BOOST_TEST(!only(report).leaked_now);
    weak<session> const watched = s;
    s.reset();
    BOOST_TEST(watched.expired());
}

BOOST_FIXTURE_TEST_CASE(of_two_copied_references_one_that_was_reset_is_not_counted, at_full) {
    auto s = make<session>();
    std::vector<shared<session>> all{s, s};
    shared<session>* const first = all.data();
    auto token = add_cleanup(s, holding(std::move(all)));
    BOOST_TEST(only(complete_check()).references_inside == 2U);
    first->reset();
    auto const report = complete_check();
    expect(report, "HR001", grade::certain, "file");
    BOOST_TEST(only(report).references_inside == 1U, text_of(report));
    BOOST_TEST(token.stop());
}

BOOST_FIXTURE_TEST_CASE(references_that_are_still_there_are_certain_at_full, at_full) {
    auto const s = make<session>();
    expect_certain(s, 1, holding(s));
    expect_certain(s, 1, holding(std::function<void()>([s] { (void)s; })));
    expect_certain(s, 1, holding(std::function<void()>([s, more = std::array<long, 9>()] {
                       (void)s;
                       (void)more;
                   })));
    expect_certain(s, 1, holding(std::any(std::array{s})));
    expect_certain(s, 3, holding(std::vector(3, s)));
    expect_certain(s, 20, holding(std::any(std::deque(20, s))));
    expect_certain(s, 2, holding(std::list{s, s}));
    expect_certain(s, 100, [&] {
        std::map<int, shared<session>> many;
        for (int i = 0; i != 100; ++i) {
            many.emplace(i, s);
        }
        return holding(std::move(many));
    }());
    expect_certain(s, 2, holding(std::unordered_map<int, shared<session>>{{1, s}, {2, s}}));
    expect_certain(s, 2, holding(std::pair(s, std::vector{s})));
}
