// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/strong_or_weak.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>

namespace handrail::leak_check {

namespace {

using detail::track::common_block;
using references = std::span<scanned_reference* const>;

void drop(references all) noexcept {
    for (scanned_reference* const each : all) {
        each->dropped = true;
    }
}

// Calls fn with each run of equal keys.
template <class Key, class Fn>
void for_each_run(references all, Key key, Fn fn) {
    for (auto begin = all.begin(); begin != all.end();) {
        auto const end = std::find_if(
            begin, all.end(), [&](scanned_reference const* r) { return key(*r) != key(**begin); });
        fn(references(begin, end));
        begin = end;
    }
}

common_block const* shared_with_copy(cause const& c, control_block const& control) noexcept {
    if (c.registration == nullptr) {
        return nullptr;
    }
    auto const& told = c.registration->common;
    auto const found = std::find_if(told.begin(), told.end(), [&](common_block const& b) {
        return detail::as_integer(b.begin) == control.begin;
    });
    return found != told.end() ? &*found : nullptr;
}

// The references to one object, and how many of them can be what.
class decision {
public:
    decision(control_block const& control, references all) noexcept
        : control_(control),
          all_(all),
          strong_left_(control.strong()),
          weak_left_(control.weak()) {}

    void decide() noexcept {
        drop_own_weak();
        for_each_source([this](references of_one) { apply_copy(of_one); });
        for_each_source([this](references of_one) { apply_counts(of_one); });
        drop_stale();
    }

private:
    template <class Fn>
    void for_each_source(Fn fn) const {
        for_each_run(all_, [](scanned_reference const& r) { return r.source; }, fn);
    }

    // std::enable_shared_from_this is a base and comes before the members.
    void drop_own_weak() noexcept {
        auto const own = std::find_if(all_.begin(), all_.end(), [](scanned_reference const* r) {
            cause const& c = r->why;
            return c.from == c.to && c.registration == nullptr && r->block == no_block;
        });
        if (weak_left_ != 0 && own != all_.end()) {
            (*own)->dropped = true;
            --weak_left_;
        }
    }

    // Which of the words is the weak one among strong ones it does not tell, nor does it matter:
    // all of them lead from the same to the same. More words than the copy had came later.
    void apply_copy(references of_one) noexcept {
        common_block const* const told = shared_with_copy(of_one[0]->why, control_);
        if (told == nullptr || of_one.size() > told->words || told->strong > strong_left_ ||
            told->weak > weak_left_) {
            return;
        }
        strong_left_ -= told->strong;
        weak_left_ -= told->weak;
        drop(of_one.last(std::min<std::size_t>(told->weak, of_one.size())));
        for (scanned_reference* const each : of_one) {
            each->settled = true;
        }
    }

    static bool is_open(scanned_reference const* r) noexcept { return !r->settled && !r->dropped; }
    static std::size_t open_in(references some) noexcept {
        return static_cast<std::size_t>(std::count_if(some.begin(), some.end(), &is_open));
    }
    void drop_open(references some) noexcept {
        for (scanned_reference* const each : some) {
            each->dropped |= !each->settled;
        }
    }

    void apply_counts(references of_one) noexcept {
        if (open_in(of_one) <= weak_left_) {
            drop_open(of_one);
        }
    }
    // Nothing tells which.
    void drop_stale() noexcept {
        if (open_in(all_) > strong_left_) {
            drop_open(all_);
        }
    }

    control_block const& control_;
    references all_;
    std::size_t strong_left_, weak_left_;
};

}  // namespace

void drop_weak(scratch& memory, graph const& g, std::span<scanned_reference> met) {
    scratch_vector<scanned_reference*> all(memory);
    for (scanned_reference& each : met) {
        if (each.to_shared_ptr && !each.dropped) {
            all.push_back(&each);
        }
    }
    std::sort(all.begin(), all.end(), [](scanned_reference const* a, scanned_reference const* b) {
        return a->why.to != b->why.to ? a->why.to < b->why.to : a < b;
    });
    for_each_run(
        all, [](scanned_reference const& r) { return r.why.to; },
        [&](references to_one) { decision(g.control_of(to_one[0]->why.to), to_one).decide(); });
}

}  // namespace handrail::leak_check
