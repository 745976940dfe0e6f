// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which arguments add_cleanup refuses, and which it accepts.

#include "tests/support/owners.hpp"

#include <handrail/file.hpp>
#include <handrail/mapping.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::self_capture;

namespace {

struct session {
    quiet_handle socket{1};
    int number = 0;
};

// Effects: registers a cleanup with one argument. Returns: whether it was refused; checks that
//   nothing
// is registered then.
template <class Owner, class T>
bool refuses(Owner&& owner, T argument) {
    auto const before = handrail::cleanup_stats().registered;
    try {
        add_cleanup(owner, [](T) {}, std::move(argument)).stop();
        return false;
    } catch (self_capture const&) {
        BOOST_TEST(handrail::cleanup_stats().registered == before);
        return true;
    }
}

struct layer {
    handrail::shared<session> held;
    std::vector<layer> below;
};
struct tree : std::vector<tree> {};
struct odd;
struct even : std::vector<odd> {};
struct odd : std::vector<even> {};
struct incomplete;
struct delete_incomplete {
    void operator()(incomplete*) const noexcept {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(refused)

BOOST_AUTO_TEST_CASE(the_owner_itself) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, s));
}
BOOST_AUTO_TEST_CASE(a_pointer_to_the_owner) {
    session s;
    BOOST_TEST(refuses(s.socket, &s.socket));
    BOOST_TEST(refuses(s.socket, static_cast<void const*>(&s.socket)));
}
BOOST_AUTO_TEST_CASE(a_pointer_into_a_managed_owner) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, &s->number));
}
BOOST_AUTO_TEST_CASE(a_reference_wrapper) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, std::ref(s->number)));
    BOOST_TEST(refuses(s, std::cref(s->number)));
}
BOOST_AUTO_TEST_CASE(a_span_and_a_string_view) {
    auto const s = handrail::make<std::array<char, 8>>();
    BOOST_TEST(refuses(s, std::span<char>(*s)));
    BOOST_TEST(refuses(s, std::string_view(s->data(), 3)));
}
BOOST_AUTO_TEST_CASE(inside_a_tuple_a_pair_and_an_array) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, std::tuple(1, s)));
    BOOST_TEST(refuses(s, std::pair(s, 1)));
    BOOST_TEST(refuses(s, std::array{s}));
}
BOOST_AUTO_TEST_CASE(inside_an_optional_and_a_variant) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, std::optional(s)));
    BOOST_TEST(refuses(s, std::variant<int, handrail::shared<session>>(s)));
}
BOOST_AUTO_TEST_CASE(inside_a_vector_and_maps) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, std::vector{s}));
    BOOST_TEST(refuses(s, std::map<int, handrail::shared<session>>{{1, s}}));
    BOOST_TEST(
        refuses(s, std::unordered_map<int, std::vector<handrail::shared<session>>>{{1, {s}}}));
}
BOOST_AUTO_TEST_CASE(inside_a_unique_ptr_to_a_vector) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, std::make_unique<std::vector<handrail::shared<session>>>(1, s)));
}
BOOST_AUTO_TEST_CASE(a_session_that_contains_the_owning_socket) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s->socket, s));
}
BOOST_AUTO_TEST_CASE(an_alias_of_the_owner) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, handrail::shared<int>(s, &s->number)));
}
BOOST_AUTO_TEST_CASE(a_std_shared_ptr_to_the_owner_by_address) {
    auto const s = std::make_shared<session>();
    BOOST_TEST(refuses(s->socket, std::shared_ptr<quiet_handle>(s, &s->socket)));
}
BOOST_AUTO_TEST_CASE(what_keeps_the_owner_alive_is_not_called_a_pointer) {
    auto const s = handrail::make<session>();
    try {
        add_cleanup(s, [](std::shared_ptr<session> const&) {}, handrail::to_std(s));
        BOOST_ERROR("not refused");
    } catch (self_capture const& e) {
        BOOST_TEST(std::string_view(e.what()).find(" keeps the managed object alive") !=
                   std::string_view::npos);
    }
}
BOOST_AUTO_TEST_CASE(a_pointer_into_a_mapping_s_bytes) {
    auto const self = handrail::file::open("/proc/self/exe", handrail::file::read_only);
    auto bytes = handrail::mapping::map(self);
    BOOST_TEST(refuses(bytes, bytes.bytes()));
    BOOST_TEST(refuses(bytes, bytes.bytes().data() + 10));
}
BOOST_AUTO_TEST_CASE(a_pair_or_tuple_of_references) {
    auto const s = handrail::make<session>();
    BOOST_TEST(refuses(s, std::tie(s->number)));
    BOOST_TEST(refuses(s, std::pair<int&, int>(s->number, 1)));
    BOOST_TEST(refuses(s, std::tuple<int, session const&>(1, *s)));
    int elsewhere = 0;
    BOOST_TEST(!refuses(s, std::tie(elsewhere)));
}
BOOST_AUTO_TEST_CASE(volatile_pointers_wrappers_and_spans) {
    auto const s = handrail::make<session>();
    int volatile& number = s->number;
    BOOST_TEST(refuses(s, &number));
    BOOST_TEST(refuses(s, std::ref(number)));
    BOOST_TEST(refuses(s, std::span<int volatile, 1>(&number, 1)));
    BOOST_TEST(refuses(s, static_cast<void const volatile*>(&number)));
}
BOOST_AUTO_TEST_CASE(unique_pointers_to_and_around_the_owner) {
    auto owner = std::make_unique<session>();
    session& s = *owner;
    BOOST_TEST(refuses(s.socket, std::unique_ptr<void, void (*)(void*)>(&s.socket, [](void*) {})));
    BOOST_TEST(refuses(s.socket, std::make_unique<std::optional<quiet_handle*>>(&s.socket)));
}
BOOST_AUTO_TEST_CASE(deep_inside_containers_of_containers) {
    auto const s = handrail::make<session>();
    using inner =
        std::map<int, std::variant<int, std::tuple<std::vector<handrail::shared<session>>>>>;
    std::optional<inner> deep{inner{}};
    (*deep)[1] = std::tuple(std::vector{s});
    BOOST_TEST(refuses(s, std::move(deep)));
}
BOOST_AUTO_TEST_CASE(not_inside_an_aggregate) {
    auto const s = handrail::make<session>();
    layer two{s, {}};
    std::vector<layer> one;
    one.push_back(layer{nullptr, {two}});
    BOOST_TEST(!refuses(s, one));  // an aggregate: left to the leak check
    BOOST_TEST(refuses(s, std::vector{std::vector{s}}));
}
BOOST_AUTO_TEST_CASE(as_the_second_cleanup_s_argument_with_the_first_untouched) {
    auto s = handrail::make<session>();
    int ran = 0;
    add_cleanup(s, [](int* count) { ++*count; }, &ran);
    BOOST_TEST(refuses(s, s));
    s.reset();
    BOOST_TEST(ran == 1);
}
BOOST_AUTO_TEST_CASE(a_handle_moved_into_its_own_cleanup_is_an_empty_owner) {
    quiet_handle owner(1);
    auto const before = handrail::cleanup_stats().registered;
    BOOST_CHECK_THROW(
        add_cleanup(owner, [](quiet_handle) {}, std::move(owner)), std::invalid_argument);
    session s;
    BOOST_CHECK_THROW(add_cleanup(s.socket, [](session) {}, std::move(s)), std::invalid_argument);
    BOOST_TEST(handrail::cleanup_stats().registered == before);
}
BOOST_AUTO_TEST_CASE(the_message_names_the_argument_and_the_remedy) {
    auto const s = handrail::make<session>();
    try {
        add_cleanup(s, [](int, handrail::shared<session>) {}, 1, s);
        BOOST_ERROR("not refused");
    } catch (self_capture const& e) {
        std::string const text = e.what();
        BOOST_TEST(text.find("argument 2") != text.npos);
        BOOST_TEST(text.find("self_capture.cpp:") != text.npos);
        BOOST_TEST(text.find("pass what the cleanup needs") != text.npos);
    }
}
BOOST_AUTO_TEST_CASE(an_empty_owner_is_an_invalid_argument) {
    quiet_handle closed;
    BOOST_CHECK_THROW(add_cleanup(closed, [] {}), std::invalid_argument);
    handrail::shared<int> none;
    BOOST_CHECK_THROW(add_cleanup(none, [] {}), std::invalid_argument);
    BOOST_CHECK_THROW(handrail::set_runner(closed, {}), std::invalid_argument);
    BOOST_CHECK_THROW(handrail::defer_close(closed), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(accepted)

BOOST_AUTO_TEST_CASE(another_object) {
    auto const s = handrail::make<session>();
    auto const other = handrail::make<session>();
    BOOST_TEST(!refuses(s, other));
    BOOST_TEST(!refuses(s, std::vector{&other->number}));
}
BOOST_AUTO_TEST_CASE(a_weak_to_the_owner) {
    auto const s = handrail::make<session>();
    BOOST_TEST(!refuses(s, handrail::weak<session>(s)));
}
BOOST_AUTO_TEST_CASE(null_pointers_and_empty_containers) {
    auto const s = handrail::make<session>();
    BOOST_TEST(!refuses(s, static_cast<int*>(nullptr)));
    BOOST_TEST(!refuses(s, std::optional<handrail::shared<session>>()));
    BOOST_TEST(!refuses(s, std::unique_ptr<int>()));
    BOOST_TEST(!refuses(s, std::span<int>()));
}
BOOST_AUTO_TEST_CASE(one_past_the_end_where_a_neighbour_begins) {
    auto const s = handrail::make<session>();
    BOOST_TEST(!refuses(s, static_cast<void const*>(s.get() + 1)));
    std::array<quiet_handle, 2> neighbours{quiet_handle(1), quiet_handle(2)};
    BOOST_TEST(!refuses(neighbours[0], &neighbours[1]));
    BOOST_TEST(refuses(neighbours[0], &neighbours[0]));
}
BOOST_AUTO_TEST_CASE(types_that_contain_themselves) {
    session s;
    BOOST_TEST(!refuses(s.socket, std::filesystem::path("a/b/c")));
    BOOST_TEST(!refuses(s.socket, tree()));
    BOOST_TEST(!refuses(s.socket, even()));
}
BOOST_AUTO_TEST_CASE(a_unique_ptr_to_an_incomplete_type) {
    session s;
    BOOST_TEST(!refuses(s.socket, std::unique_ptr<incomplete, delete_incomplete>()));
}
BOOST_AUTO_TEST_CASE(containers_of_move_only_types_and_bits) {
    session s;
    std::vector<std::unique_ptr<int>> pointers;
    pointers.push_back(std::make_unique<int>(1));
    BOOST_TEST(!refuses(s.socket, std::move(pointers)));
    BOOST_TEST(!refuses(s.socket, std::vector<bool>{true}));
}
BOOST_AUTO_TEST_CASE(a_type_that_can_hold_no_reference_is_not_walked) {
    static_assert(!handrail::detail::self_reference<std::vector<int>>::possible);
    static_assert(!handrail::detail::self_reference<std::map<std::string, int>>::possible);
    static_assert(!handrail::detail::self_reference<void (*)(int)>::possible);
    static_assert(handrail::detail::self_reference<std::vector<int*>>::possible);
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE_END()
