// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// enable_shared_from_this: which references to itself an object can get, and when.

#include "tests/unit/heap/support.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

using namespace heap_test;
using handrail::enable_shared_from_this;

namespace {

struct aware : enable_shared_from_this<aware> {
    int number = 0;
};

static_assert(std::is_same_v<decltype(std::declval<aware&>().shared_from_this()), shared<aware>>);
static_assert(
    std::is_same_v<decltype(std::declval<aware const&>().shared_from_this()), shared<aware const>>);
static_assert(
    std::is_same_v<decltype(std::declval<aware const&>().weak_from_this()), weak<aware const>>);

// Its constructor hands out a weak reference to the object, and may throw, or make other objects.
struct early : enable_shared_from_this<early> {
    weak<early> self = weak_from_this();
    shared<early> child;
    explicit early(weak<early>* out, bool fail = false) {
        *out = weak_from_this();
        note(out->expired() ? "empty" : "alive");
        if (fail) {
            throw std::runtime_error("failed");
        }
    }
    explicit early(int depth) : child(depth == 0 ? nullptr : make<early>(depth - 1)) {
        bool const known = child == nullptr || child->shared_from_this() == child;
        note(known ? "child knows itself" : "lost");
        self = weak_from_this();
    }
};

struct ending : enable_shared_from_this<ending> {
    ~ending() {
        note(weak_from_this().expired() ? "empty" : "alive");
        try {
            static_cast<void>(shared_from_this());
            note("shared");
        } catch (std::bad_weak_ptr const&) {
            note("bad_weak_ptr");
        }
    }
};

struct left : enable_shared_from_this<left> {
    int l = 1;
};
struct right : enable_shared_from_this<right> {
    int r = 2;
};
struct both : left, right {};

struct further : derived, aware {};

struct makes_another {
    shared<aware> another = make<aware>();
};
struct later : makes_another, enable_shared_from_this<later> {};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shared_from_this, clean_log)

BOOST_AUTO_TEST_CASE(it_shares_ownership) {
    auto object = make<aware>();
    auto same = object->shared_from_this();
    BOOST_TEST((same == object));
    BOOST_TEST(object.use_count() == 2);
    shared<aware const> const constant = std::as_const(*object).shared_from_this();
    BOOST_TEST(object.use_count() == 3);
    BOOST_TEST((object->weak_from_this().lock() == object));
}

BOOST_AUTO_TEST_CASE(it_throws_where_no_shared_owns_the_object) {
    aware local;
    BOOST_CHECK_THROW(static_cast<void>(local.shared_from_this()), std::bad_weak_ptr);
    BOOST_TEST(local.weak_from_this().expired());
    auto const by_others = std::make_shared<aware>();
    BOOST_CHECK_THROW(static_cast<void>(by_others->shared_from_this()), std::bad_weak_ptr);
}

BOOST_AUTO_TEST_CASE(a_weak_from_the_constructor_can_be_locked_once_that_has_returned) {
    weak<early> out;
    auto const object = make<early>(&out);
    BOOST_TEST(take_events() == lines{"empty"});
    BOOST_TEST((out.lock() == object));
    BOOST_TEST((object->self.lock() == object));
}

BOOST_AUTO_TEST_CASE(a_weak_from_a_constructor_that_throws_stays_empty) {
    weak<early> out;
    BOOST_CHECK_THROW(static_cast<void>(make<early>(&out, true)), std::runtime_error);
    BOOST_TEST(out.expired());
    BOOST_TEST((out.lock() == nullptr));
    weak<early> const copy = out;
    BOOST_TEST(copy.expired());
}

BOOST_AUTO_TEST_CASE(objects_made_inside_constructors_find_themselves_and_not_each_other) {
    auto const object = make<early>(3);
    BOOST_TEST(take_events() == lines(4, "child knows itself"));
    BOOST_TEST((object->self.lock() == object));
    BOOST_TEST((object->child->self.lock() == object->child));
    BOOST_TEST(object.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(an_object_on_the_stack_of_a_constructor_is_not_mistaken_for_the_new_one) {
    struct outer : enable_shared_from_this<outer> {
        outer() {
            aware local;
            auto const separate = std::make_unique<aware>();
            note(local.weak_from_this().owner_equal(weak<int>()) ? "none" : "some");
            note(separate->weak_from_this().owner_equal(weak<int>()) ? "none" : "some");
        }
    };
    static_cast<void>(make<outer>());
    BOOST_TEST(take_events() == (lines{"none", "none"}));
}

BOOST_AUTO_TEST_CASE(it_is_empty_in_the_destructor) {
    static_cast<void>(make<ending>());
    BOOST_TEST(take_events() == (lines{"empty", "bad_weak_ptr"}));
}

BOOST_AUTO_TEST_CASE(a_copy_refers_to_itself) {
    auto const original = make<aware>();
    original->number = 5;
    auto const copy = make<aware>(*original);
    BOOST_TEST(copy->number == 5);
    BOOST_TEST((copy->shared_from_this() == copy));
    aware const local = *original;
    BOOST_TEST(local.weak_from_this().expired());
    *copy = *original;
    BOOST_TEST((copy->shared_from_this() == copy));
    auto const moved = make<aware>(std::move(*original));
    BOOST_TEST((moved->shared_from_this() == moved));
    BOOST_TEST((original->shared_from_this() == original));
}

BOOST_AUTO_TEST_CASE(two_bases_that_derive_from_it_both_find_the_object) {
    auto const object = make<both>();
    BOOST_TEST((object->left::shared_from_this() == object));
    BOOST_TEST((object->right::shared_from_this() == object));
    BOOST_TEST(object->right::shared_from_this()->r == 2);
}

BOOST_AUTO_TEST_CASE(an_indirect_base_finds_the_object) {
    auto const object = make<further>();
    BOOST_TEST((object->shared_from_this() == object));
    BOOST_TEST(object->shared_from_this().owner_equal(object));
}

BOOST_AUTO_TEST_CASE(a_base_constructed_after_another_object_was_made_finds_its_own) {
    auto const object = make<later>();
    BOOST_TEST((object->shared_from_this() == object));
    BOOST_TEST((object->another->shared_from_this() == object->another));
}

BOOST_AUTO_TEST_CASE(an_object_made_as_const_finds_itself) {
    shared<aware const> const object = make<aware const>();
    BOOST_TEST((object->shared_from_this() == object));
}

BOOST_AUTO_TEST_SUITE_END()
