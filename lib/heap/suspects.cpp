// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/suspects.hpp"

#include "lib/heap/prefetch.hpp"

#include <algorithm>
#include <utility>

namespace handrail::detail {

namespace {

// Objects: as many as stay in the cache between clearing their edges and destroying them.
constexpr std::size_t slice_size = 256;

void unseal(candidate& c) noexcept {
    if ((c.word & word_sealed) != 0) {
        // Also if the count has dropped to 0 since: a destroy queue's link does not use the bit.
        // release: a weak lock that waited goes on as if the object had never been sealed.
        c.object->word.fetch_and(~word_sealed, std::memory_order_release);
    }
}

bool seal_word(candidate& c) noexcept {
    std::uint64_t expected = c.word;
    // acq_rel: what was done through references that are gone is visible to the destructors.
    bool const unchanged = c.object->word.compare_exchange_strong(
        expected, c.word | word_sealed, std::memory_order_acq_rel, std::memory_order_relaxed);
    c.word |= unchanged ? word_sealed : 0;
    return unchanged;
}

}  // namespace

suspects::suspects(snapshot& marked) : marked_(marked) {
    std::size_t count = 0;
    auto const size = static_cast<std::uint32_t>(marked.size());
    for (std::uint32_t index = 0; index != size; ++index) {
        count += marked[index].is_suspect();
    }
    if (count == 0) {
        next_ = size;
        return;
    }
    found_.objects.reserve(count);
    found_.slice_ends.reserve(count / slice_size + 1);
    ring_.resize(size);
    for (std::uint32_t index = 0; index != size; ++index) {
        ring_[index] = index;
        if (marked[index].is_suspect()) {
            marked[index].in = index;
        }
    }
    for (std::uint32_t index = 0; index != size; ++index) {
        if (marked[index].is_suspect()) {
            for (std::uint32_t const target : marked.targets(index)) {
                if (marked[target].is_suspect()) {
                    join(index, target);
                }
            }
        }
    }
}

std::uint32_t suspects::root_of(std::uint32_t index) noexcept {
    while (marked_[index].in != index) {
        std::uint32_t const parent = marked_[index].in;
        marked_[index].in = marked_[parent].in;  // path halving
        index = parent;
    }
    return index;
}

// Swapping one entry of each turns two rings into one. The smaller index is the root, so that
// next_component() finds a component at its first member.
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
        std::uint32_t const index = next_++;
        if (marked_[index].is_suspect() && marked_[index].in == index) {
            return index;
        }
    }
    return snapshot::none;
}

std::size_t suspects::seal(std::uint32_t component) noexcept {
    std::size_t members = 0;
    for_each_member(component, [&](std::uint32_t at) {
        if (at + prefetch_distance < marked_.size()) {
            __builtin_prefetch(marked_[at + prefetch_distance].object, 1);
        }
        if (candidate& c = marked_[at]; c.is_suspect() && !seal_word(c)) {
            marked_.revive(at, &unseal);
        }
        ++members;
    });
    return members;
}

bool suspects::is_whole(std::uint32_t component) const noexcept {
    std::uint32_t at = component;
    do {
        if (!marked_[at].is_suspect()) {
            return false;
        }
        at = ring_[at];
    } while (at != component);
    return true;
}

void suspects::revive_component(std::uint32_t component) noexcept {
    for_each_member(component, [&](std::uint32_t at) { marked_.revive(at, &unseal); });
}

void suspects::commit(std::uint32_t component) noexcept {
    for_each_member(component, [&](std::uint32_t at) {
        if (candidate const& c = marked_[at]; c.is_suspect()) {
            // release: for a weak lock that has waited for the end of the seal.
            c.object->word.store(0, std::memory_order_release);
            add_garbage(*c.object);
        }
    });
    end_slice_if_full();
}

void suspects::add_garbage(tracked_object& committed) noexcept {
    found_.objects.push_back(&committed);
    cleanups_ += committed.cleanups.count_pending();
    // relaxed: a snapshot. The object itself counts as one.
    weak_references_ += committed.weak.load(std::memory_order_relaxed) - 1;
}

void suspects::end_slice_if_full() noexcept {
    std::size_t const begin = found_.slice_ends.empty() ? 0 : found_.slice_ends.back();
    if (found_.objects.size() - begin >= slice_size) {
        found_.slice_ends.push_back(found_.objects.size());
    }
}

garbage suspects::remove_garbage(pass_lock const& pass) noexcept {
    if (!found_.objects.empty()) {
        for (snapshot::range const& each : marked_.ranges()) {
            remove_range(pass, each);
        }
        found_.slice_ends.push_back(found_.objects.size());
    }
    return std::move(found_);
}

// Backwards: then the member that is removed is mostly the last one, and none has to move.
void suspects::remove_range(pass_lock const& pass, snapshot::range const& from) noexcept {
    for (std::uint32_t end = from.end; end > from.begin;) {
        std::uint32_t const begin =
            end - from.begin > snapshot::group ? end - snapshot::group : from.begin;
        pass_hold const hold(from.home->mutex);
        do {
            if (candidate const& c = marked_[--end]; c.is_suspect()) {
                remove_committed(pass, *from.home, *c.object, end - from.begin);
            }
        } while (end != begin && !from.home->mutex.is_wanted());
    }
}

}  // namespace handrail::detail
