// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What an observer is notified of about managed objects and the references of cleanups.

#include "lib/track/probe_result.hpp"
#include "tests/unit/heap/support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <any>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace heap_test;
using handrail::detail::extent;
using handrail::detail::object_header;
namespace track = handrail::detail::track;

namespace {

struct life {
    bool made;
    object_header const* managed;
    extent object;
};

std::vector<life> lives;
std::vector<track::probed_reference> references;

class recorder final : public track::observer {
public:
    void object_created(object_header const* managed) noexcept override {
        lives.push_back({true, managed, managed->object()});
    }
    void object_destroying(object_header const* managed) noexcept override {
        lives.push_back({false, managed, {}});
    }
    void cleanup_registered(track::registration const& made) noexcept override {
        references.assign(made.references.begin(), made.references.end());
    }
};

constinit recorder the_recorder;

struct tracked {
    tracked() {
        track::install(the_recorder);
        handrail::detail::switches.fetch_or(handrail::detail::switch_leak_check);
        lives.clear();
        references.clear();
        take_events();
    }
    tracked(tracked const&) = delete;
    tracked& operator=(tracked const&) = delete;
    ~tracked() { handrail::detail::switches.fetch_and(~handrail::detail::switch_leak_check); }
};

// Registers a capturing cleanup. Returns: the references that the probes found in it.
template <class F>
std::vector<track::probed_reference> references_of(F fn) {
    auto const owner = make<int>(1);
    handrail::add_cleanup(owner, handrail::capturing(std::move(fn)));
    return references;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tracking, tracked)

BOOST_AUTO_TEST_CASE(creation_has_the_whole_extent_and_destruction_is_notified_once) {
    auto object = make<derived>();
    shared<other_base> part = object;
    object_header const* const managed = handrail::detail::heap_access::header_of(object);
    BOOST_TEST_REQUIRE(lives.size() == 1U);
    BOOST_TEST(lives[0].made);
    BOOST_TEST(lives[0].managed == managed);
    BOOST_TEST(lives[0].object.begin == object.get());
    BOOST_TEST(lives[0].object.size == sizeof(derived));
    object.reset();
    BOOST_TEST(lives.size() == 1U);
    part.reset();
    BOOST_TEST_REQUIRE(lives.size() == 2U);
    BOOST_TEST(!lives[1].made);
    BOOST_TEST(lives[1].managed == managed);
}

BOOST_AUTO_TEST_CASE(an_object_without_a_destructor_is_notified_too) {
    make<int>(1).reset();
    BOOST_TEST_REQUIRE(lives.size() == 2U);
    BOOST_TEST(lives[0].object.size == sizeof(int));
    BOOST_TEST(!lives[1].made);
}

BOOST_AUTO_TEST_CASE(destruction_is_notified_before_the_destructor_runs) {
    struct observes {
        ~observes() { note(lives.back().made ? "not notified" : "notified"); }
    };
    make<observes>().reset();
    BOOST_TEST(take_events() == lines{"notified"});
}

BOOST_AUTO_TEST_CASE(an_object_whose_constructor_throws_is_not_notified) {
    struct throwing {
        throwing() { throw 1; }
    };
    BOOST_CHECK_THROW(static_cast<void>(make<throwing>()), int);
    BOOST_TEST(lives.empty());
}

BOOST_AUTO_TEST_CASE(references_moved_into_a_record_have_their_offsets) {
    auto const object = make<derived>();
    shared<derived> strong = object;
    weak<derived> watching = object;
    auto const seen = references_of([a = std::move(strong), b = std::move(watching)] {
        static_cast<void>(a == nullptr && b.expired());
    });
    BOOST_TEST_REQUIRE(seen.size() == 2U);
    for (auto const& each : seen) {
        BOOST_TEST(each.managed == handrail::detail::heap_access::header_of(object));
        BOOST_TEST((each.seen_by == track::probed_reference::evidence::move_probe));
        BOOST_TEST(std::string_view(each.type) == typeid(derived).name());
        BOOST_TEST(each.offset == (each.strong ? 0 : 16));
    }
    BOOST_TEST(seen[0].strong != seen[1].strong);
}

BOOST_AUTO_TEST_CASE(references_behind_a_copyable_callable_are_found_by_the_copy) {
    auto const object = make<derived>();
    auto const count = object.use_count();
    {
        std::vector<shared<base>> const many{object};
        std::function<void()> const fn = [many] { static_cast<void>(many.size()); };
        auto const seen = references_of(fn);
        BOOST_TEST_REQUIRE(seen.size() == 1U);
        BOOST_TEST(seen[0].managed == handrail::detail::heap_access::header_of(object));
        BOOST_TEST(seen[0].strong);
        BOOST_TEST((seen[0].seen_by == track::probed_reference::evidence::copy_probe));
    }
    BOOST_TEST(object.use_count() == count);
}

BOOST_AUTO_TEST_CASE(conversions_and_aliases_are_references_to_the_object_that_they_keep_alive) {
    auto const object = make<derived>();
    struct converts {
        shared<derived> held;
        shared<int> part;
        weak<base> watched;
        converts(shared<derived> h) : held(std::move(h)), part(held, &held->d), watched(held) {}
        converts(converts const& other)
            : held(other.held), part(other.held, &other.held->d), watched(other.held) {}
        void operator()() const {}
    };
    auto const seen = references_of(converts(object));
    BOOST_TEST(seen.size() >= 3U);
    BOOST_TEST((std::all_of(seen.begin(), seen.end(), [&](track::probed_reference const& each) {
        return each.managed == handrail::detail::heap_access::header_of(object);
    })));
}

BOOST_AUTO_TEST_CASE(empty_references_are_not_recorded) {
    auto const seen = references_of(
        [a = shared<int>(), b = weak<int>()] { static_cast<void>(a == nullptr && b.expired()); });
    BOOST_TEST(seen.empty());
}

BOOST_AUTO_TEST_SUITE_END()
