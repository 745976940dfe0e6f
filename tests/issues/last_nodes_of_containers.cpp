// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a list's header points to its last node, and a map's to the first and the last one, and the
// check scans a header before the nodes that own these. It took such nodes for ambiguously owned,
// and missed the references in them when a stale pointer to one was on the stack.
// Correct: the container owns all of its nodes.

#include "tests/unit/leak_check/full_level.hpp"

#include <iterator>
#include <list>
#include <map>
#include <utility>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;
using handrail::move_only;
using handrail::shared;

namespace {

using list = std::list<shared<file>>;
using map = std::map<int, shared<file>>;

template <class C>
std::size_t constexpr node_header = 0;
template <>
std::size_t constexpr node_header<list> = 2 * sizeof(void*);
template <>
std::size_t constexpr node_header<map> = 5 * sizeof(void*);  // and the key

// Expects HR001 for a file that is held by the element that `element_of` selects, while a pointer
// to the node of that element is on the stack.
template <class C, class Fn>
void expect_found(C nodes, Fn element_of) {
    auto const f = make<file>(open_null());
    shared<file>& held = element_of(nodes);
    char* const volatile stale = reinterpret_cast<char*>(&held) - node_header<C>;
    auto token = add_cleanup(f, capturing(move_only([all = std::move(nodes)] { (void)all; })));
    held = f;
    auto const report = complete_check();
    held.reset();
    expect(report, "HR001", handrail::leak_check::grade::possible, "file");
    BOOST_TEST(stale != nullptr);
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_reference_in_the_last_node_of_a_list_is_found, at_full) {
    expect_found(list(3), [](list& all) -> auto& { return all.back(); });
}

BOOST_FIXTURE_TEST_CASE(references_in_the_first_and_the_last_node_of_a_map_are_found, at_full) {
    auto const seven = [] {
        map all;
        for (int i = 0; i != 7; ++i) {
            all[i];
        }
        return all;
    };
    expect_found(seven(), [](map& all) -> auto& { return all.begin()->second; });
    expect_found(seven(), [](map& all) -> auto& { return all.rbegin()->second; });
}
