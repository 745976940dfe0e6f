// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the conservative scan takes an address for, and when it follows heap blocks.

#include "full_level.hpp"

#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;

namespace {

// Begins with its handle: both have one address.
struct log_file {
    file content = open_null();
    long lines = 0;
};

// Holds itself through two heap blocks. A block that began with the reference would look like the
// node of a list, which points back.
struct keeper {
    struct inner {
        long numbers[2] = {1, 2};
        std::shared_ptr<keeper> held;
    };
    struct outer {
        long numbers[2] = {1, 2};
        std::unique_ptr<inner> next = std::make_unique<inner>();
    };
    file socket = open_null();
    std::unique_ptr<outer> own = std::make_unique<outer>();
};

struct at_full_with_keeper : at_full {
    std::shared_ptr<keeper> k = std::make_shared<keeper>();

    at_full_with_keeper() { k->own->next->held = k; }
    ~at_full_with_keeper() { k->own->next->held.reset(); }
};

struct memory_deleter {
    void operator()(void* memory) const noexcept { std::free(memory); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_address_of_an_object_and_its_first_handle_is_the_object, at_full) {
    auto const log = make<log_file>();
    auto token = add_cleanup(log->content, capturing([self = log.get()] { ++self->lines; }));
    auto const f = only(complete_check());
    BOOST_TEST(f.id == "HR003");
    BOOST_TEST(f.path.size() == 2U);  // to the object, in which the handle lies
    token.stop();
}

BOOST_FIXTURE_TEST_CASE(a_cleanup_that_refers_to_unknown_heap_memory_is_opaque, at_full,
                        *boost::unit_test::enable_if<has_block_map>()) {
    auto owner = open_null();
    std::unique_ptr<void, memory_deleter> const unknown(std::malloc(1000));
    std::vector<std::unique_ptr<char[]>> around;  // so that it lies among known blocks
    for (int i = 0; i != 100; ++i) {
        around.push_back(std::make_unique<char[]>(1000));
    }
    BOOST_TEST(complete_check().opaque == 0U);
    auto token = add_cleanup(owner, capturing([p = unknown.get()] { (void)p; }));
    BOOST_TEST(complete_check().opaque == 1U);
    token.stop();
}

BOOST_FIXTURE_TEST_CASE(blocks_that_lead_back_to_their_object_are_followed, at_full_with_keeper) {
    BOOST_TEST(only(complete_check()).id == "HR005");
}

BOOST_FIXTURE_TEST_CASE(what_lies_behind_an_ambiguous_block_is_not_followed, at_full_with_keeper,
                        *boost::unit_test::enable_if<has_block_map>()) {
    static void const* volatile elsewhere;
    elsewhere = k->own.get();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    BOOST_TEST(elsewhere == k->own.get());
    elsewhere = nullptr;
}

BOOST_FIXTURE_TEST_CASE(a_block_to_which_an_unreached_block_refers_is_not_followed,
                        at_full_with_keeper, *boost::unit_test::enable_if<has_block_map>()) {
    auto const observer = std::make_unique<std::pair<long, void const*>>(1, k->own->next.get());
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    BOOST_TEST(observer->second == k->own->next.get());
}
