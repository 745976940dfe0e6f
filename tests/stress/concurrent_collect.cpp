// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Threads change graphs of managed objects within the contract while others collect all the time.
// No object ends while something can reach it, none is lost, each cleanup runs once.
//
// HANDRAIL_STRESS_SECONDS in the environment says how long all of it takes; 10 otherwise.

#include <handrail/cleanup.hpp>
#include <handrail/shared.hpp>
#include <handrail/testing.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using handrail::add_cleanup;
using handrail::edge;
using handrail::edges;
using handrail::heap;
using handrail::shared;
using handrail::traced;
using handrail::weak;
using std::chrono::steady_clock;

steady_clock::duration share_of_time(int tenths) {
    char const* const text = std::getenv("HANDRAIL_STRESS_SECONDS");
    return std::chrono::milliseconds(100) * tenths * (text != nullptr ? std::stol(text) : 10);
}

// What happened to the vertices of one graph.
struct tally {
    std::atomic<long> made = 0;
    std::atomic<long> ended = 0;
    std::atomic<long> cleaned = 0;
    std::atomic<long> broken = 0;  // something was seen that had ended, or happened twice
};

// Runs a cleanup's count once.
struct once {
    tally* counts;
    std::unique_ptr<int> runs = std::make_unique<int>(0);
};
void note_cleanup(once each) {
    ++each.counts->cleaned;
    each.counts->broken += ++*each.runs != 1;
}

struct vertex {
    static constexpr int good = 0x600d;

    tally* counts;
    int canary = good;  // plain: a use that is not ordered before the end is a race
    std::mutex mutex;   // of the slots
    std::array<edge<vertex>, 3> slots;
    traced<std::vector<edge<vertex>>> kids;
    using managed_edges = edges<&vertex::slots, &vertex::kids>;

    explicit vertex(tally& t) : counts(&t) { ++t.made; }
    vertex(vertex const&) = delete;
    vertex& operator=(vertex const&) = delete;
    ~vertex() {
        check();
        canary = 0;
        ++counts->ended;
    }
    void check() const { counts->broken += canary != good; }
};

using vertex_ptr = shared<vertex>;

// Roots that go from thread to thread, and weak references that all of them try.
class exchange {
public:
    static constexpr std::size_t places = 16;

    vertex_ptr swap_root(std::size_t place, vertex_ptr mine) {
        std::lock_guard hold(mutex_);
        return std::exchange(roots_[place % places], std::move(mine));
    }
    void watch(std::size_t place, weak<vertex> mine) {
        std::lock_guard hold(mutex_);
        watched_[place % places].swap(mine);
    }
    weak<vertex> watched(std::size_t place) {
        std::lock_guard hold(mutex_);
        return watched_[place % places];
    }

private:
    std::mutex mutex_;
    std::array<vertex_ptr, places> roots_;
    std::array<weak<vertex>, places> watched_;
};

// One thread's work.
class mutator {
public:
    mutator(heap& graph, tally& counts, exchange& others, unsigned long seed)
        : graph_(graph), counts_(counts), others_(others), random_(seed) {}

    void step() {
        static constexpr std::array operations{
            &mutator::make,      &mutator::make,    &mutator::make,       &mutator::drop_root,
            &mutator::drop_root, &mutator::link,    &mutator::link,       &mutator::unlink,
            &mutator::move,      &mutator::move,    &mutator::swap_slots, &mutator::push,
            &mutator::pop,       &mutator::steal,   &mutator::swap_kids,  &mutator::take_out,
            &mutator::pass_on,   &mutator::pass_on, &mutator::watch,      &mutator::lock,
            &mutator::lock,      &mutator::lock};
        (this->*operations[below(operations.size())])();
    }

private:
    std::size_t below(std::size_t end) { return random_() % end; }
    edge<vertex>& some_slot(vertex& of) { return of.slots[below(of.slots.size())]; }

    void add_root(vertex_ptr fresh) {
        if (roots_.size() < 12) {
            roots_.push_back(std::move(fresh));
        } else {
            roots_[below(roots_.size())] = std::move(fresh);
        }
    }
    // In a cycle with some other one, mostly.
    void make() {
        auto const fresh = graph_.make<vertex>(counts_);
        add_cleanup(fresh, note_cleanup, once{&counts_});
        if (auto const at = somewhere()) {
            fresh->slots[0] = at;
            at->kids.write()->push_back(fresh);
        }
        if (roots_.empty() || below(4) == 0) {
            add_root(fresh);
        }
    }
    void drop_root() {
        if (!roots_.empty()) {
            std::swap(roots_[below(roots_.size())], roots_.back());
            roots_.pop_back();
        }
    }
    void link() {
        auto const [a, b] = two_places();
        if (a) {
            std::lock_guard hold(a->mutex);
            some_slot(*a) = b;
        }
    }
    void unlink() {
        if (auto const at = somewhere()) {
            std::lock_guard hold(at->mutex);
            some_slot(*at) = nullptr;
        }
    }
    void move() {
        auto const [a, b] = two_places();
        if (a && a != b) {
            std::scoped_lock hold(a->mutex, b->mutex);
            some_slot(*b) = std::move(some_slot(*a));
        }
    }
    void swap_slots() {
        auto const [a, b] = two_places();
        if (a && a != b) {
            std::scoped_lock hold(a->mutex, b->mutex);
            swap(some_slot(*a), some_slot(*b));
        }
    }
    void push() {
        auto const [a, b] = two_places();
        if (a) {
            a->kids.write()->push_back(b);
        }
    }
    void pop() {
        if (auto const at = somewhere()) {
            if (auto const kids = at->kids.write(); !kids->empty()) {
                kids->pop_back();
            }
        }
    }
    void steal() {
        auto const [a, b] = two_places();
        if (a && a != b) {
            auto stolen = std::exchange(*a->kids.write(), {});
            b->kids.write()->swap(stolen);
        }
    }
    // Guards of two containers at once: by address, so that no two threads wait for each other.
    void swap_kids() {
        auto [a, b] = two_places();
        if (a && a != b) {
            if (b < a) {
                a.swap(b);
            }
            auto const first = a->kids.write();
            auto const second = b->kids.write();
            first->swap(*second);
        }
    }
    void take_out() {
        if (auto const at = somewhere()) {
            auto const taken = std::exchange(*at->kids.write(), {});
            if (!taken.empty()) {
                add_root(taken[below(taken.size())]);
            }
        }
    }
    void pass_on() {
        if (auto got = others_.swap_root(random_(), somewhere())) {
            add_root(std::move(got));
        }
    }
    void watch() {
        if (auto const at = somewhere()) {
            others_.watch(random_(), at);
        }
    }
    // Either the object, alive, or nothing.
    void lock() {
        if (auto held = others_.watched(random_()).lock()) {
            held->check();
            add_root(std::move(held));
        }
    }

    vertex_ptr somewhere() {
        if (roots_.empty()) {
            return {};
        }
        vertex_ptr at = roots_[below(roots_.size())];
        for (auto steps = below(4); steps != 0; --steps) {
            at->check();
            if (auto next = neighbour(*at)) {
                at = std::move(next);
            }
        }
        at->check();
        return at;
    }
    std::pair<vertex_ptr, vertex_ptr> two_places() {
        auto first = somewhere();
        return {std::move(first), somewhere()};
    }
    vertex_ptr neighbour(vertex& at) {
        if (below(2) == 0) {
            std::lock_guard hold(at.mutex);
            return some_slot(at);
        }
        auto const kids = at.kids.read();
        return kids->empty() ? vertex_ptr() : vertex_ptr((*kids)[below(kids->size())]);
    }

    heap& graph_;
    tally& counts_;
    exchange& others_;
    std::mt19937_64 random_;
    std::vector<vertex_ptr> roots_;
};

// A graph that so many threads change and one collects, until it goes.
class storm {
public:
    storm(heap& graph, int mutators, unsigned long seed) : graph_(graph) {
        for (int i = 0; i != mutators; ++i) {
            threads_.emplace_back([this, seed, i] {
                mutator work(graph_, counts, others_, seed + static_cast<unsigned long>(i));
                while (!stopping_.load(std::memory_order_relaxed)) {
                    work.step();
                }
            });
        }
        threads_.emplace_back([this] {
            while (!stopping_.load(std::memory_order_relaxed)) {
                reclaimed += graph_.collect().reclaimed;
            }
        });
    }
    storm(storm const&) = delete;
    storm& operator=(storm const&) = delete;
    ~storm() { stop(); }

    // Beside the thread that does so all the time.
    void collect_for(steady_clock::duration time) {
        auto const end = steady_clock::now() + time;
        while (steady_clock::now() < end) {
            reclaimed += graph_.collect().reclaimed;
        }
    }

    void stop() {
        stopping_ = true;
        for (auto& each : threads_) {
            each.join();
        }
        threads_.clear();
        for (std::size_t place = 0; place != exchange::places; ++place) {
            others_.swap_root(place, nullptr);
        }
    }
    // Everything was dropped and collected.
    void check() {
        stop();
        graph_.collect();
        BOOST_TEST_MESSAGE(counts.made << " made, " << reclaimed << " reclaimed by passes");
        BOOST_TEST(counts.broken == 0);
        BOOST_TEST(counts.ended == counts.made);
        BOOST_TEST(counts.cleaned == counts.made);
        BOOST_TEST(reclaimed > 0U);
    }

    tally counts;
    std::atomic<std::size_t> reclaimed = 0;

private:
    heap& graph_;
    exchange others_;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> threads_;
};

struct verifying {
    explicit verifying(bool on) { handrail::testing::verify_passes(on); }
    verifying(verifying const&) = delete;
    verifying& operator=(verifying const&) = delete;
    ~verifying() { handrail::testing::verify_passes(false); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(four_threads_lose_nothing_to_a_collector_and_it_nothing_to_them) {
    heap graph;
    storm threads(graph, 4, 1);
    threads.collect_for(share_of_time(4));
    threads.check();
}

BOOST_AUTO_TEST_CASE(the_second_opinion_agrees_with_every_pass) {
    verifying const on(true);
    heap graph;
    storm threads(graph, 4, 2);
    threads.collect_for(share_of_time(3));
    threads.check();
}

BOOST_AUTO_TEST_CASE(heaps_are_collected_at_the_same_time_while_others_come_and_go) {
    heap one;
    heap two;
    storm first(one, 2, 3);
    storm second(two, 2, 4);
    tally counts;
    auto const end = steady_clock::now() + share_of_time(2);
    for (unsigned long round = 0; steady_clock::now() < end; ++round) {
        heap passing;
        exchange others;
        mutator work(passing, counts, others, round);
        for (int i = 0; i != 200; ++i) {
            work.step();
        }
        passing.collect();
    }
    BOOST_TEST(counts.broken == 0);
    BOOST_TEST(counts.ended == counts.made);
    first.check();
    second.check();
}

// ThreadSanitizer's own locks are not held across a fork: its child may wait for them for ever.
#ifndef __SANITIZE_THREAD__
BOOST_AUTO_TEST_CASE(a_child_forked_in_the_middle_of_passes_can_make_and_collect) {
    heap graph;
    storm threads(graph, 3, 5);
    auto const end = steady_clock::now() + share_of_time(1);
    do {
        pid_t const child = ::fork();
        if (child == 0) {
            {
                auto const node = graph.make<vertex>(threads.counts);
                node->slots[0] = node;
            }
            heap own;
            own.make<vertex>(threads.counts)->slots[0] = nullptr;
            ::_exit(graph.collect().reclaimed != 0 ? 0 : 1);
        }
        int status = -1;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        BOOST_TEST(status == 0);
    } while (steady_clock::now() < end);
    threads.check();
}
#endif
