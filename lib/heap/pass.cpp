// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/pass.hpp"

#include "lib/heap/automatic.hpp"
#include "lib/heap/destroy_queue.hpp"
#include "lib/heap/verifier.hpp"

#include <chrono>
#include <new>
#include <utility>

namespace handrail::detail {

namespace {

// The increments of a word, of which there are 2^31, must not come round while a pass decides: at
// 18 cycles for a locked one and 5 GHz that takes 7.7 s.
constexpr std::chrono::seconds longest_pass{5};

// Passes that one collect() makes at most: a destructor that makes a new cycle each time must not
// keep it going for ever.
constexpr int most_rounds = 16;

thread_local constinit bool collecting = false;

class collecting_scope {
public:
    collecting_scope() noexcept { collecting = true; }
    collecting_scope(collecting_scope const&) = delete;
    collecting_scope& operator=(collecting_scope const&) = delete;
    ~collecting_scope() { collecting = false; }
};

// Looks at the clock now and then, for it costs as much as an object does.
class deadline {
public:
    bool passed_after(std::size_t objects) noexcept {
        since_ += objects;
        if (since_ >= 1024) {
            since_ = 0;
            passed_ = passed_ || std::chrono::steady_clock::now() > end_;
        }
        return passed_;
    }

private:
    std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + longest_pass;
    std::size_t since_ = 1024;  // the first one looks
    bool passed_ = false;
};

void add(collect_result& sum, collect_result const& more) noexcept {
    sum.examined += more.examined;
    sum.reclaimed += more.reclaimed;
    sum.cleanups += more.cleanups;
    sum.weak_cleared += more.weak_cleared;
}

// Returns: whether it left something behind that another round may find.
bool round(heap_state& heap, collect_result& sum) {
    std::uint64_t const births = own_births();
    decision const made = decide(heap);
    end_garbage(made.found);
    add(sum, made.figures);
    return made.figures.reclaimed != 0 && own_births() != births;
}

}  // namespace

decision take_decision(pass_lock const& pass, snapshot& marked, suspects& decided) noexcept {
    verify(pass, marked);
    decision made{decided.take_garbage(pass), {}};
    made.figures = {marked.size(), made.found.objects.size(), decided.cleanups(),
                    decided.weak_references()};
    return made;
}

decision decide(heap_state& heap) {
    pass_lock const pass;
    deadline late;
    snapshot seen(pass);
    seen.list(heap);
    seen.read_edges();
    seen.mark();
    suspects all(seen);
    for (auto component = all.next_component(); component != snapshot::none;
         component = all.next_component()) {
        if (late.passed_after(all.freeze(component))) {
            all.spare(component);
        } else {
            all.commit(component);
        }
    }
    decision made = take_decision(pass, seen, all);
    note_pass(heap, seen.size() - made.figures.reclaimed);
    return made;
}

collect_result collect(heap_state& heap) noexcept {
    collect_result sum;
    if (collecting) {
        return sum;
    }
    collecting_scope const scope;
    try {
        for (int rounds = 0; rounds != most_rounds && round(heap, sum); ++rounds) {
        }
    } catch (std::bad_alloc const&) {
        // That pass is dropped; what the ones before it did stays.
    }
    return sum;
}

}  // namespace handrail::detail
