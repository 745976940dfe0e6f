// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// shared as a value: counting, conversions, aliases, casts, comparisons.

#include "tests/unit/heap/support.hpp"

#include <boost/test/unit_test.hpp>

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <type_traits>
#include <unordered_set>

using namespace heap_test;

namespace {

struct hidden : private base {};
struct unrelated {};

template <class From, class To>
constexpr bool converts = std::convertible_to<From, To>;

static_assert(sizeof(shared<int>) == 16);
static_assert(std::is_nothrow_move_constructible_v<shared<int>>);
static_assert(std::is_nothrow_copy_constructible_v<shared<int>>);
static_assert(std::is_nothrow_move_assignable_v<shared<int>>);

static_assert(converts<shared<derived>, shared<base>>);
static_assert(converts<shared<derived>, shared<void>>);
static_assert(converts<shared<int>, shared<int const>>);
static_assert(!converts<shared<base>, shared<derived>>);
static_assert(!converts<shared<int const>, shared<int>>);
static_assert(!converts<shared<void>, shared<int>>);
static_assert(!converts<shared<unrelated>, shared<base>>);
static_assert(!converts<shared<hidden>, shared<base>>);
static_assert(!std::constructible_from<shared<derived>, shared<base>>);
static_assert(!std::assignable_from<shared<derived>&, shared<base>>);
static_assert(!std::constructible_from<shared<int>, int*>);
static_assert(!std::constructible_from<shared<int>, std::shared_ptr<int>>);
static_assert(!converts<weak<int>, shared<int>>);
static_assert(std::constructible_from<shared<int const>, weak<int>>);
static_assert(!std::constructible_from<shared<int>, weak<int const>>);
static_assert(!std::constructible_from<shared<derived>, shared<int>, base*>);
static_assert(!converts<shared<int>, bool>);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shared_references, clean_log)

BOOST_AUTO_TEST_CASE(a_default_constructed_shared_is_empty) {
    shared<int> none;
    shared<int> const null = nullptr;
    BOOST_TEST(none.get() == nullptr);
    BOOST_TEST(!none);
    BOOST_TEST((none == null && none == nullptr && nullptr == none));
    BOOST_TEST(none.use_count() == 0);
    none.reset();
}

BOOST_AUTO_TEST_CASE(it_points_to_its_object) {
    auto const text = make<std::string>("abc");
    BOOST_TEST(*text == "abc");
    BOOST_TEST(text->size() == 3U);
    BOOST_TEST(text.get() == &*text);
    BOOST_TEST(!!text);
}

BOOST_AUTO_TEST_CASE(the_last_of_all_copies_ends_the_object) {
    auto a = make<noting>("object");
    auto b = a;
    shared<noting> c;
    c = b;
    BOOST_TEST(a.use_count() == 3);
    a.reset();
    b = nullptr;
    BOOST_TEST(take_events().empty());
    c = {};
    BOOST_TEST(take_events() == lines{"~object"});
}

BOOST_AUTO_TEST_CASE(a_move_leaves_the_source_empty_and_the_count_unchanged) {
    auto a = make<int>(1);
    auto b = std::move(a);
    BOOST_TEST((a == nullptr && a.use_count() == 0));
    BOOST_TEST(b.use_count() == 1);
    a = std::move(b);
    BOOST_TEST((b == nullptr && b.use_count() == 0));
    BOOST_TEST(a.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(assigning_to_itself_changes_nothing) {
    auto a = make<noting>("object");
    auto& same = a;
    a = same;
    a = std::move(same);
    BOOST_TEST(a.use_count() == 1);
    BOOST_TEST(a->name == "object");
    BOOST_TEST(take_events().empty());
}

BOOST_AUTO_TEST_CASE(an_assignment_ends_the_old_object_before_it_returns) {
    auto a = make<noting>("old");
    auto const fresh = make<noting>("new");
    BOOST_TEST(((a = fresh, take_events()) == lines{"~old"}));
    a = make<noting>("moved");
    BOOST_TEST(((a = shared<noting>(fresh), take_events()) == lines{"~moved"}));
}

BOOST_AUTO_TEST_CASE(swap_exchanges_objects) {
    auto a = make<int>(1);
    auto b = make<int>(2);
    swap(a, b);
    BOOST_TEST((*a == 2 && *b == 1));
    a.swap(b);
    BOOST_TEST((*a == 1 && *b == 2));
}

BOOST_AUTO_TEST_CASE(an_upcast_points_to_the_base_and_ends_the_whole_object) {
    struct loud : derived {
        ~loud() override { note("~loud"); }
    };
    shared<loud> const whole = make<loud>();
    shared<other_base> part = whole;
    BOOST_TEST(part.get() == static_cast<other_base*>(whole.get()));
    BOOST_TEST(part->o == 2);
    BOOST_TEST(part.use_count() == 2);
    shared<base> taken = make<loud>();
    BOOST_TEST(taken.use_count() == 1);
    taken.reset();
    BOOST_TEST(take_events() == lines{"~loud"});
}

BOOST_AUTO_TEST_CASE(a_non_virtual_base_suffices_to_end_the_object) {
    struct plain {};
    struct loud : plain {
        ~loud() { note("~loud"); }
    };
    shared<plain> held = make<loud>();
    held.reset();
    BOOST_TEST(take_events() == lines{"~loud"});
}

BOOST_AUTO_TEST_CASE(a_shared_void_keeps_the_object_alive) {
    shared<void> held = make<noting>("object");
    shared<void const> const copy = held;
    BOOST_TEST(handrail::static_pointer_cast<noting>(held)->name == "object");
    held.reset();
    BOOST_TEST(copy.use_count() == 1);
    BOOST_TEST(take_events().empty());
}

BOOST_AUTO_TEST_CASE(an_alias_keeps_the_whole_object_alive) {
    auto whole = make<noting>("object");
    shared<std::string> part(whole, &whole->name);
    whole.reset();
    BOOST_TEST(*part == "object");
    BOOST_TEST(part.use_count() == 1);
    BOOST_TEST(take_events().empty());
    part.reset();
    BOOST_TEST(take_events() == lines{"~object"});
}

BOOST_AUTO_TEST_CASE(an_alias_of_an_rvalue_takes_over_the_reference) {
    auto whole = make<noting>("object");
    std::string* const name = &whole->name;
    shared<std::string> const part(std::move(whole), name);
    BOOST_TEST((whole == nullptr && whole.use_count() == 0));
    BOOST_TEST(part.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(an_alias_of_an_empty_shared_points_but_owns_nothing) {
    int local = 1;
    shared<int> const alias(shared<int>(), &local);
    BOOST_TEST(alias.get() == &local);
    BOOST_TEST(!!alias);
    BOOST_TEST(alias.use_count() == 0);
}

BOOST_AUTO_TEST_CASE(an_alias_may_own_and_be_null) {
    shared<int> const alias(make<noting>("object"), static_cast<int*>(nullptr));
    BOOST_TEST(!alias);
    BOOST_TEST(alias.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(casts_are_found_without_naming_the_namespace) {
    shared<base> const b = make<derived>();
    BOOST_TEST(static_pointer_cast<derived>(b)->d == 3);
    BOOST_TEST(dynamic_pointer_cast<derived>(b)->d == 3);
    shared<base const> const c = b;
    BOOST_TEST(const_pointer_cast<base>(c).get() == b.get());
    BOOST_TEST(b.use_count() == 2);
}

BOOST_AUTO_TEST_CASE(a_failed_dynamic_cast_is_empty_and_leaves_its_argument_unchanged) {
    shared<base> b = make<base>();
    BOOST_TEST((dynamic_pointer_cast<derived>(b) == nullptr));
    BOOST_TEST((dynamic_pointer_cast<derived>(std::move(b)) == nullptr));
    BOOST_TEST(b.use_count() == 1);
    b = make<derived>();
    BOOST_TEST(dynamic_pointer_cast<derived>(std::move(b)).use_count() == 1);
    BOOST_TEST(b.use_count() == 0);
}

BOOST_AUTO_TEST_CASE(comparisons_go_by_address) {
    auto const whole = make<std::pair<int, int>>(1, 1);
    shared<int> const first(whole, &whole->first);
    shared<int> const second(whole, &whole->second);
    shared<int const> const same = first;
    BOOST_TEST((first == same && first != second));
    BOOST_TEST((first < second && second > same && first <= same));
    BOOST_TEST(((first <=> second) == std::strong_ordering::less));
    BOOST_TEST((first > nullptr && nullptr < first && first != nullptr));
    std::map<shared<int>, int> ordered{{first, 1}, {second, 2}};
    BOOST_TEST(ordered[second] == 2);
}

BOOST_AUTO_TEST_CASE(a_derived_and_a_base_reference_to_one_object_are_equal) {
    auto const d = make<derived>();
    shared<other_base> const b = d;
    BOOST_TEST((d == b && b == d));
    BOOST_TEST(((d <=> b) == std::strong_ordering::equal));
}

BOOST_AUTO_TEST_CASE(the_hash_is_the_pointer_s) {
    auto const a = make<int>(1);
    BOOST_TEST(std::hash<shared<int>>{}(a) == std::hash<int*>{}(a.get()));
    std::unordered_set<shared<int>> set{a, a, make<int>(1)};
    BOOST_TEST(set.size() == 2U);
    BOOST_TEST(set.contains(a));
}

BOOST_AUTO_TEST_CASE(owner_comparisons_treat_aliases_of_one_object_as_equal) {
    auto const whole = make<std::pair<int, int>>(1, 1);
    shared<int> const part(whole, &whole->second);
    auto const stranger = make<int>(1);
    BOOST_TEST((part.owner_equal(whole) && !part.owner_equal(stranger)));
    BOOST_TEST((!part.owner_before(whole) && !whole.owner_before(part)));
    BOOST_TEST(part.owner_before(stranger) != stranger.owner_before(whole));
    weak<int> const watched = part;
    BOOST_TEST((whole.owner_equal(watched) && watched.owner_equal(whole)));
    BOOST_TEST(watched.owner_before(stranger) == whole.owner_before(stranger));
}

BOOST_AUTO_TEST_CASE(the_element_type_may_be_incomplete) {
    struct node {
        shared<node> next;
        weak<node> previous;
    };
    auto const first = make<node>();
    first->next = make<node>(node{nullptr, first});
    BOOST_TEST((first->next->previous.lock() == first));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(to_std_shared_ptr, clean_log)

BOOST_AUTO_TEST_CASE(all_copies_of_a_std_shared_ptr_share_one_reference) {
    auto ours = make<noting>("object");
    std::shared_ptr<noting> theirs = handrail::to_std(ours);
    auto copy = theirs;
    BOOST_TEST(ours.use_count() == 2);
    BOOST_TEST(theirs.use_count() == 2);
    BOOST_TEST(theirs.get() == ours.get());
    theirs.reset();
    ours.reset();
    BOOST_TEST(take_events().empty());
    copy.reset();
    BOOST_TEST(take_events() == lines{"~object"});
}

BOOST_AUTO_TEST_CASE(a_std_weak_ptr_does_not_keep_the_object_alive) {
    std::shared_ptr<noting> theirs = handrail::to_std(make<noting>("object"));
    std::weak_ptr<noting> const watched = theirs;
    theirs.reset();
    BOOST_TEST(watched.expired());
    BOOST_TEST(take_events() == lines{"~object"});
}

BOOST_AUTO_TEST_CASE(to_std_of_a_shared_that_owns_nothing_owns_nothing) {
    BOOST_TEST(handrail::to_std(shared<int>()).use_count() == 0);
    int local = 1;
    auto const alias = handrail::to_std(shared<int>(shared<int>(), &local));
    BOOST_TEST(alias.get() == &local);
    BOOST_TEST(alias.use_count() == 0);
}

BOOST_AUTO_TEST_CASE(cleanups_run_when_the_last_std_shared_ptr_is_destroyed) {
    auto ours = make<noting>("object");
    handrail::add_cleanup(ours, &note, std::string("cleanup"));
    auto theirs = handrail::to_std(std::move(ours));
    BOOST_TEST(take_events().empty());
    theirs.reset();
    BOOST_TEST(take_events() == (lines{"~object", "cleanup"}));
}

BOOST_AUTO_TEST_SUITE_END()
