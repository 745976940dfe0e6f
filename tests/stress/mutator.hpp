// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A graph of managed objects that counts their creations, destructions and cleanups, and the random
// operations of a thread on it, which keep the contract of edges.

#pragma once

#include <handrail/cleanup.hpp>
#include <handrail/shared.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

namespace stress_test {

using handrail::add_cleanup;
using handrail::edge;
using handrail::edges;
using handrail::heap;
using handrail::shared;
using handrail::traced;
using handrail::weak;

// The events of the vertices of one graph.
struct tally {
    std::atomic<long> made = 0;
    std::atomic<long> ended = 0;
    std::atomic<long> cleaned = 0;
    std::atomic<long> broken = 0;  // a destroyed vertex was used, or a cleanup ran twice
};

// An argument of a cleanup that knows how often it was used.
struct once {
    tally* counts;
    std::unique_ptr<int> runs = std::make_unique<int>(0);
};
inline void note_cleanup(once each) {
    ++each.counts->cleaned;
    each.counts->broken += ++*each.runs != 1;
}

struct vertex {
    static constexpr int good = 0x600d;

    tally* counts;
    int canary = good;  // not atomic: a use that does not happen before the destruction is a race
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

// Roots that threads pass to each other, and weak references that all of them lock.
class exchange {
public:
    static constexpr std::size_t size = 16;

    vertex_ptr swap_root(std::size_t index, vertex_ptr mine) {
        std::lock_guard hold(mutex_);
        return std::exchange(roots_[index % size], std::move(mine));
    }
    void watch(std::size_t index, weak<vertex> mine) {
        std::lock_guard hold(mutex_);
        watched_[index % size].swap(mine);
    }
    weak<vertex> watched(std::size_t index) {
        std::lock_guard hold(mutex_);
        return watched_[index % size];
    }

private:
    std::mutex mutex_;
    std::array<vertex_ptr, size> roots_;
    std::array<weak<vertex>, size> watched_;
};

// One thread with its roots.
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
    // Mostly on a cycle with another vertex.
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
        auto const [a, b] = two_vertices();
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
        auto const [a, b] = two_vertices();
        if (a && a != b) {
            std::scoped_lock hold(a->mutex, b->mutex);
            some_slot(*b) = std::move(some_slot(*a));
        }
    }
    void swap_slots() {
        auto const [a, b] = two_vertices();
        if (a && a != b) {
            std::scoped_lock hold(a->mutex, b->mutex);
            swap(some_slot(*a), some_slot(*b));
        }
    }
    void push() {
        auto const [a, b] = two_vertices();
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
        auto const [a, b] = two_vertices();
        if (a && a != b) {
            auto stolen = std::exchange(*a->kids.write(), {});
            b->kids.write()->swap(stolen);
        }
    }
    // Makes guards of two containers in the order of their addresses, so that no two threads
    // deadlock.
    void swap_kids() {
        auto [a, b] = two_vertices();
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
    // A lock returns a live object or an empty shared.
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
    std::pair<vertex_ptr, vertex_ptr> two_vertices() {
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

}  // namespace stress_test
