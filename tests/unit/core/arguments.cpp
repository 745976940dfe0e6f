// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What can be registered: every kind of callable, and arguments of types that an implementation may
// easily fail to accept. Most of the claims are that it compiles; the cleanups run, too.

#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <any>
#include <array>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using lines = std::vector<std::string>;

namespace {

struct speaker {
    std::string name = "speaker";
    void speak() { note(name); }
    void speak_as_lvalue() & { note(name + " &"); }
    void speak_as_rvalue() && { note(name + " &&"); }
    void speak_quietly() const noexcept { note(name + " const noexcept"); }
};

void plain() { note("plain"); }
void never_throws(int) noexcept { note("noexcept"); }

// Effects: registers a cleanup on a new owner and closes it. Returns: the events after the close.
template <class... A>
lines ran(A&&... a) {
    take_events();
    {
        quiet_handle owner(1);
        handrail::add_cleanup(owner, std::forward<A>(a)...);
    }
    return take_events();
}

// Returns: whether an argument of this type can be registered and is passed to the cleanup.
template <class T>
bool passes(T argument) {
    return ::ran([](T&&) { note("ran"); }, std::move(argument)) == lines{"ran"};
}

struct incomplete;
template <class T>
struct holder {
    T value;  // an error if this is ever instantiated with incomplete
};
struct free_with_function {
    using pointer = struct number {
        int value = -1;
        number() = default;
        number(std::nullptr_t) {}
        explicit number(int v) : value(v) {}
        explicit operator bool() const { return value >= 0; }
        bool operator==(number const&) const = default;
    };
    void operator()(pointer) const {}
};
struct abstract {
    virtual void act() = 0;
    virtual ~abstract() = default;
};
struct tree : std::vector<tree> {
    using std::vector<tree>::vector;
    tree* up = nullptr;
};
struct json : std::variant<int, std::vector<json>, std::map<std::string, json>, int*> {
    using variant::variant;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(callables)

BOOST_AUTO_TEST_CASE(functions_decay_to_pointers) {
    BOOST_TEST(ran(plain) == lines{"plain"});
    BOOST_TEST(ran(&plain) == lines{"plain"});
    BOOST_TEST(ran(never_throws, 1) == lines{"noexcept"});
}
BOOST_AUTO_TEST_CASE(lambdas_and_what_they_decay_to) {
    BOOST_TEST(ran([] { note("lambda"); }) == lines{"lambda"});
    BOOST_TEST(ran(+[] { note("decayed"); }) == lines{"decayed"});
    BOOST_TEST(ran([](auto&&...) { note("generic"); }, 1, "two", 3.0) == lines{"generic"});
}
BOOST_AUTO_TEST_CASE(empty_function_objects_also_final_ones) {
    struct object {
        void operator()() const { note("object"); }
    };
    struct final_object final {
        void operator()() && { note("final"); }
    };
    BOOST_TEST(ran(object{}) == lines{"object"});
    BOOST_TEST(ran(final_object{}) == lines{"final"});
    BOOST_TEST(ran(std::identity(), 1).empty());
}
BOOST_AUTO_TEST_CASE(member_functions_on_objects_pointers_and_references) {
    speaker there;
    BOOST_TEST(ran(&speaker::speak, speaker()) == lines{"speaker"});
    BOOST_TEST(ran(&speaker::speak, &there) == lines{"speaker"});
    BOOST_TEST(ran(&speaker::speak, std::ref(there)) == lines{"speaker"});
    BOOST_TEST(ran(&speaker::speak_as_lvalue, std::ref(there)) == lines{"speaker &"});
    BOOST_TEST(ran(&speaker::speak_as_rvalue, speaker()) == lines{"speaker &&"});
    BOOST_TEST(ran(&speaker::speak_quietly, std::make_unique<speaker>()) ==
               lines{"speaker const noexcept"});
    BOOST_TEST(ran(&speaker::speak_quietly, std::make_shared<speaker const>()) ==
               lines{"speaker const noexcept"});
}
BOOST_AUTO_TEST_CASE(capturing_callables_with_arguments_and_move_only_captures) {
    auto fn = handrail::capturing([p = std::make_unique<std::string>("captured")](
                                      std::string more) { note(*p + " " + more); });
    BOOST_TEST(ran(std::move(fn), std::string("argument")) == lines{"captured argument"});
    BOOST_TEST(ran(handrail::capturing(std::function<void()>(&plain))) == lines{"plain"});
}
BOOST_AUTO_TEST_CASE(what_a_callable_returns_is_ignored) {
    BOOST_TEST(ran([]() -> int {
                   note("int");
                   return 1;
               }) == lines{"int"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(argument_types)

BOOST_AUTO_TEST_CASE(pointers_of_every_kind) {
    static int number = 0;
    static int const volatile strange = 0;
    BOOST_TEST(passes(&number));
    BOOST_TEST(passes(&strange));
    BOOST_TEST(passes(static_cast<void const volatile*>(&strange)));
    BOOST_TEST(passes(nullptr));
    BOOST_TEST(passes(&plain));
    BOOST_TEST(passes(&speaker::speak));
    BOOST_TEST(passes(&speaker::name));
    BOOST_TEST(passes(static_cast<incomplete*>(nullptr)));
    // Qualified, or argument-dependent lookup would complete the type.
    BOOST_TEST(::passes(static_cast<holder<incomplete>*>(nullptr)));
}
BOOST_AUTO_TEST_CASE(arrays_decay) {
    static int numbers[] = {1, 2};
    BOOST_TEST(ran([](int* p, char const* text) { note(text + std::to_string(p[1])); }, numbers,
                   "two") == lines{"two2"});
}
BOOST_AUTO_TEST_CASE(reference_wrappers_spans_and_views) {
    static int volatile number = 0;
    static int volatile numbers[2] = {};
    BOOST_TEST(passes(std::ref(number)));
    BOOST_TEST(passes(std::ref(plain)));
    BOOST_TEST(passes(std::span(numbers)));
    BOOST_TEST(passes(std::span<int volatile>(numbers)));
    BOOST_TEST(passes(std::string_view()));
    BOOST_TEST(passes(std::u16string_view(u"x")));
    BOOST_TEST(passes(std::initializer_list<int*>{}));
}
BOOST_AUTO_TEST_CASE(unique_pointers_of_every_kind) {
    BOOST_TEST(passes(std::unique_ptr<void, void (*)(void*)>(nullptr, [](void*) {})));
    using numbered = std::unique_ptr<int, free_with_function>;
    BOOST_TEST(passes(numbered(free_with_function::number(3))));
    BOOST_TEST(passes(std::unique_ptr<int*[]>(new int*[2])));
    BOOST_TEST(passes(std::unique_ptr<abstract>()));
    BOOST_TEST(passes(std::unique_ptr<tree>(new tree)));
}
BOOST_AUTO_TEST_CASE(shared_pointers_of_every_kind) {
    BOOST_TEST(passes(std::shared_ptr<void>(std::make_shared<int>(1))));
    BOOST_TEST(passes(std::shared_ptr<int*[]>(new int*[2])));
    BOOST_TEST(passes(std::shared_ptr<incomplete>()));
    BOOST_TEST(passes(std::weak_ptr<int>()));
}
BOOST_AUTO_TEST_CASE(containers_of_move_only_types) {
    std::vector<std::unique_ptr<int>> pointers;
    pointers.push_back(std::make_unique<int>(1));
    BOOST_TEST(passes(std::move(pointers)));
    BOOST_TEST(passes(std::map<int, std::unique_ptr<int>>()));
    BOOST_TEST(passes(std::optional<std::vector<std::unique_ptr<int>>>()));
    BOOST_TEST(passes(std::array<std::vector<std::unique_ptr<int>>, 2>()));
    BOOST_TEST(passes(std::variant<int, std::vector<quiet_handle>>()));
    BOOST_TEST(passes(std::tuple<std::pair<int, std::vector<quiet_handle>>>()));
    BOOST_TEST(passes(quiet_handle(2)));
}
BOOST_AUTO_TEST_CASE(composites_with_nothing_in_them) {
    BOOST_TEST(passes(std::tuple<>()));
    BOOST_TEST(passes(std::array<int*, 0>()));
    BOOST_TEST(passes(std::variant<std::monostate>()));
    BOOST_TEST(passes(std::vector<bool>{true}));
    BOOST_TEST(passes(std::any(1)));
}
BOOST_AUTO_TEST_CASE(types_that_contain_themselves) {
    BOOST_TEST(passes(tree{tree{}, tree{tree{}}}));
    BOOST_TEST(passes(std::map<int, tree>{{1, tree{}}}));
    BOOST_TEST(passes(json(std::vector<json>{json(1)})));
    BOOST_TEST(passes(std::filesystem::path("a/b")));
    BOOST_TEST(passes(std::vector<std::filesystem::path>{"a/b"}));
}
BOOST_AUTO_TEST_CASE(tuples_of_tuples_of_one) {
    BOOST_TEST(passes(std::tuple(std::tuple(std::tuple<int*>()))));
    BOOST_TEST(ran([](std::tuple<int> t,
                      std::pair<int, int> p) { note(std::to_string(std::get<0>(t) + p.second)); },
                   std::tuple(1), std::pair(1, 2)) == lines{"3"});
}

BOOST_AUTO_TEST_SUITE_END()
