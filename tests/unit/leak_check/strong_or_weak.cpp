// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::shared_ptr and std::weak_ptr have the same layout in memory. In each test the server keeps a
// list of weak references to its sessions, so that the counts alone do not decide what a cleanup
// holds; the copy that is made at the registration shows it.

#include "full_level.hpp"

#include <any>
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::leak_check::grade;

namespace {

struct session : std::enable_shared_from_this<session> {
    std::string peer = "192.0.2.1";
    file socket = open_null();
};
using session_ptr = std::shared_ptr<session>;
using session_watch = std::weak_ptr<session>;

// Returns: a callable that captures the argument.
template <class T>
auto holding(T held) {
    return [held = std::move(held)] { (void)held; };
}

struct server : at_full {
    std::vector<session_watch> sessions;
    session_ptr s = accepted();

    session_ptr accepted() {
        auto fresh = std::make_shared<session>();
        sessions.push_back(fresh);
        return fresh;
    }

    // Requires: the callable holds the session. Claims: that is found, with so many references.
    template <class F>
    void leak_is_found_in(F callable, std::size_t inside = 1) {
        auto token = add_cleanup(s->socket, capturing(std::move(callable)));
        auto const report = complete_check();
        expect(report, "HR001", grade::possible, "file");
        BOOST_TEST(only(report).references_inside == inside, text_of(report));
        token.stop();
        BOOST_TEST(complete_check().findings.empty());
    }
    // Claims: a cleanup that is the callable is not a finding.
    template <class F>
    void nothing_is_found_in(F callable) {
        auto token = add_cleanup(s->socket, capturing(std::move(callable)));
        auto const report = complete_check();
        BOOST_TEST(report.findings.empty(), text_of(report));
        token.stop();
    }
    // Claims: what make returns for a strong reference is a leak, for a weak one none.
    template <class Make>
    void distinguished_in(Make make) {
        leak_is_found_in(holding(make(s)));
        nothing_is_found_in(holding(make(session_watch(s))));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(strong_and_weak_references_are_distinguished, server)

BOOST_AUTO_TEST_CASE(as_captures) {
    distinguished_in([](auto held) { return held; });
}
BOOST_AUTO_TEST_CASE(in_an_optional) {
    distinguished_in([](auto held) { return std::optional(held); });
}
BOOST_AUTO_TEST_CASE(in_a_std_function) {
    distinguished_in([](auto held) {
        return std::function<void()>([held, more = std::array<long, 4>()] { (void)held; });
    });
}
BOOST_AUTO_TEST_CASE(in_a_std_any) {
    distinguished_in([](auto held) { return std::any(std::pair(held, 1)); });
}
BOOST_AUTO_TEST_CASE(in_a_std_bind) {
    distinguished_in([](auto held) { return std::bind([](auto const&) {}, held); });
}
BOOST_AUTO_TEST_CASE(in_containers) {
    distinguished_in([](auto held) { return std::vector{held}; });
    distinguished_in([](auto held) { return std::deque{held}; });
    distinguished_in([](auto held) { return std::list{held}; });
    distinguished_in(
        [](auto held) { return std::map<int, decltype(held)>{{0, {}}, {1, held}, {2, {}}}; });
    distinguished_in([](auto held) { return std::unordered_map<int, decltype(held)>{{1, held}}; });
}
BOOST_AUTO_TEST_CASE(in_nested_containers) {
    distinguished_in([](auto held) {
        std::map<std::string, std::vector<std::list<std::any>>> nested;
        nested["x"].emplace_back().emplace_back(held);
        return nested;
    });
}
BOOST_AUTO_TEST_CASE(as_arguments) {
    auto token = add_cleanup(s->socket, [](int, std::vector<session_ptr>) {}, 1, std::vector{s});
    BOOST_TEST(only(complete_check()).id == "HR001");
    token.stop();
    token = add_cleanup(s->socket, [](int, session_watch) {}, 1, session_watch(s));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    token.stop();
}
BOOST_AUTO_TEST_CASE(beside_an_argument_that_cannot_be_copied) {
    auto const function = [](std::vector<session_ptr>, std::unique_ptr<int>, session_watch,
                             std::function<void()>) {};
    auto token = add_cleanup(
        s->socket, function, std::vector{s}, std::make_unique<int>(1), session_watch(s),
        std::function<void()>([held = s, more = std::array<long, 4>()] { (void)held; }));
    auto const report = complete_check();
    expect(report, "HR001", grade::possible, "file");
    BOOST_TEST(only(report).references_inside == 2U, text_of(report));
    token.stop();
    BOOST_TEST(complete_check().findings.empty());
}
BOOST_AUTO_TEST_CASE(to_a_session_that_new_created) {
    s = session_ptr(new session);
    sessions.push_back(s);
    distinguished_in([](auto held) { return held; });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(counts_and_copies_decide, server)

BOOST_AUTO_TEST_CASE(a_registration_leaves_the_use_count_unchanged) {
    auto token = add_cleanup(s->socket, capturing(holding(std::vector(3, s))));
    BOOST_TEST(s.use_count() == 4);
    token.stop();
    BOOST_TEST(s.use_count() == 1);
}

// A pointer that owns its target and copies it, as smart pointers with value semantics do.
namespace {
template <class T>
struct cloned {
    std::unique_ptr<T> value;

    explicit cloned(T v) : value(std::make_unique<T>(std::move(v))) {}
    cloned(cloned const& other) : cloned(*other.value) {}
    cloned(cloned&&) = default;
};
}  // namespace
BOOST_AUTO_TEST_CASE(a_block_of_which_the_copy_has_its_own_belongs_to_the_payload) {
    static void const* volatile elsewhere;
    distinguished_in([](auto held) {
        cloned fresh(std::pair(held, 1));
        elsewhere = fresh.value.get();
        return fresh;
    });
    BOOST_TEST(elsewhere != nullptr);
    elsewhere = nullptr;
}
BOOST_AUTO_TEST_CASE(a_block_that_payload_and_copy_share_is_owned_by_neither) {
    std::pair const held(s, 1);
    auto const plain = std::make_unique<std::pair<session_ptr, int>>(held);
    nothing_is_found_in([p = plain.get(), text = std::string("x")] { (void)p; });
}

BOOST_AUTO_TEST_CASE(of_strong_and_weak_captures_only_the_strong_ones_count) {
    leak_is_found_in([weak = session_watch(s), self = s] { (void)self; });
    leak_is_found_in([self = s, weak = session_watch(s)] { (void)self; });
    leak_is_found_in([a = s, b = s, c = std::vector<session_watch>(3, s)] { (void)a; }, 2);
}
BOOST_AUTO_TEST_CASE(a_session_is_leaked_now_when_its_cleanup_has_the_only_reference) {
    auto token = add_cleanup(s->socket, capturing(holding(s)));
    s.reset();
    BOOST_TEST(only(complete_check()).leaked_now, text_of(complete_check()));
    token.stop();
    BOOST_TEST(sessions[0].expired());
}
BOOST_AUTO_TEST_CASE(a_ring_of_sessions_is_found_if_all_its_references_are_strong) {
    auto const other = accepted();
    auto token = add_cleanup(s->socket, capturing(holding(other)));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    auto second = add_cleanup(other->socket, capturing(holding(session_watch(s))));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    second.stop();
    second = add_cleanup(other->socket, capturing(holding(s)));
    BOOST_TEST(only(complete_check()).id == "HR002");
    token.stop();
    second.stop();
}
// The references whose kind a copy has shown are subtracted from the counts before those decide.
BOOST_AUTO_TEST_CASE(when_all_weak_references_are_known_the_others_are_strong) {
    sessions.clear();
    auto watches = add_cleanup(s->socket, capturing(holding(session_watch(s))));
    auto holds = add_cleanup(s->socket, capturing([s = s, p = std::make_unique<int>(1)] {}));
    auto const report = complete_check();
    expect(report, "HR001", grade::possible, "file");
    BOOST_TEST(only(report).references_inside == 1U, text_of(report));
    holds.stop();
    watches.stop();
}
BOOST_AUTO_TEST_CASE(when_all_strong_references_are_known_another_word_is_stale) {
    auto const other = accepted();
    sessions.clear();
    auto const slot = std::make_shared<std::optional<session_ptr>>(s);
    auto waits = add_cleanup(s->socket, capturing(holding(slot)));
    auto holds = add_cleanup(other->socket, capturing(holding(s)));
    s.reset();
    slot->reset();  // it leaves the address in memory
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    holds.stop();
}
BOOST_AUTO_TEST_CASE(what_cannot_be_copied_is_not_reported) {
    nothing_is_found_in([s = s, p = std::make_unique<int>(1)] {});
    nothing_is_found_in([w = session_watch(s), p = std::make_unique<int>(1)] {});
}

// Returns: the address of an object that has been freed.
namespace {
template <class T>
std::uintptr_t freed_address() {
    return reinterpret_cast<std::uintptr_t>(std::make_unique<T>().get());
}
}  // namespace
BOOST_AUTO_TEST_CASE(a_stale_pointer_in_the_payload_is_not_followed) {
    std::array const gone{freed_address<session>(), freed_address<std::array<session_ptr, 40>>(),
                          freed_address<std::array<char, 1 << 20>>()};
    nothing_is_found_in([gone, text = std::string(100, 'x')] { (void)text; });
    leak_is_found_in([gone, self = s] { (void)self; });
}

// Adds a weak reference between the comparison with the copy and the copy's end, as another thread
// may.
namespace {
struct adds_weak_reference {
    session_ptr& of;
    std::vector<session_watch>& more;
    adds_weak_reference(session_ptr& s, std::vector<session_watch>& list) : of(s), more(list) {}
    adds_weak_reference(adds_weak_reference const& other) = default;
    ~adds_weak_reference() { more.push_back(of); }
};
}  // namespace
BOOST_AUTO_TEST_CASE(counts_that_changed_meanwhile_are_ignored) {
    nothing_is_found_in(
        [adds = adds_weak_reference(s, sessions), watch = session_watch(s)] { (void)watch; });
}

// Another thread creates and destroys references all the time; a weak one must never be taken for a
// strong one. That thread has a second weak reference only while it has the strong one, so that it
// cannot exchange one for the other, which would mislead (docs/decisions/0020); two threads can.
BOOST_AUTO_TEST_CASE(a_weak_reference_stays_weak_while_another_thread_changes_the_counts) {
    std::atomic<bool> done{false};
    std::thread other([&, watch = session_watch(s)] {
        while (!done) {
            auto const alive = watch.lock();
            session_watch const again = alive;
        }
    });
    std::size_t wrong = 0;
    for (int i = 0; i != 200; ++i) {
        std::vector<handrail::cleanup> tokens;
        for (int n = 0; n != 20; ++n) {
            tokens.push_back(add_cleanup(s->socket, capturing(holding(session_watch(s)))));
        }
        wrong += i % 10 == 0 ? complete_check().findings.size() : 0;
        for (auto& each : tokens) {
            each.stop();
        }
    }
    done = true;
    other.join();
    BOOST_TEST(wrong == 0U);
    leak_is_found_in(holding(s));
}

BOOST_AUTO_TEST_SUITE_END()
