// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/pass.hpp"

#include "lib/heap/automatic_passes.hpp"
#include "lib/heap/verifier.hpp"

#include <chrono>
#include <new>
#include <utility>

namespace handrail::detail {

namespace {

// The increments of a word, of which there are 2^31, must not wrap around while a pass decides. At
// 18 cycles for an atomic increment and 5 GHz that takes 7.7 s.
constexpr std::chrono::seconds max_pass_time{5};

// The most passes that one collect() makes: a destructor that leaves a new cycle each time must not
// keep it from returning.
constexpr int max_rounds = 16;

thread_local constinit bool collecting = false;

// Reads the clock after a component is sealed and before it is committed, but no more than once for
// 1024 objects in small components, since reading it costs as much as an object does.
class deadline {
public:
    bool has_passed_after(std::size_t objects) noexcept {
        since_reading_ += objects;
        if (since_reading_ >= 1024) {
            since_reading_ = 0;
            passed_ = passed_ || std::chrono::steady_clock::now() > end_;
        }
        return passed_;
    }

private:
    std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + max_pass_time;
    std::size_t since_reading_ = 1024;  // so that the first call reads it
    bool passed_ = false;
};

void add(collect_result& sum, collect_result const& more) noexcept {
    sum.examined += more.examined;
    sum.reclaimed += more.reclaimed;
    sum.cleanups += more.cleanups;
    sum.weak_cleared += more.weak_cleared;
}

// Returns: whether objects were made while garbage ended, among which there may be new garbage.
bool run_round(heap_state& heap, collect_result& sum) {
    std::uint64_t const made_before = objects_made_by_this_thread();
    decision const made = decide(heap);
    end_garbage(made.found);
    add(sum, made.figures);
    return made.figures.reclaimed != 0 && objects_made_by_this_thread() != made_before;
}

}  // namespace

collecting_scope::collecting_scope() noexcept : outer_(std::exchange(collecting, true)) {}
collecting_scope::~collecting_scope() { collecting = outer_; }

decision complete_decision(pass_lock const& pass, snapshot& marked, suspects& decided) noexcept {
    verify(pass, marked);
    decision made{decided.remove_garbage(pass), {}};
    made.figures = {.examined = marked.size(),
                    .reclaimed = made.found.objects.size(),
                    .cleanups = decided.cleanups(),
                    .weak_cleared = decided.weak_references()};
    return made;
}

decision decide(heap_state& heap) {
    pass_lock const pass;
    deadline limit;
    snapshot marked(pass);
    marked.list(heap);
    marked.read_edges();
    marked.mark();
    suspects undecided(marked);
    for (auto component = undecided.next_component(); component != snapshot::none;
         component = undecided.next_component()) {
        std::size_t const members = undecided.seal(component);
        if (limit.has_passed_after(members)) {
            undecided.revive_component(component);
        } else {
            undecided.commit(component);
        }
    }
    decision made = complete_decision(pass, marked, undecided);
    plan_next_pass(heap, marked.size() - made.figures.reclaimed);
    return made;
}

collect_result collect(heap_state& heap) noexcept {
    return collecting ? collect_result() : collect_even_nested(heap);
}

// Inside a collection there is one round: garbage joins the destroy queue, so that nothing is made.
collect_result collect_even_nested(heap_state& heap) noexcept {
    collect_result sum;
    collecting_scope const scope;
    try {
        for (int rounds = 0; rounds != max_rounds && run_round(heap, sum); ++rounds) {
        }
    } catch (std::bad_alloc const&) {
        // This pass has changed nothing; the results of those before it stay.
    }
    return sum;
}

}  // namespace handrail::detail
