// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: while a cleanup is registered, the leak check copies its arguments and notes the references
// that the copies build. It looked at the objects behind them after the copies were destroyed: an
// object that the copying itself had made, as a deep copy does, was freed memory by then.
// Correct: the objects are looked at while the references exist. Whatever the copies make is no
// part of a report.

#include "tests/support/owners.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <utility>

using handrail::add_cleanup;
namespace leak_check = handrail::leak_check;

namespace {

struct page {
    int number = 0;
};

// A value with a managed object of its own; its copy has a copy of that object.
struct document {
    document() = default;
    document(document&&) noexcept = default;
    document(document const& other) : first(handrail::make<page>(*other.first)) {}

    handrail::shared<page> first = handrail::make<page>();
};

// Its copy makes an object that ends before the copy is complete.
struct draft {
    draft() = default;
    draft(draft&&) noexcept = default;
    draft(draft const&) { auto const temporary = handrail::make<page>(); }
};

// Its copy fails after it has made an object.
struct refused {
    refused() = default;
    refused(refused&&) noexcept = default;
    refused(refused const&) {
        auto const made = handrail::make<page>();
        throw 1;
    }
};

struct checked {
    checked() { leak_check::set_level(leak_check::level::handles); }
    checked(checked const&) = delete;
    checked& operator=(checked const&) = delete;
    ~checked() { leak_check::set_level(leak_check::level::off); }

    template <class Argument>
    void register_with(Argument argument) {
        add_cleanup(owner, [](Argument) {}, std::move(argument));
    }
    std::size_t findings() const { return leak_check::check_now().findings.size(); }

    handrail_test::quiet_handle owner{1};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_object_may_end_with_the_copy_that_made_it, checked) {
    register_with(document());
    BOOST_TEST(findings() == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_object_may_end_before_the_copy_that_made_it_is_complete, checked) {
    register_with(draft());
    BOOST_TEST(findings() == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_object_may_end_with_a_copy_that_fails, checked) {
    register_with(refused());
    BOOST_TEST(findings() == 0U);
}
