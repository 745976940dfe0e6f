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

// Returns: what the copy of the payload has shown about references to the object; null: nothing.
common_block const* shared_with_copy(arc const& a, control_block const& control) noexcept {
    if (a.registration == nullptr) {
        return nullptr;
    }
    auto const& common = a.registration->common;
    auto const found = std::find_if(common.begin(), common.end(), [&](common_block const& b) {
        return detail::as_integer(b.begin) == control.begin;
    });
    return found != common.end() ? &*found : nullptr;
}

// Assigns the counts of one object's control block to the references to it.
class assignment {
public:
    assignment(control_block const& control, references all) noexcept
        : control_(control),
          all_(all),
          strong_remaining_(control.strong()),
          weak_remaining_(control.weak()) {}

    // In the order of the rules.
    void drop_weak() noexcept {
        drop_own_weak();
        for_each_source([this](references of_one) { apply_copy(of_one); });
        for_each_source([this](references of_one) { apply_weak_count(of_one); });
        apply_strong_count();
    }

private:
    template <class Fn>
    void for_each_source(Fn fn) const {
        for_each_run(all_, [](scanned_reference const& r) { return r.source; }, fn);
    }

    // std::enable_shared_from_this is a base class: it lies before the members.
    void drop_own_weak() noexcept {
        auto const own = std::find_if(all_.begin(), all_.end(), [](scanned_reference const* r) {
            arc const& a = r->arc;
            return a.from == a.to && a.registration == nullptr && r->block == no_block;
        });
        if (weak_remaining_ != 0 && own != all_.end()) {
            (*own)->dropped = true;
            --weak_remaining_;
        }
    }

    // The copy shows how many of the words are weak, not which. Any will do: all of them lead from
    // one source to one object. If there are more words than the copy had, some were added later.
    void apply_copy(references of_one) noexcept {
        common_block const* const copied = shared_with_copy(of_one[0]->arc, control_);
        if (copied == nullptr || of_one.size() > copied->words ||
            copied->strong > strong_remaining_ || copied->weak > weak_remaining_) {
            return;
        }
        strong_remaining_ -= copied->strong;
        weak_remaining_ -= copied->weak;
        drop(of_one.last(std::min<std::size_t>(copied->weak, of_one.size())));
        for (scanned_reference* const each : of_one) {
            each->settled = true;
        }
    }

    static bool is_open(scanned_reference const* r) noexcept { return !r->settled && !r->dropped; }
    static std::size_t count_open(references some) noexcept {
        return static_cast<std::size_t>(std::count_if(some.begin(), some.end(), &is_open));
    }
    static void drop_open(references some) noexcept {
        for (scanned_reference* const each : some) {
            each->dropped |= !each->settled;
        }
    }

    void apply_weak_count(references of_one) noexcept {
        if (count_open(of_one) <= weak_remaining_) {
            drop_open(of_one);
        }
    }
    void apply_strong_count() noexcept {
        if (count_open(all_) > strong_remaining_) {
            drop_open(all_);
        }
    }

    control_block const& control_;
    references all_;
    std::size_t strong_remaining_, weak_remaining_;  // references that are not found or settled yet
};

}  // namespace

void drop_weak(scratch& memory, graph const& g, std::span<scanned_reference> found) {
    scratch_vector<scanned_reference*> all(memory);
    for (scanned_reference& each : found) {
        if (each.to_shared_ptr && !each.dropped) {
            all.push_back(&each);
        }
    }
    std::sort(all.begin(), all.end(), [](scanned_reference const* a, scanned_reference const* b) {
        return a->arc.to != b->arc.to ? a->arc.to < b->arc.to : a < b;
    });
    for_each_run(
        all, [](scanned_reference const& r) { return r.arc.to; },
        [&](references to_one) {
            assignment(g.control_of(to_one[0]->arc.to), to_one).drop_weak();
        });
}

}  // namespace handrail::leak_check
