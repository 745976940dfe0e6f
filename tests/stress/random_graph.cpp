// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Random operations on a graph of managed objects and the same operations on a model of it, which
// is plain data. Every object that the model reaches from the roots must be alive at any time;
// after a collection no other object is.
//
// HANDRAIL_RANDOM_OPERATIONS in the environment is their number; HANDRAIL_RANDOM_SEED the first
// seed.

#include <handrail/shared.hpp>
#include <handrail/testing.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace {

using handrail::edge;
using handrail::edges;
using handrail::heap;
using handrail::shared;
using handrail::traced;
using handrail::weak;

using vertex_id = unsigned long;
constexpr vertex_id no_vertex = 0;
constexpr std::size_t slot_count = 3;

unsigned long from_environment(char const* name, unsigned long otherwise) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::stoul(text) : otherwise;
}

struct vertex {
    static inline std::unordered_set<vertex_id> alive;

    vertex_id id;
    std::array<edge<vertex>, slot_count> slots;
    traced<std::vector<edge<vertex>>> kids;
    using managed_edges = edges<&vertex::slots, &vertex::kids>;

    explicit vertex(vertex_id number) : id(number) { alive.insert(id); }
    vertex(vertex const&) = delete;
    vertex& operator=(vertex const&) = delete;
    ~vertex() { alive.erase(id); }
};

struct model_vertex {
    std::array<vertex_id, slot_count> slots{};
    std::vector<vertex_id> kids;
};

class twins {
public:
    explicit twins(unsigned long seed) : random_(seed) {}

    void step() {
        static constexpr std::array operations{
            &twins::make,      &twins::make,      &twins::make,  &twins::copy_root,
            &twins::drop_root, &twins::drop_root, &twins::link,  &twins::link,
            &twins::unlink,    &twins::move,      &twins::move,  &twins::exchange,
            &twins::push,      &twins::pop,       &twins::steal, &twins::exchange_kids,
            &twins::take_out,  &twins::watch,     &twins::lock};
        (this->*operations[below(operations.size())])();
    }

    // Returns: whether exactly those vertices are alive that the roots reach.
    bool collect() {
        graph_.collect();
        auto const reached = reachable();
        std::erase_if(model_, [&](auto const& each) { return !reached.contains(each.first); });
        return vertex::alive == reached;
    }
    void drop_all() { roots_.clear(); }
    std::size_t wrong() const { return wrong_; }

private:
    static constexpr std::size_t max_roots = 40;

    std::size_t below(std::size_t end) { return random_() % end; }
    edge<vertex>& slot(shared<vertex> const& of, std::size_t& which) {
        return of->slots[which = below(slot_count)];
    }

    // Mostly on a cycle with another vertex; one in four becomes a root.
    void make() {
        auto const fresh = graph_.make<vertex>(++last_id_);
        model_[last_id_] = {};
        if (auto const at = somewhere()) {
            adopt(at, fresh);
            fresh->slots[0] = at;
            model_[fresh->id].slots[0] = at->id;
        }
        if (roots_.empty() || below(4) == 0) {
            add_root(fresh);
        }
    }
    void copy_root() {
        if (auto at = somewhere()) {
            add_root(std::move(at));
        }
    }
    void drop_root() {
        if (!roots_.empty()) {
            std::swap(roots_[below(roots_.size())], roots_.back());
            roots_.pop_back();
        }
    }

    void link() {
        if (auto const [a, b] = two_vertices(); a) {
            std::size_t i = 0;
            slot(a, i) = b;
            model_[a->id].slots[i] = b->id;
        }
    }
    void unlink() {
        if (auto const at = somewhere()) {
            std::size_t i = 0;
            slot(at, i) = nullptr;
            model_[at->id].slots[i] = no_vertex;
        }
    }
    void move() {
        if (auto const [a, b] = two_vertices(); a) {
            std::size_t i = 0;
            std::size_t j = 0;
            edge<vertex>& from = slot(a, i);
            edge<vertex>& to = slot(b, j);
            if (&from != &to) {
                to = std::move(from);
                model_[b->id].slots[j] = std::exchange(model_[a->id].slots[i], no_vertex);
            }
        }
    }
    void exchange() {
        if (auto const [a, b] = two_vertices(); a) {
            std::size_t i = 0;
            std::size_t j = 0;
            swap(slot(a, i), slot(b, j));
            std::swap(model_[a->id].slots[i], model_[b->id].slots[j]);
        }
    }

    void push() {
        if (auto const [a, b] = two_vertices(); a) {
            adopt(a, b);
        }
    }
    void adopt(shared<vertex> const& a, shared<vertex> const& b) {
        a->kids.write()->push_back(b);
        model_[a->id].kids.push_back(b->id);
    }
    void add_root(shared<vertex> fresh) {
        if (roots_.size() < max_roots) {
            roots_.push_back(std::move(fresh));
        }
    }
    void pop() {
        if (auto const at = somewhere(); at && !model_[at->id].kids.empty()) {
            at->kids.write()->pop_back();
            model_[at->id].kids.pop_back();
        }
    }
    void steal() {
        if (auto const [a, b] = two_vertices(); a && a != b) {
            auto stolen = std::exchange(*a->kids.write(), {});
            *b->kids.write() = std::move(stolen);
            model_[b->id].kids = std::exchange(model_[a->id].kids, {});
        }
    }
    void exchange_kids() {
        if (auto [a, b] = two_vertices(); a && a != b) {
            if (b < a) {
                a.swap(b);  // lock order: guards of two containers by address
            }
            auto const first = a->kids.write();
            first->swap(*b->kids.write());
            model_[a->id].kids.swap(model_[b->id].kids);
        }
    }
    // Takes the children out of the graph; one of them becomes a root.
    void take_out() {
        if (auto const at = somewhere()) {
            auto const taken = std::exchange(*at->kids.write(), {});
            model_[at->id].kids.clear();
            if (!taken.empty()) {
                add_root(taken[below(taken.size())]);
            }
        }
    }

    void watch() {
        if (auto const at = somewhere()) {
            auto& [watched, id] = watched_[below(watched_.size())];
            watched = at;
            id = at->id;
        }
    }
    // May make a root of a vertex that no root reaches and that has not been collected yet.
    void lock() {
        auto const& [watched, id] = watched_[below(watched_.size())];
        auto held = watched.lock();
        wrong_ += held && held->id != id;
        wrong_ += !held && vertex::alive.contains(id);
        if (held) {
            add_root(std::move(held));
        }
    }

    // Returns: a vertex a few edges away from a random root; null if there is no root.
    shared<vertex> somewhere() {
        if (roots_.empty()) {
            return {};
        }
        shared<vertex> at = roots_[below(roots_.size())];
        for (auto steps = below(4); steps != 0; --steps) {
            if (auto next = neighbour(*at)) {
                at = std::move(next);
            }
        }
        return at;
    }
    std::pair<shared<vertex>, shared<vertex>> two_vertices() {
        auto first = somewhere();
        return {std::move(first), somewhere()};
    }
    // Returns: the target of a random edge. Checks that the model has the same edge there.
    shared<vertex> neighbour(vertex& at) {
        model_vertex const& twin = model_.at(at.id);
        std::size_t const which = below(slot_count + twin.kids.size());
        shared<vertex> const next =
            which < slot_count ? at.slots[which] : (*at.kids.read())[which - slot_count];
        vertex_id const expected =
            which < slot_count ? twin.slots[which] : twin.kids[which - slot_count];
        wrong_ += (next ? next->id : no_vertex) != expected;
        return next;
    }

    std::unordered_set<vertex_id> reachable() const {
        std::unordered_set<vertex_id> reached;
        std::vector<vertex_id> waiting;
        auto const reach = [&](vertex_id id) {
            if (id != no_vertex && reached.insert(id).second) {
                waiting.push_back(id);
            }
        };
        for (auto const& each : roots_) {
            reach(each->id);
        }
        while (!waiting.empty()) {
            model_vertex const& at = model_.at(waiting.back());
            waiting.pop_back();
            for (vertex_id const each : at.slots) {
                reach(each);
            }
            for (vertex_id const each : at.kids) {
                reach(each);
            }
        }
        return reached;
    }

    std::mt19937_64 random_;
    heap graph_;
    std::vector<shared<vertex>> roots_;
    std::array<std::pair<weak<vertex>, vertex_id>, 64> watched_{};
    std::unordered_map<vertex_id, model_vertex> model_;
    vertex_id last_id_ = no_vertex;
    std::size_t wrong_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_collection_leaves_exactly_the_objects_that_the_roots_reach) {
    constexpr int seeds = 5;
    auto const operations = from_environment("HANDRAIL_RANDOM_OPERATIONS", 2'000'000) / seeds;
    auto const first_seed = from_environment("HANDRAIL_RANDOM_SEED", 20260101);
    handrail::testing::verify_passes(true);
    for (unsigned long seed = first_seed; seed != first_seed + seeds; ++seed) {
        std::cout << "seed " << seed << ", " << operations << " operations" << std::endl;
        BOOST_TEST_CONTEXT("HANDRAIL_RANDOM_SEED=" << seed) {
            twins both(seed);
            for (unsigned long i = 1; i <= operations; ++i) {
                both.step();
                if (i % 256 == 0) {
                    BOOST_REQUIRE(both.collect());
                    BOOST_REQUIRE(both.wrong() == 0U);
                }
            }
            both.drop_all();
            BOOST_TEST(both.collect());
            BOOST_TEST(vertex::alive.empty());
        }
    }
    handrail::testing::verify_passes(false);
}
