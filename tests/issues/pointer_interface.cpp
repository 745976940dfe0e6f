// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: shared, weak and edge lacked parts of the interface of std::shared_ptr and std::weak_ptr:
// they could not be printed by a failing test, used as keys, or constant-initialised.
// Correct: they can.

#include <handrail/cleanup.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

using handrail::edge;
using handrail::make;
using handrail::shared;
using handrail::weak;

namespace {

struct base {
    int number = 1;
};
struct derived : base {
    int more = 2;
};
struct two_parts {
    int first = 1;
    int second = 2;
};

struct linked {
    edge<linked> next;
    int number = 0;
    using managed_edges = handrail::edges<&linked::next>;
};

struct constant_object : handrail::enable_shared_from_this<constant_object> {
    constexpr constant_object() noexcept = default;
    int number = 3;
};

constinit shared<int> global_shared;
constinit shared<int> global_null(nullptr);
constinit weak<int> global_weak;
constinit edge<linked> global_edge;
constinit edge<linked> global_null_edge(nullptr);
constinit std::atomic<shared<int>> global_atomic;
constinit std::atomic<shared<int>> global_null_atomic(nullptr);
constinit std::atomic<weak<int>> global_atomic_weak;
constinit constant_object global_fixed;

template <class T>
std::string text(T const& printed) {
    std::ostringstream out;
    out << printed;
    return out.str();
}

template <class T>
constexpr bool moves_without_throwing =
    std::is_nothrow_default_constructible_v<T> && std::is_nothrow_copy_constructible_v<T> &&
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_copy_assignable_v<T> &&
    std::is_nothrow_move_assignable_v<T> && std::is_nothrow_swappable_v<T>;

static_assert(moves_without_throwing<shared<int>>);
static_assert(moves_without_throwing<weak<int>>);
static_assert(moves_without_throwing<edge<linked>>);
static_assert(std::is_nothrow_constructible_v<shared<base>, shared<derived>&&>);
static_assert(std::is_nothrow_assignable_v<shared<base>&, shared<derived> const&>);
static_assert(std::is_nothrow_assignable_v<weak<base>&, shared<derived> const&>);
static_assert(!std::is_convertible_v<shared<base>, shared<derived>>);
static_assert(!std::is_convertible_v<weak<base>, shared<base>>);
static_assert(std::is_constructible_v<shared<base>, weak<derived>>);
static_assert(std::is_same_v<decltype(shared(weak<int>())), shared<int>>);
static_assert(std::is_same_v<decltype(weak(shared<int>())), weak<int>>);
static_assert(std::is_same_v<decltype(edge(shared<linked>())), edge<linked>>);
static_assert(std::is_same_v<std::pointer_traits<shared<int>>::element_type, int>);

struct with_operator_new {
    static void* operator new(std::size_t) = delete;
    static void* operator new(std::size_t, std::align_val_t) = delete;
    int number = 5;
};

bool refuse_memory = false;

}  // namespace

void* operator new(std::size_t size) {
    void* const memory = refuse_memory ? nullptr : std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

BOOST_AUTO_TEST_SUITE(pointer_interface)

BOOST_AUTO_TEST_CASE(tests_can_compare_and_print_shared_weak_and_edge) {
    auto const p = make<int>(1);
    shared<int> const q = p;
    weak<int> const w = p;
    auto const e = edge(make<linked>());
    BOOST_TEST(p == q);
    BOOST_TEST(p != nullptr);
    BOOST_TEST(w == weak<int>(q));
    BOOST_TEST(e == edge(e));
    BOOST_TEST(e != nullptr);
    BOOST_TEST(e == shared<linked>(e));
    BOOST_TEST(!(p < q));
}

BOOST_AUTO_TEST_CASE(shared_and_edge_print_the_address_of_their_object) {
    auto const p = make<int>(1);
    auto const e = edge(make<linked>());
    BOOST_TEST(text(p) == text(p.get()));
    BOOST_TEST(text(e) == text(e.get()));
    BOOST_TEST(text(shared<int>()) == text(static_cast<int*>(nullptr)));
}

BOOST_AUTO_TEST_CASE(weak_prints_the_same_for_one_object_also_when_it_has_been_destroyed) {
    auto p = make<two_parts>();
    weak<two_parts> const whole = p;
    weak<int> const part = shared<int>(p, &p->second);
    std::string const before = text(whole);
    BOOST_TEST(text(part) == before);
    p.reset();
    BOOST_TEST(text(whole) == before);
    BOOST_TEST(text(weak<int>()) != before);
}

BOOST_AUTO_TEST_CASE(reinterpret_pointer_cast_keeps_the_object) {
    auto p = make<two_parts>();
    auto bytes = handrail::reinterpret_pointer_cast<std::byte>(p);
    BOOST_TEST(static_cast<void*>(bytes.get()) == static_cast<void*>(p.get()));
    BOOST_TEST(p.use_count() == 2);
    auto const moved = reinterpret_pointer_cast<two_parts>(std::move(bytes));
    BOOST_TEST(p.use_count() == 2);
    BOOST_TEST(moved == p);
}

BOOST_AUTO_TEST_CASE(shared_is_deduced_from_a_weak) {
    auto const p = make<int>(1);
    weak<int> const w = p;
    shared const locked(w);
    BOOST_TEST(locked == p);
    BOOST_CHECK_THROW(shared(weak<int>()), std::bad_weak_ptr);
}

BOOST_AUTO_TEST_CASE(owner_less_orders_shared_weak_and_edge_by_the_object) {
    auto const whole = make<two_parts>();
    shared<int> const first(whole, &whole->first);
    shared<int> const second(whole, &whole->second);
    std::set<shared<int>, std::owner_less<shared<int>>> owners{first, second};
    BOOST_TEST(owners.size() == 1U);
    BOOST_TEST((owners.find(weak<two_parts>(whole)) != owners.end()));
    std::map<weak<int>, int, std::owner_less<weak<int>>> watched{{first, 1}, {second, 2}};
    BOOST_TEST(watched.size() == 1U);
    BOOST_TEST((watched.find(whole) != watched.end()));
    auto const node = make<linked>();
    std::owner_less<edge<linked>> const less;
    BOOST_TEST(!less(edge(node), node));
    BOOST_TEST(!less(node, edge(node)));
    BOOST_TEST(less(edge(node), whole) != less(whole, edge(node)));
}

BOOST_AUTO_TEST_CASE(a_weak_remains_a_key_when_its_object_has_been_destroyed) {
    auto a = make<int>(1);
    auto const b = make<int>(2);
    std::unordered_map<weak<int>, std::string> names{{a, "a"}, {b, "b"}};
    weak<int> const watched = a;
    a.reset();
    BOOST_TEST(names.at(watched) == "a");
    BOOST_TEST(names.at(b) == "b");
    BOOST_TEST((names.find(make<int>(3)) == names.end()));
    BOOST_TEST(watched != weak<int>());
    BOOST_TEST((weak<int>() == weak<base>()));
}

BOOST_AUTO_TEST_CASE(owner_equal_and_owner_hash_agree_for_shared_weak_and_edge) {
    auto const node = make<linked>();
    edge<linked> const e = node;
    weak<linked> const w = node;
    shared<int> const part(node, &node->number);
    BOOST_TEST((e.owner_equal(w) && w.owner_equal(part) && part.owner_equal(e)));
    BOOST_TEST((e.owner_hash() == w.owner_hash() && w.owner_hash() == part.owner_hash()));
    BOOST_TEST((!e.owner_before(part) && !part.owner_before(e)));
}

BOOST_AUTO_TEST_CASE(edges_compare_with_edges_shared_and_null) {
    auto const a = make<linked>();
    auto const b = make<linked>();
    edge<linked> const e = a;
    edge<linked const> const c = a;
    BOOST_TEST(e == c);
    BOOST_TEST(((e <=> b) == (a <=> b)));
    BOOST_TEST(((b <=> e) == (b <=> a)));
    BOOST_TEST(((e <=> nullptr) == std::strong_ordering::greater));
    BOOST_TEST(nullptr < e);
}

BOOST_AUTO_TEST_CASE(get_pointer_and_to_address_return_the_address_of_the_object) {
    auto const p = make<derived>();
    BOOST_TEST(get_pointer(p) == p.get());
    BOOST_TEST(std::to_address(p) == p.get());
    BOOST_TEST(std::mem_fn(&base::number)(p) == 1);
}

BOOST_AUTO_TEST_CASE(constant_initialised_pointers_are_empty_and_usable) {
    BOOST_TEST(global_shared == nullptr);
    BOOST_TEST(global_null == nullptr);
    BOOST_TEST(global_weak.expired());
    BOOST_TEST(global_edge == nullptr);
    BOOST_TEST(global_null_edge == nullptr);
    BOOST_TEST(global_atomic.load() == nullptr);
    BOOST_TEST(global_null_atomic.load() == nullptr);
    BOOST_TEST(global_atomic_weak.load().expired());
    BOOST_TEST(global_fixed.weak_from_this().expired());
    BOOST_CHECK_THROW(global_fixed.shared_from_this(), std::bad_weak_ptr);
    global_shared = make<int>(4);
    global_weak = global_shared;
    BOOST_TEST(*global_weak.lock() == 4);
    global_shared.reset();
    BOOST_TEST(global_weak.expired());
}

BOOST_AUTO_TEST_CASE(shared_from_this_works_in_a_class_with_a_constexpr_constructor) {
    auto const p = make<constant_object>();
    BOOST_TEST(p->shared_from_this() == p);
}

namespace {
struct interface : handrail::enable_shared_from_this<interface> {
    virtual ~interface() = default;
};
struct left : virtual interface {};
struct right : virtual interface {};
struct both : left, right {};
}  // namespace

BOOST_AUTO_TEST_CASE(enable_shared_from_this_may_be_the_base_of_a_virtual_base) {
    auto const p = make<both>();
    shared<interface> const self = p->shared_from_this();
    BOOST_TEST(self == p);
    BOOST_TEST((p.owner_equal(self)));
}

BOOST_AUTO_TEST_CASE(make_does_not_use_the_operator_new_of_the_class) {
    BOOST_TEST(make<with_operator_new>()->number == 5);
}

BOOST_AUTO_TEST_CASE(to_std_without_memory_throws_and_does_not_change_the_count) {
    auto const p = make<int>(1);
    bool refused = false;
    refuse_memory = true;
    try {
        static_cast<void>(handrail::to_std(p));
    } catch (std::bad_alloc const&) {
        refused = true;
    }
    refuse_memory = false;
    BOOST_TEST(refused);
    BOOST_TEST(p.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(an_edge_outside_of_managed_objects_keeps_its_object_alive) {
    auto a = make<linked>();
    a->next = a;
    weak<linked> const watcher = a;
    {
        edge<linked> const root = a;
        a.reset();
        handrail::heap::global().collect();
        BOOST_TEST(!watcher.expired());
        BOOST_TEST(root.use_count() == 2);
    }
    handrail::heap::global().collect();
    BOOST_TEST(watcher.expired());
}

BOOST_AUTO_TEST_CASE(a_traced_container_is_constructed_in_place_and_read_by_several_threads) {
    handrail::traced<std::vector<edge<linked>>> const kids(std::in_place, 3U);
    auto const here = kids.read();
    std::size_t there = 0;
    std::thread([&] { there = kids.read()->size(); }).join();
    BOOST_TEST(here->size() == 3U);
    BOOST_TEST(there == 3U);
}

BOOST_AUTO_TEST_CASE(only_owners_convert_to_owner_ref) {
    BOOST_TEST((!std::is_convertible_v<int, handrail::owner_ref>));
    BOOST_TEST((!std::is_constructible_v<handrail::owner_ref, std::string&>));
    BOOST_TEST((std::is_convertible_v<shared<int> const&, handrail::owner_ref>));
    BOOST_TEST((std::is_convertible_v<handrail::owner_ref const&, handrail::owner_ref>));
}

BOOST_AUTO_TEST_SUITE_END()
