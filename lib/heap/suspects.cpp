// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/suspects.hpp"

#include "lib/heap/prefetch.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace handrail::detail {

namespace {

// Objects that are cleared and then destroyed while they are in the cache.
constexpr std::size_t slice_size = 256;

void thaw(candidate& c) noexcept {
    if ((c.word & word_frozen) != 0) {
        // Also where the count has dropped to 0 since: the bit is free in a destroy queue's link.
        // release: a weak lock that waited goes on as if the freeze had not been.
        c.object->word.fetch_and(~word_frozen, std::memory_order_release);
    }
}

bool freeze_word(candidate& c) noexcept {
    std::uint64_t expected = c.word;
    // acq_rel: what was done through references that are gone is visible to the destructors.
    bool const unchanged = c.object->word.compare_exchange_strong(
        expected, c.word | word_frozen, std::memory_order_acq_rel, std::memory_order_relaxed);
    c.word |= unchanged ? word_frozen : 0;
    return unchanged;
}

}  // namespace

suspects::suspects(snapshot& marked) : marked_(marked) {
    std::size_t count = 0;
    auto const size = static_cast<std::uint32_t>(marked.size());
    for (std::uint32_t number = 0; number != size; ++number) {
        count += !marked[number].alive();
    }
    if (count == 0) {
        next_ = size;
        return;
    }
    found_.objects.reserve(count);
    found_.slice_ends.reserve(count / slice_size + 1);
    ring_.resize(size);
    for (std::uint32_t number = 0; number != size; ++number) {
        ring_[number] = number;
        if (!marked[number].alive()) {
            marked[number].in = number;
        }
    }
    for (std::uint32_t number = 0; number != size; ++number) {
        if (!marked[number].alive()) {
            for (std::uint32_t const target : marked.targets(number)) {
                if (!marked[target].alive()) {
                    join(number, target);
                }
            }
        }
    }
}

std::uint32_t suspects::root_of(std::uint32_t number) noexcept {
    while (marked_[number].in != number) {
        std::uint32_t const parent = marked_[number].in;
        marked_[number].in = marked_[parent].in;  // halves the way for the next one
        number = parent;
    }
    return number;
}

// Two rings become one when two of their links are swapped. The smaller number is the root, so that
// a component is met at its first member.
void suspects::join(std::uint32_t a, std::uint32_t b) noexcept {
    std::uint32_t const root_a = root_of(a);
    std::uint32_t const root_b = root_of(b);
    if (root_a != root_b) {
        marked_[std::max(root_a, root_b)].in = std::min(root_a, root_b);
        std::swap(ring_[root_a], ring_[root_b]);
    }
}

std::uint32_t suspects::next_component() noexcept {
    while (next_ != marked_.size()) {
        std::uint32_t const number = next_++;
        if (!marked_[number].alive() && marked_[number].in == number) {
            return number;
        }
    }
    return snapshot::none;
}

std::size_t suspects::count_members(std::uint32_t component) const noexcept {
    std::size_t members = 0;
    std::uint32_t at = component;
    do {
        ++members;
        at = ring_[at];
    } while (at != component);
    return members;
}

std::size_t suspects::freeze(std::uint32_t component) noexcept {
    std::size_t members = 0;
    std::uint32_t at = component;
    do {
        if (at + prefetch_distance < marked_.size()) {
            __builtin_prefetch(marked_[at + prefetch_distance].object, 1);
        }
        if (candidate& c = marked_[at]; !c.alive() && !freeze_word(c)) {
            marked_.revive(at, &thaw);
        }
        ++members;
        at = ring_[at];
    } while (at != component);
    return members;
}

void suspects::spare(std::uint32_t component) noexcept {
    std::uint32_t at = component;
    do {
        marked_.revive(at, &thaw);
        at = ring_[at];
    } while (at != component);
}

void suspects::commit(std::uint32_t component) noexcept {
    std::uint32_t at = component;
    do {
        if (candidate const& c = marked_[at]; !c.alive()) {
            // release: a weak lock that finds no count is ordered after all of this.
            c.object->word.store(0, std::memory_order_release);
            take(*c.object);
        }
        at = ring_[at];
    } while (at != component);
    end_slice();
}

void suspects::take(tracked_object& committed) noexcept {
    found_.objects.push_back(&committed);
    cleanups_ += committed.cleanups.count_pending();
    // relaxed: a snapshot. One is the object's own.
    weak_references_ += committed.weak.load(std::memory_order_relaxed) - 1;
}

void suspects::end_slice() noexcept {
    std::size_t const begin = found_.slice_ends.empty() ? 0 : found_.slice_ends.back();
    if (found_.objects.size() - begin >= slice_size) {
        found_.slice_ends.push_back(found_.objects.size());
    }
}

garbage suspects::take_garbage(pass_lock const& pass) noexcept {
    if (!found_.objects.empty()) {
        for (snapshot::range const& each : marked_.ranges()) {
            unlist_range(pass, each);
        }
        found_.slice_ends.push_back(found_.objects.size());
    }
    return std::move(found_);
}

// Backwards: then the last member, which takes the place of one that leaves, is mostly that one.
void suspects::unlist_range(pass_lock const& pass, snapshot::range const& from) noexcept {
    for (std::uint32_t end = from.end; end > from.begin;) {
        std::uint32_t const begin =
            end - from.begin > snapshot::group ? end - snapshot::group : from.begin;
        pass_hold const hold(from.home->mutex);
        do {
            if (candidate const& c = marked_[--end]; !c.alive()) {
                unlist(pass, *from.home, *c.object, end - from.begin);
            }
        } while (end != begin && !from.home->mutex.is_wanted());
    }
}

}  // namespace handrail::detail
