// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How managed objects end: in which order, on which stack, and what they may do meanwhile.

#include "tests/unit/heap/support.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

using namespace heap_test;

namespace {

struct node {
    shared<node> next;
};

// Its destructor releases others, and records an event before and after.
struct parent {
    std::string name;
    std::vector<shared<noting>> children;
    parent(std::string n, std::vector<shared<noting>> c)
        : name(std::move(n)), children(std::move(c)) {}
    parent(parent const&) = delete;
    parent& operator=(parent const&) = delete;
    ~parent() {
        note("~" + name + " begins");
        children.clear();
        note("~" + name + " ends");
    }
};

// Its destructor makes another object of its class, a few times.
struct phoenix {
    int lives;
    ~phoenix() {
        note("life " + std::to_string(lives));
        if (lives > 0) {
            static_cast<void>(make<phoenix>(lives - 1));
        }
    }
};

struct tree {
    std::vector<shared<tree>> children;
    long* ended;
    ~tree() { ++*ended; }
};

shared<tree> make_tree(int depth, long* ended) {
    auto root = make<tree>(std::vector<shared<tree>>{}, ended);
    for (int i = 0; i != 8 && depth > 0; ++i) {
        root->children.push_back(make_tree(depth - 1, ended));
    }
    return root;
}

int signal_that_ends(void (*work)()) {
    pid_t const child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        work();
        ::_exit(0);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(death, clean_log)

BOOST_AUTO_TEST_CASE(a_chain_of_ten_million_objects_needs_no_deep_stack) {
    shared<node> first;
    for (int i = 0; i != 10'000'000; ++i) {
        first = make<node>(std::move(first));
    }
    weak<node> const second = first->next;
    first.reset();
    BOOST_TEST(second.expired());
}

BOOST_AUTO_TEST_CASE(a_tree_ends_completely) {
    long ended = 0;
    make_tree(5, &ended).reset();
    BOOST_TEST(ended == 1 + 8 + 64 + 512 + 4096 + 32768);
}

BOOST_AUTO_TEST_CASE(objects_released_by_a_destructor_end_after_it_in_that_order) {
    auto object =
        make<parent>("parent", std::vector<shared<noting>>{make<noting>("a"), make<noting>("b")});
    object.reset();
    BOOST_TEST(take_events() == (lines{"~parent begins", "~parent ends", "~a", "~b"}));
}

BOOST_AUTO_TEST_CASE(
    objects_released_by_a_destructor_have_ended_when_the_outermost_release_returns) {
    auto child = make<noting>("child");
    weak<noting> const watched = child;
    std::vector<shared<noting>> children;
    children.push_back(std::move(child));
    auto object = make<parent>("parent", std::move(children));
    object.reset();
    BOOST_TEST(watched.expired());
    BOOST_TEST(take_events() == (lines{"~parent begins", "~parent ends", "~child"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_others_own_lives_on) {
    auto const child = make<noting>("child");
    make<parent>("parent", std::vector<shared<noting>>{child}).reset();
    BOOST_TEST(take_events() == (lines{"~parent begins", "~parent ends"}));
    BOOST_TEST(child.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(
    the_destructor_runs_before_the_cleanups_and_these_before_objects_that_it_released_end) {
    auto object = make<parent>("parent", std::vector<shared<noting>>{make<noting>("child")});
    handrail::add_cleanup(object, &note, std::string("older"));
    handrail::add_cleanup(object, &note, std::string("newer"));
    object.reset();
    BOOST_TEST(take_events() ==
               (lines{"~parent begins", "~parent ends", "newer", "older", "~child"}));
}

BOOST_AUTO_TEST_CASE(a_destructor_may_make_objects) {
    make<phoenix>(3).reset();
    BOOST_TEST(take_events() == (lines{"life 3", "life 2", "life 1", "life 0"}));
}

BOOST_AUTO_TEST_CASE(a_destructor_may_release_handles_and_objects_without_destructors) {
    struct mixed {
        handrail_test::handle h{1};
        shared<int> number = make<int>(1);
        weak<int> watched = number;
        ~mixed() {
            number.reset();
            note(watched.expired() ? "number gone" : "number there");
        }
    };
    make<mixed>().reset();
    BOOST_TEST(take_events() == (lines{"number gone", "close 1"}));
}

BOOST_AUTO_TEST_CASE(an_end_inside_a_handle_s_cleanup_takes_effect_before_that_end_returns) {
    handrail_test::handle owner(1);
    auto object = make<parent>("parent", std::vector<shared<noting>>{make<noting>("child")});
    handrail::add_cleanup(object, &note, std::string("of the object"));
    handrail::add_cleanup(
        owner,
        [](shared<parent> held) {
            held.reset();
            note("end of the cleanup");
        },
        std::move(object));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "~parent begins", "~parent ends", "~child",
                                       "end of the cleanup", "of the object"}));
}

BOOST_AUTO_TEST_CASE(a_chain_through_cleanups_and_handles_needs_no_deep_stack) {
    struct link {
        handrail_test::quiet_handle h{1};
    };
    static long ended;
    ended = 0;
    shared<link> first;
    for (int i = 0; i != 300'000; ++i) {
        auto next = make<link>();
        auto count = [](shared<link>) { ++ended; };
        if (i % 2 == 0) {
            handrail::add_cleanup(next, count, std::move(first));
        } else {
            handrail::add_cleanup(next->h, count, std::move(first));
        }
        first = std::move(next);
    }
    first.reset();
    BOOST_TEST(ended == 300'000);
}

BOOST_AUTO_TEST_CASE(ending_leaves_errno_as_it_was) {
    struct spoils_errno {
        ~spoils_errno() { errno = ERANGE; }
    };
    auto object = make<spoils_errno>();
    handrail::add_cleanup(object, [] { errno = ERANGE; });
    errno = EDOM;
    object.reset();
    BOOST_TEST(errno == EDOM);
}

BOOST_AUTO_TEST_CASE(the_object_ends_on_the_thread_that_releases_last) {
    struct where {
        std::thread::id* out;
        ~where() { *out = std::this_thread::get_id(); }
    };
    std::thread::id ended;
    auto object = make<where>(&ended);
    std::thread worker([held = std::move(object)]() mutable { held.reset(); });
    auto const expected = worker.get_id();
    worker.join();
    BOOST_TEST((ended == expected));
}

BOOST_AUTO_TEST_CASE(objects_owned_by_thread_locals_end_with_their_thread) {
    std::thread([] {
        thread_local shared<noting> held;
        held = make<noting>("of the thread");
        handrail::add_cleanup(held, &note, std::string("its cleanup"));
    }).join();
    BOOST_TEST(take_events() == (lines{"~of the thread", "its cleanup"}));
}

BOOST_AUTO_TEST_CASE(a_deferral_delays_cleanups_but_not_destructors) {
    auto object = make<noting>("object");
    handrail::add_cleanup(object, &note, std::string("cleanup"));
    {
        handrail::deferral const wait;
        object.reset();
        BOOST_TEST(take_events() == lines{"~object"});
    }
    BOOST_TEST(take_events() == lines{"cleanup"});
}

BOOST_AUTO_TEST_CASE(two_to_the_31_references_abort_before_the_count_overflows) {
    using namespace handrail::detail;
    auto const fill = [](object_header& b) { b.word.store(one_increment | max_strong); };
    static auto const overflow_by_copy = [fill] {
        auto const object = make<int>(1);
        fill(*handrail::detail::heap_access::header_of(object));
        auto const copy = object;
    };
    static auto const overflow_by_lock = [fill] {
        auto const object = make<int>(1);
        weak<int> const watched = object;
        fill(*handrail::detail::heap_access::header_of(object));
        auto const copy = watched.lock();
    };
    BOOST_TEST(signal_that_ends([] { overflow_by_copy(); }) == SIGABRT);
    BOOST_TEST(signal_that_ends([] { overflow_by_lock(); }) == SIGABRT);
}

BOOST_AUTO_TEST_CASE(the_count_may_reach_its_maximum) {
    using namespace handrail::detail;
    auto const object = make<int>(1);
    handrail::detail::heap_access::header_of(object)->word.fetch_add(max_strong - 2);
    {
        auto const copy = object;
        BOOST_TEST(copy.use_count() == max_strong);
    }
    handrail::detail::heap_access::header_of(object)->word.fetch_sub(max_strong - 2);
    BOOST_TEST(object.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
