// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The conservative scan of level full finds the commonest leak of Asio programs in whatever it is
// stored: a cleanup of a socket, which is a member of a session, holds a std::shared_ptr to the
// session. And it finds pointers and weak references of a cleanup to its own resource.

#include "full_level.hpp"

#include <any>
#include <array>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::capturing;
using handrail::file;
using handrail::make;
using handrail::leak_check::grade;
namespace leak_check = handrail::leak_check;

namespace {

struct session {
    std::string peer = "192.0.2.1, a name too long to lie in the string itself";
    file socket = open_null();
};
using session_ptr = std::shared_ptr<session>;

struct holder {
    int number = 1;
    session_ptr held;
};

struct at_full_with_session : at_full {
    session_ptr s = std::make_shared<session>();

    // Requires: the callable holds the session. Claims: that is found, and no longer when the
    // cleanup has been stopped.
    template <class F>
    void leak_is_found_in(F callable) {
        auto token = add_cleanup(s->socket, capturing(std::move(callable)));
        auto const report = complete_check();
        auto const f = only(report);
        BOOST_TEST(f.id == "HR001", text_of(report));
        BOOST_TEST((f.grade == grade::possible));
        BOOST_TEST(f.resource.find("/dev/null") != f.resource.npos);
        BOOST_TEST(f.path.size() == 2U, text_of(report));
        BOOST_TEST(path_has(f, "conservative_scan.cpp:"));
        BOOST_TEST(path_has(f, "session> -> "), text_of(report));
        BOOST_TEST(f.references_inside == 1U, text_of(report));
        BOOST_TEST(!f.leaked_now);
        token.stop();
        BOOST_TEST(complete_check().findings.empty());
    }
};

// Returns: a callable that captures the argument.
template <class T>
auto holding(T held) {
    return [held = std::move(held)] { (void)held; };
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_session_that_its_own_cleanup_holds_is_found, at_full_with_session)

BOOST_AUTO_TEST_CASE(in_a_lambda) { leak_is_found_in(holding(s)); }
BOOST_AUTO_TEST_CASE(in_a_move_only_lambda) {
    leak_is_found_in([s = s, p = std::make_unique<int>(1)] { (void)s; });
}
BOOST_AUTO_TEST_CASE(in_a_nested_aggregate) {
    leak_is_found_in(holding(std::pair(1, holder{2, s})));
}
BOOST_AUTO_TEST_CASE(in_a_std_bind) {
    leak_is_found_in(std::bind([](session_ptr const&) {}, s));
}
BOOST_AUTO_TEST_CASE(in_a_std_function) {
    leak_is_found_in(
        holding(std::function<void()>([s = s, more = std::array<long, 4>()] { (void)s; })));
}
BOOST_AUTO_TEST_CASE(in_a_std_any) { leak_is_found_in(holding(std::any(holder{1, s}))); }
BOOST_AUTO_TEST_CASE(in_an_optional_and_a_variant) {
    leak_is_found_in(holding(std::optional(holder{1, s})));
    leak_is_found_in(holding(std::variant<int, holder>(holder{1, s})));
}
BOOST_AUTO_TEST_CASE(in_a_vector_and_a_deque) {
    leak_is_found_in(holding(std::vector{holder{1, s}}));
    leak_is_found_in(holding(std::deque{holder{1, s}}));
}
BOOST_AUTO_TEST_CASE(in_a_list_a_map_a_set_and_a_hash_map) {
    leak_is_found_in(holding(std::list{holder{1, s}}));
    leak_is_found_in(holding(std::map<int, holder>{{0, {}}, {1, {1, s}}, {2, {}}}));
    leak_is_found_in(holding(std::set{s}));
    leak_is_found_in(holding(std::unordered_map<int, holder>{{1, {1, s}}}));
}
BOOST_AUTO_TEST_CASE(in_nested_containers) {
    std::map<std::string, std::vector<std::list<std::any>>> nested;
    nested["x"].emplace_back().emplace_back(s);
    leak_is_found_in(holding(std::move(nested)));
}
BOOST_AUTO_TEST_CASE(in_the_arguments) {
    auto token = add_cleanup(s->socket, [](std::vector<holder>) {}, std::vector{holder{1, s}});
    BOOST_TEST(only(complete_check()).id == "HR001");
    token.stop();
}
BOOST_AUTO_TEST_CASE(in_an_object_that_another_shared_ptr_holds) {
    auto token = add_cleanup(s->socket, capturing(holding(std::make_shared<holder>(holder{1, s}))));
    auto const report = complete_check();
    BOOST_TEST(only(report).id == "HR001");
    BOOST_TEST(only(report).path.size() == 3U, text_of(report));
    token.stop();
}
BOOST_AUTO_TEST_CASE(when_it_was_stored_after_the_registration) {
    auto later = std::make_shared<holder>();
    auto token = add_cleanup(s->socket, capturing(holding(later)));
    BOOST_TEST(complete_check().findings.empty());
    later->held = s;
    BOOST_TEST(only(complete_check()).id == "HR001");
    later->held.reset();
    BOOST_TEST(complete_check().findings.empty());
    token.stop();
}
BOOST_AUTO_TEST_CASE(that_new_created) {
    s = session_ptr(new session);
    leak_is_found_in(holding(s));
}
BOOST_AUTO_TEST_CASE(that_is_managed_and_held_as_std_shared_ptr) {
    auto const managed = make<session>();
    s.reset();
    auto token = add_cleanup(managed->socket, capturing(holding(handrail::to_std(managed))));
    auto const report = complete_check();
    BOOST_TEST(only(report).id == "HR001", text_of(report));
    token.stop();
    BOOST_TEST(complete_check().findings.empty());
}
BOOST_AUTO_TEST_CASE(as_leaked_now_when_nothing_else_holds_it) {
    auto token = add_cleanup(s->socket, capturing(holding(s)));
    std::weak_ptr<session> const watch = s;
    s.reset();
    BOOST_TEST(only(complete_check()).leaked_now);
    token.stop();
    BOOST_TEST(watch.expired());
}

// A coroutine that never resumes; its frame holds the session.
namespace {
struct task {
    struct promise_type {
        task get_return_object() {
            return task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    explicit task(std::coroutine_handle<promise_type> h) : handle(h) {}
    task(task&& other) noexcept : handle(std::exchange(other.handle, {})) {}
    ~task() {
        if (handle) {
            handle.destroy();
        }
    }
    std::coroutine_handle<promise_type> handle;
};
task serve(session_ptr s) {
    std::string const peer = s->peer;
    co_await std::suspend_always();
    // Without this, clang keeps only the control block's address in the frame, not the object's.
    asm volatile("" : : "r"(s.get()));
    (void)peer;
}
}  // namespace
BOOST_AUTO_TEST_CASE(in_the_frame_of_a_coroutine) { leak_is_found_in(holding(serve(s))); }

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_CASE(a_captured_this_is_a_possible_dangling_pointer, at_full_with_session) {
    auto token = add_cleanup(s->socket, capturing([self = s.get()] { (void)self->peer; }));
    auto const report = complete_check();
    auto const f = only(report);
    BOOST_TEST(f.id == "HR003", text_of(report));
    BOOST_TEST((f.grade == grade::possible));
    BOOST_TEST(path_has(f, "conservative_scan.cpp:"));
    token.stop();
    BOOST_TEST(complete_check().findings.empty());
}
BOOST_FIXTURE_TEST_CASE(an_argument_that_points_elsewhere_does_not_hide_a_captured_this,
                        at_full_with_session) {
    auto const other = make<session>();
    auto token = add_cleanup(s->socket, capturing([self = s.get()](session*) { (void)self->peer; }),
                             other.get());
    auto const report = complete_check();
    token.stop();
    BOOST_TEST(only(report).id == "HR003", text_of(report));
}
BOOST_FIXTURE_TEST_CASE(the_place_of_a_pointer_in_a_captured_container_is_the_capture,
                        at_full_with_session) {
    std::vector<session*> const sessions{nullptr, nullptr, s.get()};
    auto token = add_cleanup(s->socket, capturing([number = 1L, sessions] { (void)number; }));
    auto const report = complete_check();
    token.stop();
    if (has_block_map) {
        BOOST_TEST(path_has(only(report), "capture +8"), text_of(report));
    }
}
BOOST_FIXTURE_TEST_CASE(a_captured_this_of_an_object_without_a_count_is_one_too,
                        at_full_with_session) {
    s.reset();
    auto const plain = std::make_unique<session>();
    auto token = add_cleanup(plain->socket, capturing([self = plain.get()] { (void)self->peer; }));
    BOOST_TEST(only(complete_check()).id == "HR003");
    token.stop();
}

BOOST_FIXTURE_TEST_CASE(an_interior_pointer_is_ignored, at_full_with_session) {
    auto const* const inside = reinterpret_cast<std::byte const*>(s.get()) + sizeof(void*);
    auto token = add_cleanup(s->socket, capturing([inside] { (void)inside; }));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    token.stop();
}

// An object that holds itself through a block of its own. The second word of the block is not the
// reference: it would look like the node of a list, which points back.
namespace {
struct keeper {
    struct inner {
        long numbers[2] = {1, 2};
        std::shared_ptr<keeper> held;
    };
    file socket = open_null();
    std::unique_ptr<inner> own = std::make_unique<inner>();
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_block_to_which_static_memory_refers_is_not_followed, at_full,
                        *boost::unit_test::enable_if<has_block_map>()) {
    static void const* volatile elsewhere;
    auto const k = std::make_shared<keeper>();
    k->own->held = k;
    BOOST_TEST(only(complete_check()).id == "HR005");
    elsewhere = k->own.get();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    BOOST_TEST(elsewhere == k->own.get());
    elsewhere = nullptr;
    k->own->held.reset();
}
BOOST_FIXTURE_TEST_CASE(a_block_to_which_the_stack_refers_is_followed, at_full,
                        *boost::unit_test::enable_if<has_block_map>()) {
    auto const k = std::make_shared<keeper>();
    k->own->held = k;
    void const* volatile on_stack = k->own.get();
    BOOST_TEST(only(complete_check()).id == "HR005");
    BOOST_TEST(on_stack == k->own.get());
    k->own->held.reset();
}

namespace {
using session_weak = handrail::weak<session>;
struct move_only_weaks {
    std::vector<session_weak> list;
    std::unique_ptr<int> only_moved = std::make_unique<int>(1);
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_weak_to_the_own_resource_is_a_note_where_no_copy_could_be_made, at_full) {
    auto const managed = make<session>();
    auto token = add_cleanup(managed, capturing(holding(move_only_weaks{{session_weak(managed)}})));
    auto const report = complete_check();
    expect(report, "HR004", grade::note, "file");
    BOOST_TEST(path_has(only(report), "weak<"), text_of(report));
    token.stop();
    token =
        add_cleanup(managed->socket, capturing(holding(move_only_weaks{{session_weak(managed)}})));
    BOOST_TEST(only(complete_check()).id == "HR004");
    token.stop();
    auto const other = make<session>();
    token = add_cleanup(managed, capturing(holding(move_only_weaks{{session_weak(other)}})));
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    token.stop();
}
BOOST_FIXTURE_TEST_CASE(a_weak_that_probe_and_scan_find_is_one_finding, at_full) {
    auto const managed = make<session>();
    auto token = add_cleanup(managed, capturing(holding(std::vector{session_weak(managed)})));
    BOOST_TEST(only(complete_check()).count == 1U);
    BOOST_TEST(only(complete_check()).id == "HR004");
    token.stop();
}
BOOST_FIXTURE_TEST_CASE(a_weak_that_was_reset_in_place_is_not_found, at_full) {
    auto const managed = make<session>();
    std::vector list(1, std::optional(session_weak(managed)));
    auto& first = list[0];
    auto token =
        add_cleanup(managed, capturing([list = std::move(list), p = std::make_unique<int>(1)] {}));
    BOOST_TEST(only(complete_check()).id == "HR004");
    first.reset();
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    token.stop();
}

namespace {
template <class Make>
void find_ring(std::size_t size, grade expected, Make make_session) {
    std::vector<decltype(make_session())> sessions;
    std::vector<handrail::cleanup> tokens;
    for (std::size_t i = 0; i != size; ++i) {
        sessions.push_back(make_session());
    }
    for (std::size_t i = 0; i != size; ++i) {
        tokens.push_back(
            add_cleanup(sessions[i]->socket, capturing(holding(sessions[(i + 1) % size]))));
    }
    auto const report = complete_check();
    auto const f = only(report);
    BOOST_TEST(f.id == "HR002");
    BOOST_TEST((f.grade == expected));
    BOOST_TEST(f.count == 1U);
    BOOST_TEST(f.path.size() == 2 * size);
    BOOST_TEST(f.references_inside == size);
    for (auto& each : tokens) {
        each.stop();
    }
    BOOST_TEST(complete_check().findings.empty());
}
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_ring_of_two_three_or_fifty_cleanups_is_one_finding, at_full) {
    for (std::size_t const size : {2U, 3U, 50U}) {
        find_ring(size, grade::certain, [] { return make<session>(); });
        find_ring(size, grade::possible, [] { return std::make_shared<session>(); });
    }
}

namespace {
struct room {
    int number = 1;
    file log = open_null();
    handrail::edge<room> next;
    using managed_edges = handrail::edges<&room::next>;
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(a_cycle_of_edges_is_not_a_finding_but_edges_can_be_steps_of_one, at_full) {
    auto const a = make<room>();
    a->next = make<room>();
    a->next->next = a;
    BOOST_TEST(complete_check().findings.empty(), text_of(complete_check()));
    handrail::shared<room> const b = a->next;
    auto token = add_cleanup(b, capturing(holding(a)));
    auto const report = complete_check();
    expect(report, "HR001", grade::possible, "file");  // the program may change the edge
    BOOST_TEST(path_has(only(report), "edge"), text_of(report));
    token.stop();
    a->next = nullptr;
}

namespace {
struct counted_session {
    handrail::file socket = open_null();
};
}  // namespace
// Only the scan knows that the handle lies in an object of std::shared_ptr.
BOOST_FIXTURE_TEST_CASE(a_pointer_to_the_object_around_the_handle_is_known_from_the_scan, at_full) {
    auto const one = std::make_shared<counted_session>();
    auto token = add_cleanup(one->socket, capturing([raw = one.get()] { (void)raw; }));
    auto const finding = only(complete_check());
    BOOST_TEST(token.stop());
    BOOST_TEST(finding.id == "HR003");
    BOOST_TEST((finding.path.back().evidence == handrail::leak_check::evidence::scan));
}
