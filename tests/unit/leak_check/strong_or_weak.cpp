// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::shared_ptr and std::weak_ptr look the same in memory. Everywhere here somebody else has a
// weak reference to the session, as a server has that keeps a list of them; the copy that is made
// at the registration tells what the cleanup has.

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

// What reads as "held", whatever it is.
template <class T>
auto with(T held) {
    return [held = std::move(held)] { (void)held; };
}

struct server : at_full {
    std::vector<session_watch> sessions;  // a list of whom to tell
    session_ptr s = accepted();

    session_ptr accepted() {
        auto fresh = std::make_shared<session>();
        sessions.push_back(fresh);
        return fresh;
    }

    template <class F>
    void found_in(F callable, std::size_t inside = 1) {
        auto token = add_cleanup(s->socket, capturing(std::move(callable)));
        auto const report = complete_check();
        expect(report, "HR001", grade::possible, "file");
        BOOST_TEST(only(report).references_inside == inside, text_of(report));
        token.stop();
        BOOST_TEST(complete_check().findings.empty());
    }
    template <class F>
    void silent_in(F callable) {
        auto token = add_cleanup(s->socket, capturing(std::move(callable)));
        auto const report = complete_check();
        BOOST_TEST(report.findings.empty(), text_of(report));
        token.stop();
    }
    // Strong or weak, in whatever make puts it in.
    template <class Make>
    void told_apart_in(Make make) {
        found_in(with(make(s)));
        silent_in(with(make(session_watch(s))));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(told_apart, server)

BOOST_AUTO_TEST_CASE(as_they_are) {
    told_apart_in([](auto held) { return held; });
}
BOOST_AUTO_TEST_CASE(in_an_optional) {
    told_apart_in([](auto held) { return std::optional(held); });
}
BOOST_AUTO_TEST_CASE(in_a_std_function) {
    told_apart_in([](auto held) {
        return std::function<void()>([held, more = std::array<long, 4>()] { (void)held; });
    });
}
BOOST_AUTO_TEST_CASE(in_a_std_any) {
    told_apart_in([](auto held) { return std::any(std::pair(held, 1)); });
}
BOOST_AUTO_TEST_CASE(in_a_std_bind) {
    told_apart_in([](auto held) { return std::bind([](auto const&) {}, held); });
}
BOOST_AUTO_TEST_CASE(in_containers) {
    told_apart_in([](auto held) { return std::vector{held}; });
    told_apart_in([](auto held) { return std::deque{held}; });
    told_apart_in([](auto held) { return std::list{held}; });
    told_apart_in(
        [](auto held) { return std::map<int, decltype(held)>{{0, {}}, {1, held}, {2, {}}}; });
    told_apart_in([](auto held) { return std::unordered_map<int, decltype(held)>{{1, held}}; });
}
BOOST_AUTO_TEST_CASE(in_nested_containers) {
    told_apart_in([](auto held) {
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
BOOST_AUTO_TEST_CASE(of_a_session_that_new_made) {
    s = session_ptr(new session);
    sessions.push_back(s);
    told_apart_in([](auto held) { return held; });
}

BOOST_AUTO_TEST_CASE(the_counts_are_as_before) {
    auto token = add_cleanup(s->socket, capturing(with(std::vector(3, s))));
    BOOST_TEST(s.use_count() == 4);
    token.stop();
    BOOST_TEST(s.use_count() == 1);
}

// A pointer that owns what it points to, and copies it, as many classes do by themselves.
namespace {
template <class T>
struct cloned {
    std::unique_ptr<T> value;

    explicit cloned(T v) : value(std::make_unique<T>(std::move(v))) {}
    cloned(cloned const& other) : cloned(*other.value) {}
    cloned(cloned&&) = default;
};
}  // namespace
BOOST_AUTO_TEST_CASE(what_the_copy_has_of_its_own_belongs_to_the_payload) {
    static void const* volatile elsewhere;
    told_apart_in([](auto held) {
        cloned fresh(std::pair(held, 1));
        elsewhere = fresh.value.get();
        return fresh;
    });
    BOOST_TEST(elsewhere != nullptr);
    elsewhere = nullptr;
}
BOOST_AUTO_TEST_CASE(what_the_copy_shares_belongs_to_nobody_who_is_known) {
    std::pair const held(s, 1);
    auto const plain = std::make_unique<std::pair<session_ptr, int>>(held);
    silent_in([p = plain.get(), text = std::string("x")] { (void)p; });
}

BOOST_AUTO_TEST_CASE(both_captured_are_a_leak_by_one_of_them) {
    found_in([weak = session_watch(s), self = s] { (void)self; });
    found_in([self = s, weak = session_watch(s)] { (void)self; });
    found_in([a = s, b = s, c = std::vector<session_watch>(3, s)] { (void)a; }, 2);
}
BOOST_AUTO_TEST_CASE(leaked_now_when_the_cleanup_has_the_only_reference) {
    auto token = add_cleanup(s->socket, capturing(with(s)));
    s.reset();
    BOOST_TEST(only(complete_check()).leaked_now, text_of(complete_check()));
    token.stop();
    BOOST_TEST(sessions[0].expired());
}
BOOST_AUTO_TEST_CASE(a_ring_of_sessions_that_are_watched) {
    auto const other = accepted();
    auto token = add_cleanup(s->socket, capturing(with(other)));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    auto second = add_cleanup(other->socket, capturing(with(session_watch(s))));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    second.stop();
    second = add_cleanup(other->socket, capturing(with(s)));
    BOOST_TEST(only(complete_check()).id == "HR002");
    token.stop();
    second.stop();
}
// What a cleanup is known to have leaves less for those of whom nothing is known.
BOOST_AUTO_TEST_CASE(all_weak_references_found_make_the_others_strong) {
    sessions.clear();
    auto watches = add_cleanup(s->socket, capturing(with(session_watch(s))));
    auto holds = add_cleanup(s->socket, capturing([s = s, p = std::make_unique<int>(1)] {}));
    auto const report = complete_check();
    expect(report, "HR001", grade::possible, "file");
    BOOST_TEST(only(report).references_inside == 1U, text_of(report));
    holds.stop();
    watches.stop();
}
BOOST_AUTO_TEST_CASE(all_strong_references_found_make_another_word_stale) {
    auto const other = accepted();
    sessions.clear();
    auto const slot = std::make_shared<std::optional<session_ptr>>(s);
    auto waits = add_cleanup(s->socket, capturing(with(slot)));
    auto holds = add_cleanup(other->socket, capturing(with(s)));
    s.reset();
    slot->reset();  // it leaves the address in memory
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    holds.stop();
}
// Nobody has copied it.
BOOST_AUTO_TEST_CASE(what_cannot_be_copied_is_not_told_of) {
    silent_in([s = s, p = std::make_unique<int>(1)] {});
    silent_in([w = session_watch(s), p = std::make_unique<int>(1)] {});
}

// The word of a plain pointer to what has been freed.
namespace {
template <class T>
std::uintptr_t freed() {
    return reinterpret_cast<std::uintptr_t>(std::make_unique<T>().get());
}
}  // namespace
BOOST_AUTO_TEST_CASE(a_stale_pointer_beside_a_string_is_not_followed) {
    std::array const gone{freed<session>(), freed<std::array<session_ptr, 40>>(),
                          freed<std::array<char, 1 << 20>>()};
    silent_in([gone, text = std::string(100, 'x')] { (void)text; });
    found_in([gone, self = s] { (void)self; });
}

// As another thread may: between the look at the copy and the end of the copy.
namespace {
struct meddler {
    session_ptr& of;
    std::vector<session_watch>& more;
    meddler(session_ptr& s, std::vector<session_watch>& list) : of(s), more(list) {}
    meddler(meddler const& other) = default;
    ~meddler() { more.push_back(of); }
};
}  // namespace
BOOST_AUTO_TEST_CASE(counts_that_do_not_fit_are_not_believed) {
    silent_in([meddles = meddler(s, sessions), watch = session_watch(s)] { (void)watch; });
}

// Another thread takes and drops references all the time; a weak one must never be taken for a
// strong one. One thread has a weak reference only while it has the strong one, so that it cannot
// exchange one for the other, which would mislead (docs/decisions/0020); two threads together can.
BOOST_AUTO_TEST_CASE(while_another_thread_changes_the_counts) {
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
            tokens.push_back(add_cleanup(s->socket, capturing(with(session_watch(s)))));
        }
        wrong += i % 10 == 0 ? complete_check().findings.size() : 0;
        for (auto& each : tokens) {
            each.stop();
        }
    }
    done = true;
    other.join();
    BOOST_TEST(wrong == 0U);
    found_in(with(s));
}

BOOST_AUTO_TEST_SUITE_END()
