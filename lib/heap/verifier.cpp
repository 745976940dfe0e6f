// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/verifier.hpp"

#include "lib/base/mutex.hpp"
#include "lib/base/process_hooks.hpp"
#include "lib/base/text_buffer.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <unordered_map>
#include <vector>

namespace handrail::detail {

namespace {

constinit std::atomic<bool> verifying{false};

// Reads the edges of one object again.
class fresh_edges final : private edge_reader {
public:
    fresh_edges() = default;
    ~fresh_edges() { delete[] first_; }

    // Returns: its targets, but for those in containers that are locked.
    std::span<tracked_object* const> of(tracked_object const& object) {
        next_ = first_;
        object.operations->edges->read(object, *this);
        return {first_, next_};
    }
};

void append_object(text_buffer& to, tracked_object const& object) noexcept {
    to.append(object.operations->type->name());
    to.append(" at ");
    to.append_number(as_integer(object.object().begin));
}

[[noreturn]] void abort_reached(tracked_object const& from, std::size_t edge,
                                tracked_object const& garbage) {
    fixed_text<1024> text;
    text.append("handrail: verifier: ");
    append_object(text, garbage);
    text.append(" is garbage, but edge ");
    text.append_number(edge);
    text.append(" of ");
    append_object(text, from);
    text.append(", which is alive, reaches it");
    text.end_line();
    process_hooks::say(text.view());
    std::abort();
}

[[noreturn]] void abort_unaccounted(tracked_object const& garbage, std::size_t strong,
                                    std::size_t edges) {
    fixed_text<1024> text;
    text.append("handrail: verifier: ");
    append_object(text, garbage);
    text.append(" is garbage, but of its ");
    text.append_number(strong);
    text.append(" references only ");
    text.append_number(edges);
    text.append(" are edges of garbage");
    text.end_line();
    process_hooks::say(text.view());
    std::abort();
}

class verification {
public:
    verification(pass_lock const&, snapshot& marked) : marked_(marked) {}

    void check_shard(snapshot::range const& each) {
        // All members, also those that were made since the snapshot.
        lock_guard hold(each.home->mutex);
        for (tracked_object const* const member : each.home->members) {
            check_object(*member);
        }
    }

    void check_counts() {
        for (std::uint32_t index = 0; index != marked_.size(); ++index) {
            if (marked_[index].is_suspect()) {
                std::size_t const strong = strong_count(marked_[index].word);
                std::size_t const found = inner_[marked_[index].object];
                if (strong != found) {
                    abort_unaccounted(*marked_[index].object, strong, found);
                }
            }
        }
    }

private:
    bool is_garbage(tracked_object const& object) const noexcept {
        std::uint32_t const index = marked_.index_of(object);
        return index != snapshot::none && marked_[index].is_suspect();
    }

    void check_object(tracked_object const& member) {
        bool const garbage = is_garbage(member);
        // acquire: as in a snapshot. Count 0: it is being built, or it is ending.
        if (!garbage && strong_count(member.word.load(std::memory_order_acquire)) == 0) {
            return;
        }
        std::size_t edge = 0;
        for (tracked_object const* const target : edges_.of(member)) {
            if (is_garbage(*target)) {
                if (!garbage) {
                    abort_reached(member, edge, *target);
                }
                ++inner_[target];
            }
            ++edge;
        }
    }

    snapshot& marked_;
    fresh_edges edges_;
    std::unordered_map<tracked_object const*, std::size_t>
        inner_;  // how many edges of garbage refer to it
};

}  // namespace

void set_verifying(bool on) noexcept { verifying.store(on, std::memory_order_relaxed); }

void verify(pass_lock const& pass, snapshot& marked) noexcept {
    if (!verifying.load(std::memory_order_relaxed)) {
        return;
    }
    try {
        verification check(pass, marked);
        for (snapshot::range const& each : marked.ranges()) {
            check.check_shard(each);
        }
        check.check_counts();
    } catch (std::bad_alloc const&) {
        process_hooks::say("handrail: verifier: out of memory, this pass is not verified\n");
    }
}

}  // namespace handrail::detail
