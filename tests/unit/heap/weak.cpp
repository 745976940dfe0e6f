// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// weak: it is empty from the moment the object ends, and never before.

#include "tests/unit/heap/support.hpp"

#include <boost/test/unit_test.hpp>

#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

using namespace heap_test;

namespace {

static_assert(sizeof(weak<int>) == 16);
static_assert(std::convertible_to<shared<derived>, weak<base>>);
static_assert(std::convertible_to<weak<derived>, weak<base const>>);
static_assert(!std::convertible_to<weak<base>, weak<derived>>);
static_assert(!std::convertible_to<shared<int const>, weak<int>>);
static_assert(std::is_nothrow_move_constructible_v<weak<int>>);

struct virtual_base {
    int v = 7;
};
struct with_virtual_base : virtual virtual_base {
    ~with_virtual_base() { note("~with_virtual_base"); }
};

// Its destructor locks a weak reference to itself.
struct looks_back {
    weak<looks_back> self;
    ~looks_back() { note(self.expired() && self.lock() == nullptr ? "empty" : "alive"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(weak_references, clean_log)

BOOST_AUTO_TEST_CASE(a_default_constructed_weak_is_expired) {
    weak<int> const none;
    BOOST_TEST(none.expired());
    BOOST_TEST(none.use_count() == 0);
    BOOST_TEST((none.lock() == nullptr));
    BOOST_TEST(weak<int>(shared<int>()).expired());
}

BOOST_AUTO_TEST_CASE(lock_keeps_the_object_alive) {
    auto object = make<noting>("object");
    weak const watched = object;
    auto held = watched.lock();
    BOOST_TEST((held == object));
    BOOST_TEST(watched.use_count() == 2);
    object.reset();
    BOOST_TEST(!watched.expired());
    BOOST_TEST(take_events().empty());
    held.reset();
    BOOST_TEST(take_events() == lines{"~object"});
}

BOOST_AUTO_TEST_CASE(it_does_not_keep_the_object_alive) {
    auto object = make<noting>("object");
    weak<noting> const watched = object;
    BOOST_TEST(object.use_count() == 1);
    object.reset();
    BOOST_TEST(take_events() == lines{"~object"});
    BOOST_TEST(watched.expired());
    BOOST_TEST((watched.lock() == nullptr));
    BOOST_CHECK_THROW(shared<noting>{watched}, std::bad_weak_ptr);
}

BOOST_AUTO_TEST_CASE(it_is_empty_while_the_destructor_runs) {
    auto object = make<looks_back>();
    object->self = object;
    object.reset();
    BOOST_TEST(take_events() == lines{"empty"});
}

BOOST_AUTO_TEST_CASE(it_is_empty_while_the_cleanups_run) {
    auto object = make<int>(1);
    handrail::add_cleanup(
        object, [](weak<int> w) { note(w.expired() ? "empty" : "alive"); }, weak<int>(object));
    object.reset();
    BOOST_TEST(take_events() == lines{"empty"});
}

BOOST_AUTO_TEST_CASE(it_is_empty_while_the_object_is_in_the_destroy_queue) {
    struct outer {
        shared<noting> inner;
        weak<noting> watched;
        ~outer() {
            inner.reset();
            note(watched.use_count() == 0 && watched.lock() == nullptr ? "empty" : "alive");
        }
    };
    auto inner = make<noting>("inner");
    weak<noting> const watched = inner;
    make<outer>(std::move(inner), watched).reset();
    BOOST_TEST(take_events() == (lines{"empty", "~inner"}));
}

BOOST_AUTO_TEST_CASE(copies_and_moves_watch_the_same_object) {
    auto const object = make<int>(1);
    weak<int> a = object;
    weak<int> const b = a;
    weak<int> c = std::move(a);
    BOOST_TEST(a.expired());
    a = b;
    BOOST_TEST((a.lock() == object && b.lock() == object && c.lock() == object));
    a = std::move(c);
    BOOST_TEST((c.expired() && a.lock() == object));
    a.reset();
    BOOST_TEST(a.expired());
    weak<int> other = make<int>(2);
    weak<int> kept = object;
    swap(other, kept);
    BOOST_TEST((other.lock() == object && kept.expired()));
    other = object;
    auto& same = other;
    other = same;
    BOOST_TEST((other.lock() == object));
}

BOOST_AUTO_TEST_CASE(an_upcast_points_to_the_base) {
    auto const object = make<derived>();
    weak<derived> exact = object;
    weak<other_base> const part = exact;
    BOOST_TEST((part.lock() == object));
    weak<other_base const> const taken = std::move(exact);
    BOOST_TEST((taken.lock() == object));
    BOOST_TEST(exact.expired());
    weak<void> const erased = part;
    BOOST_TEST((erased.lock().get() == part.lock().get()));
}

BOOST_AUTO_TEST_CASE(an_upcast_to_a_virtual_base_does_not_touch_an_object_that_ended) {
    auto object = make<with_virtual_base>();
    weak<with_virtual_base> const exact = object;
    weak<virtual_base> part = exact;
    BOOST_TEST(part.lock()->v == 7);
    // The object has been destroyed when its cleanups run.
    handrail::add_cleanup(
        object,
        [](std::uintptr_t storage) {
            std::memset(reinterpret_cast<void*>(storage), 0xff, sizeof(with_virtual_base));
        },
        reinterpret_cast<std::uintptr_t>(object.get()));
    object.reset();
    part = weak<virtual_base>(exact);
    BOOST_TEST((part.expired() && part.lock() == nullptr));
    BOOST_TEST(part.owner_equal(exact));
}

BOOST_AUTO_TEST_CASE(an_alias_can_be_watched) {
    auto whole = make<noting>("object");
    weak<std::string> const part = shared<std::string>(whole, &whole->name);
    BOOST_TEST(*part.lock() == "object");
    whole.reset();
    BOOST_TEST(part.expired());
}

BOOST_AUTO_TEST_CASE(owner_comparisons_do_not_change_when_the_object_ends) {
    auto object = make<int>(1);
    auto const stranger = make<int>(2);
    weak<int> const a = object;
    weak<int> const b = a;
    bool const before = a.owner_before(stranger);
    object.reset();
    BOOST_TEST(a.owner_equal(b));
    BOOST_TEST(a.owner_before(stranger) == before);
    BOOST_TEST(stranger.owner_before(b) == !before);
}

BOOST_AUTO_TEST_CASE(a_reference_that_was_made_and_released_has_changed_the_word) {
    auto const object = make<int>(1);
    weak<int> const watched = object;
    auto const word = [&] { return handrail::detail::heap_access::header_of(object)->word.load(); };
    auto before = word();
    static_cast<void>(watched.lock());
    BOOST_TEST(word() != before);
    before = word();
    static_cast<void>(shared<int>(object));
    BOOST_TEST(word() != before);
    BOOST_TEST(object.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(its_bytes_differ_from_those_of_a_shared) {
    auto const object = make<int>(1);
    weak<int> const watched = object;
    auto const first_word = [](auto const& reference) {
        std::uintptr_t word = 0;
        std::memcpy(&word, &reference, sizeof word);
        return word;
    };
    BOOST_TEST(first_word(watched) == first_word(object) + 1);
}

BOOST_AUTO_TEST_SUITE_END()
