// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: add_cleanup did not compile with an argument that has a container of move-only elements.
// Such a class claims to be copyable (its traits say so) and fails to compile when it is copied,
// and add_cleanup copies arguments for the leak check.
// Correct: add_cleanup recognises such aggregates by itself; other classes and lambdas are wrapped
// in move_only.

#include "tests/support/owners.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <any>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::move_only;

namespace {

using numbers = std::vector<std::unique_ptr<int>>;

numbers one_number(int value) {
    numbers made;
    made.push_back(std::make_unique<int>(value));
    return made;
}

struct aggregate {
    int first = 0;
    numbers second;
};
struct nested_aggregate {
    std::string name;
    aggregate inner;
};
class private_member {
public:
    explicit private_member(numbers n) : numbers_(std::move(n)) {}
    int first() const { return *numbers_.front(); }

private:
    numbers numbers_;
};

struct copyable_aggregate {
    std::string name;
    std::optional<int> number;
    int const* pointers[2] = {};
    std::function<void()> call;
    std::any anything;
    std::map<int, std::vector<handrail::shared<int>>> held;
};
struct with_reference {
    int& number;
    std::string name;
};

int seen = 0;

}  // namespace

BOOST_AUTO_TEST_CASE(a_lambda_that_captures_a_vector_of_unique_ptr_is_registered_as_move_only) {
    quiet_handle owner(1);
    add_cleanup(
        owner, capturing(move_only([n = one_number(3)](int factor) { seen = *n[0] * factor; })), 2);
    owner.reset();
    BOOST_TEST(seen == 6);
}

BOOST_AUTO_TEST_CASE(an_aggregate_with_a_vector_of_unique_ptr_can_be_an_argument) {
    quiet_handle owner(1);
    add_cleanup(owner, [](aggregate a) { seen = *a.second[0]; }, aggregate{1, one_number(4)});
    owner.reset();
    BOOST_TEST(seen == 4);
    owner.reset(1);
    add_cleanup(
        owner, [](nested_aggregate a) { seen = *a.inner.second[0]; },
        nested_aggregate{"name", {1, one_number(5)}});
    owner.reset();
    BOOST_TEST(seen == 5);
}

BOOST_AUTO_TEST_CASE(a_class_with_a_private_vector_of_unique_ptr_can_be_a_move_only_argument) {
    quiet_handle owner(1);
    add_cleanup(
        owner, [](private_member c) { seen = c.first(); },
        move_only(private_member(one_number(7))));
    owner.reset();
    BOOST_TEST(seen == 7);
}

BOOST_AUTO_TEST_CASE(move_only_does_not_hide_a_self_capture) {
    auto const owner = handrail::make<int>(1);
    BOOST_CHECK_THROW(
        add_cleanup(owner, [](handrail::shared<int>) {}, move_only(owner)), handrail::self_capture);
    static_assert(!handrail::detail::self_reference<move_only<int>>::possible);
}

BOOST_AUTO_TEST_CASE(the_move_probe_finds_references_captured_beside_a_vector_of_unique_ptr) {
    handrail::leak_check::scoped_check check;
    auto const owner = handrail::make<int>(1);
    auto token = add_cleanup(
        owner, capturing(move_only([n = one_number(1), owner] { static_cast<void>(owner); })));
    auto const report = check.finish();
    token.stop();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    BOOST_TEST(report.findings[0].id == "HR001");
    BOOST_TEST(report.opaque == 1U);
}

BOOST_AUTO_TEST_CASE(deeply_copyable_is_false_for_types_with_move_only_elements) {
    using handrail::detail::deeply_copyable;
    static_assert(!deeply_copyable<aggregate>);
    static_assert(!deeply_copyable<nested_aggregate>);
    static_assert(!deeply_copyable<std::list<nested_aggregate>>);
    static_assert(!deeply_copyable<move_only<std::string>>);
    static_assert(deeply_copyable<copyable_aggregate>);
    static_assert(deeply_copyable<std::map<int, copyable_aggregate>>);
    static_assert(deeply_copyable<with_reference>);
    BOOST_TEST(true);
}
