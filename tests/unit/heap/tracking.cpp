// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which hooks managed objects and their references call.

#include "lib/track/hooks.hpp"
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
    std::string type;
};

std::vector<life> lives;
std::vector<track::probed_reference> notes;

template <class>
struct silent;
template <class... A>
struct silent<void (*)(A...) noexcept> {
    static void call(A...) noexcept {}
};

// Whatever is not listened to does nothing.
template <class F>
void silence(F& hook) {
    hook = &silent<F>::call;
}

track::hooks const& recording() {
    static track::hooks const table = [] {
        track::hooks h{};
        silence(h.handle_opened);
        silence(h.handle_moved);
        silence(h.handle_closing);
        silence(h.handle_ending);
        silence(h.handle_released);
        silence(h.handle_used_empty);
        silence(h.guard_gone);
        silence(h.name_handle);
        silence(h.record_ended);
        silence(h.cleanup_threw);
        silence(h.pointer_refused);
        silence(h.handle_was_closed);
        silence(h.part_copied);
        silence(h.copies_ended);
        h.object_made = [](object_header const* b, extent object, char const* type) noexcept {
            lives.push_back({true, b, object, type});
        };
        h.object_ended = [](object_header const* b) noexcept {
            lives.push_back({false, b, {}, {}});
        };
        h.registered = [](track::registration const& seen) noexcept {
            notes.assign(seen.references.begin(), seen.references.end());
        };
        return h;
    }();
    return table;
}

struct tracked {
    tracked() {
        track::set_hooks(&recording());
        handrail::detail::switches.fetch_or(handrail::detail::switch_tracking);
        lives.clear();
        notes.clear();
        take_events();
    }
    tracked(tracked const&) = delete;
    tracked& operator=(tracked const&) = delete;
    ~tracked() { handrail::detail::switches.fetch_and(~handrail::detail::switch_tracking); }
};

// Registers a capturing cleanup and returns what the probes saw in it.
template <class F>
std::vector<track::probed_reference> notes_of(F fn) {
    auto const owner = make<int>(1);
    handrail::add_cleanup(owner, handrail::capturing(std::move(fn)));
    return notes;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tracking, tracked)

BOOST_AUTO_TEST_CASE(the_hooks_get_an_object_s_memory_and_its_end) {
    auto object = make<derived>();
    shared<other_base> part = object;
    object_header const* const managed = handrail::detail::heap_access::header_of(object);
    BOOST_TEST_REQUIRE(lives.size() == 1U);
    BOOST_TEST(lives[0].made);
    BOOST_TEST(lives[0].managed == managed);
    BOOST_TEST(lives[0].object.begin == object.get());
    BOOST_TEST(lives[0].object.size == sizeof(derived));
    BOOST_TEST(lives[0].type == typeid(derived).name());
    object.reset();
    BOOST_TEST(lives.size() == 1U);
    part.reset();
    BOOST_TEST_REQUIRE(lives.size() == 2U);
    BOOST_TEST(!lives[1].made);
    BOOST_TEST(lives[1].managed == managed);
}

BOOST_AUTO_TEST_CASE(the_hooks_get_objects_without_destructors_too) {
    make<int>(1).reset();
    BOOST_TEST_REQUIRE(lives.size() == 2U);
    BOOST_TEST(lives[0].object.size == sizeof(int));
    BOOST_TEST(!lives[1].made);
}

BOOST_AUTO_TEST_CASE(the_end_hook_is_called_before_the_destructor) {
    struct looks {
        ~looks() { note(lives.back().made ? "after" : "before"); }
    };
    make<looks>().reset();
    BOOST_TEST(take_events() == lines{"before"});
}

BOOST_AUTO_TEST_CASE(the_hooks_do_not_get_an_object_whose_constructor_threw) {
    struct throwing {
        throwing() { throw 1; }
    };
    BOOST_CHECK_THROW(static_cast<void>(make<throwing>()), int);
    BOOST_TEST(lives.empty());
}

BOOST_AUTO_TEST_CASE(references_moved_into_a_record_are_probed_with_their_offsets) {
    auto const object = make<derived>();
    shared<derived> strong = object;
    weak<derived> watching = object;
    auto const seen = notes_of([a = std::move(strong), b = std::move(watching)] {
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

BOOST_AUTO_TEST_CASE(references_inside_a_copyable_callable_are_probed_by_the_copy) {
    auto const object = make<derived>();
    auto const count = object.use_count();
    {
        std::vector<shared<base>> const many{object};
        std::function<void()> const fn = [many] { static_cast<void>(many.size()); };
        auto const seen = notes_of(fn);
        BOOST_TEST_REQUIRE(seen.size() == 1U);
        BOOST_TEST(seen[0].managed == handrail::detail::heap_access::header_of(object));
        BOOST_TEST(seen[0].strong);
        BOOST_TEST((seen[0].seen_by == track::probed_reference::evidence::copy_probe));
    }
    BOOST_TEST(object.use_count() == count);
}

BOOST_AUTO_TEST_CASE(conversions_and_aliases_are_probed_with_the_object_that_they_keep_alive) {
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
    auto const seen = notes_of(converts(object));
    BOOST_TEST(seen.size() >= 3U);
    BOOST_TEST((std::all_of(seen.begin(), seen.end(), [&](track::probed_reference const& each) {
        return each.managed == handrail::detail::heap_access::header_of(object);
    })));
}

BOOST_AUTO_TEST_CASE(empty_references_are_not_probed) {
    auto const seen = notes_of(
        [a = shared<int>(), b = weak<int>()] { static_cast<void>(a == nullptr && b.expired()); });
    BOOST_TEST(seen.empty());
}

BOOST_AUTO_TEST_SUITE_END()
