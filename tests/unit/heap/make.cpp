// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// make: what it constructs, what it allocates, and what remains when a constructor throws.

#include "tests/unit/heap/support.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

using namespace heap_test;

namespace {

// Counts the allocations of this thread, and those that have not been freed.
thread_local long allocations = 0;
thread_local long live = 0;
thread_local bool fail_next = false;

void* allocate(std::size_t size, std::size_t alignment) {
    if (std::exchange(fail_next, false)) {
        throw std::bad_alloc();
    }
    ++allocations;
    ++live;
    std::size_t const whole = (size + alignment - 1) / alignment * alignment;
    void* const p = alignment <= alignof(std::max_align_t) ? std::malloc(size)
                                                           : std::aligned_alloc(alignment, whole);
    return p != nullptr ? p : throw std::bad_alloc();
}
void deallocate(void* p) noexcept {
    live -= p != nullptr;
    std::free(p);
}

struct empty {};
struct one_byte {
    char c;
};
struct alignas(128) wide {
    char c = 'w';
};
struct aggregate {
    int number;
    std::string text;
};
struct nested_aggregate {
    int numbers[2];
    int last;
};
struct throwing {
    noting member{"member"};
    throwing() { throw std::runtime_error("failed"); }
};
struct overloads_address_of {
    int value = 1;
    void operator&() const = delete;
};
struct from_list {
    bool list;
    explicit from_list(std::size_t, int) : list(false) {}
    from_list(std::initializer_list<int>) : list(true) {}
};

template <class T, class... A>
concept makeable = requires { make<T>(std::declval<A>()...); };

static_assert(makeable<int> && makeable<int, int> && makeable<int const, int>);
static_assert(makeable<aggregate, int, char const*> && makeable<nested_aggregate, int, int, int>);
static_assert(!makeable<int, std::string>);
static_assert(!makeable<int[3]>);
static_assert(!makeable<int[]>);
static_assert(!makeable<int&, int&>);
static_assert(!makeable<noting>);

// Would be ambiguous with handrail's if make were a function template.
struct stranger {};
template <class T>
int make(stranger) {
    return 1;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { deallocate(p); }
void operator delete(void* p, std::size_t) noexcept { deallocate(p); }
void operator delete(void* p, std::align_val_t) noexcept { deallocate(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { deallocate(p); }

BOOST_FIXTURE_TEST_SUITE(making, clean_log)

BOOST_AUTO_TEST_CASE(one_allocation_holds_counts_and_object) {
    long const before = allocations;
    long const live_before = live;
    {
        auto const object = handrail::make<std::array<char, 100>>();
        BOOST_TEST(allocations == before + 1);
        weak<std::array<char, 100>> const watched = object;
        auto const copy = watched.lock();
        BOOST_TEST(allocations == before + 1);
    }
    BOOST_TEST(live == live_before);
}

BOOST_AUTO_TEST_CASE(the_header_takes_32_bytes) {
    static_assert(sizeof(handrail::detail::managed<std::int64_t>) == 40);
    static_assert(sizeof(handrail::detail::managed<wide>) == 256);
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(ending_objects_allocates_nothing) {
    struct node {
        shared<node> next;
    };
    auto first = handrail::make<node>();
    for (int i = 0; i != 1'000; ++i) {
        first = handrail::make<node>(std::move(first));
    }
    long const before = allocations;
    long const live_before = live;
    first.reset();
    BOOST_TEST(allocations == before);
    BOOST_TEST(live == live_before - 1'001);
}

BOOST_AUTO_TEST_CASE(empty_and_one_byte_classes_can_be_managed) {
    auto const a = handrail::make<empty>();
    auto const b = handrail::make<empty>();
    BOOST_TEST((a != b));
    auto c = handrail::make<one_byte>('c');
    BOOST_TEST(c->c == 'c');
    handrail::add_cleanup(c, &note, std::string("one byte"));
    c.reset();
    BOOST_TEST(take_events() == lines{"one byte"});
    auto d = handrail::make<empty>();
    handrail::add_cleanup(d, &note, std::string("empty"));
    d.reset();
    BOOST_TEST(take_events() == lines{"empty"});
}

BOOST_AUTO_TEST_CASE(over_aligned_objects_are_aligned) {
    for (int i = 0; i != 10; ++i) {
        auto const object = handrail::make<wide>();
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(object.get()) % 128 == 0U);
        BOOST_TEST(object->c == 'w');
    }
}

BOOST_AUTO_TEST_CASE(arguments_are_forwarded) {
    auto number = std::make_unique<int>(3);
    auto const object = handrail::make<std::unique_ptr<int>>(std::move(number));
    BOOST_TEST(**object == 3);
    std::string text = "kept";
    auto const reference = handrail::make<std::pair<int, std::string&>>(1, text);
    BOOST_TEST(&reference->second == &text);
}

BOOST_AUTO_TEST_CASE(no_arguments_mean_value_initialisation) {
    for (int i = 0; i != 10; ++i) {
        auto const numbers = handrail::make<std::array<int, 16>>();
        BOOST_TEST((*numbers == std::array<int, 16>{}));
        numbers->fill(-1);
    }
}

BOOST_AUTO_TEST_CASE(aggregates_are_built_from_their_members) {
    auto const object = handrail::make<aggregate>(3, "abc");
    BOOST_TEST(object->number == 3);
    BOOST_TEST(object->text == "abc");
    auto const nested = handrail::make<nested_aggregate>(1, 2, 3);
    BOOST_TEST(nested->numbers[1] == 2);
    BOOST_TEST(nested->last == 3);
}

BOOST_AUTO_TEST_CASE(a_constructor_is_preferred_to_a_list) {
    BOOST_TEST(!handrail::make<from_list>(std::size_t{3}, 1)->list);
    BOOST_TEST(handrail::make<std::vector<int>>(3, 1)->size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_class_may_overload_the_address_of_operator) {
    auto const object = handrail::make<overloads_address_of>();
    BOOST_TEST(object->value == 1);
}

BOOST_AUTO_TEST_CASE(make_of_a_const_type_gives_a_reference_to_const) {
    shared<std::string const> const object = handrail::make<std::string const>("abc");
    BOOST_TEST(*object == "abc");
}

BOOST_AUTO_TEST_CASE(a_throwing_constructor_leaves_nothing_behind) {
    long const before = live;
    BOOST_CHECK_THROW(static_cast<void>(handrail::make<throwing>()), std::runtime_error);
    BOOST_TEST(take_events() == lines{"~member"});
    BOOST_TEST(live == before);
}

BOOST_AUTO_TEST_CASE(running_out_of_memory_is_bad_alloc_and_builds_nothing) {
    fail_next = true;
    BOOST_CHECK_THROW(static_cast<void>(handrail::make<one_byte>('c')), std::bad_alloc);
}

BOOST_AUTO_TEST_CASE(a_weak_from_a_failed_constructor_frees_the_memory_when_it_is_destroyed) {
    struct leaver : handrail::enable_shared_from_this<leaver> {
        explicit leaver(weak<leaver>& out) {
            out = weak_from_this();
            throw std::runtime_error("failed");
        }
    };
    long const before = live;
    weak<leaver> out;
    try {
        static_cast<void>(handrail::make<leaver>(out));
        BOOST_ERROR("did not throw");
    } catch (std::runtime_error const&) {
    }
    BOOST_TEST(live == before + 1);
    BOOST_TEST(out.expired());
    out.reset();
    BOOST_TEST(live == before);
}

BOOST_AUTO_TEST_CASE(a_weak_keeps_the_memory_but_not_the_object) {
    long const before = live;
    auto object = handrail::make<std::string>("abc");
    weak<std::string> watched = object;
    object.reset();
    BOOST_TEST(live == before + 1);
    watched.reset();
    BOOST_TEST(live == before);
}

BOOST_AUTO_TEST_CASE(argument_dependent_lookup_finds_no_other_make) {
    using handrail::make;
    BOOST_TEST(make<empty>().use_count() == 1);
    BOOST_TEST(heap_test::make<int>(1).use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
