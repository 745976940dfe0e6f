// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The end of managed objects, without recursion: an object whose count drops to 0 inside another
// end waits in this thread's destroy queue. Its link lies in the block's word, which nobody counts
// in any more; see block.hpp.
//
// Thread safety: a queue belongs to its thread.

#include "lib/heap/destroy_queue.hpp"

#include "lib/heap/prefetch.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/core/failure.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <thread>
#include <utility>

namespace handrail::detail {

namespace {

// Dead blocks, oldest first.
struct destroy_queue {
    object_header* first = nullptr;
    object_header* last = nullptr;
    bool active = false;  // the loop of end_object is on this thread's stack
    int* errno_place = nullptr;
};

thread_local constinit destroy_queue own_queue;
thread_local constinit construction* own_innermost = nullptr;

// Where errno is never changes for a thread, but asking for it is a call: another 2 ns an end.
int* errno_of(destroy_queue& queue) noexcept {
    if (queue.errno_place == nullptr) [[unlikely]] {
        queue.errno_place = &errno;
    }
    return queue.errno_place;
}

constexpr std::uint64_t dead_link = std::uint64_t{1} << 31;
constexpr std::uint64_t low_bits = dead_link - 1;

// The address without its 3 zero bits, around frozen (0) and bit 31 (1). Weak locks see no count.
std::uint64_t link_to(object_header const* next) noexcept {
    auto const address = static_cast<std::uint64_t>(as_integer(next)) >> 3;
    return ((address >> 31) << 33) | dead_link | (address & low_bits);
}
object_header* linked_from(std::uint64_t word) noexcept {
    auto const address = ((word >> 33) << 31) | (word & low_bits);
    return reinterpret_cast<object_header*>(static_cast<std::uintptr_t>(address << 3));
}

// relaxed: only this thread follows the link; others see that there is no count.
void append(destroy_queue& queue, object_header& dead) noexcept {
    dead.word.store(link_to(nullptr), std::memory_order_relaxed);
    if (queue.last != nullptr) {
        queue.last->word.store(link_to(&dead), std::memory_order_relaxed);
    } else {
        queue.first = &dead;
    }
    queue.last = &dead;
}

object_header* take_first(destroy_queue& queue) noexcept {
    object_header* const first = queue.first;
    if (first != nullptr) {
        queue.first = linked_from(first->word.load(std::memory_order_relaxed));
        if (queue.first == nullptr) {
            queue.last = nullptr;
        }
    }
    return first;
}

// The object, then its cleanups, then its memory. A worker that runs a cleanup must not meet what
// the destructor still uses.
void end_now(object_header& dead) noexcept {
    if (tracking()) {
        track::object_ended(&dead);
    }
    if (dead.operations->edges != nullptr) {
        leave_heap(static_cast<tracked_object&>(dead));
    }
    dead.operations->destroy(dead);
    dead.cleanups.end();
    release_weak(dead);
}

// Requires: the queue is active, by the caller.
void work_off(destroy_queue& queue) noexcept {
    while (object_header* const dead = take_first(queue)) {
        end_now(*dead);
    }
}

// Requires: as work_off.
void leave(destroy_queue& queue) noexcept {
    if (queue.first != nullptr) [[unlikely]] {
        work_off(queue);
    }
    queue.active = false;
}

// Before any destructor of the block runs, so that none meets another's destroyed object.
void clear_edges(std::span<tracked_object* const> garbage) noexcept {
    for (std::size_t i = 0; i != garbage.size(); ++i) {
        if (i + prefetch_distance < garbage.size()) {
            __builtin_prefetch(garbage[i + prefetch_distance], 1);
            __builtin_prefetch(reinterpret_cast<std::byte*>(garbage[i + prefetch_distance]) +
                                   sizeof(tracked_object),
                               1);
        }
        garbage[i]->place = tracked_object::left;
        garbage[i]->operations->edges->clear(*garbage[i]);
    }
}

// Inside another end, or under a guard, garbage waits for its turn.
void append_all(destroy_queue& queue, std::span<tracked_object* const> garbage) noexcept {
    for (tracked_object* each : garbage) {
        append(queue, *each);
    }
}

// All destructors of the block before its first cleanup: one may still use what another's cleanup
// takes away.
void end_slice(std::span<tracked_object* const> garbage) noexcept {
    bool cleanups = false;
    for (tracked_object* each : garbage) {
        if (tracking()) {
            track::object_ended(each);
        }
        each->operations->destroy(*each);
        cleanups = cleanups || !each->cleanups.empty();
    }
    for (tracked_object* each : garbage) {
        if (cleanups) {
            each->cleanups.end();
        }
        release_weak(*each);
    }
}

}  // namespace

void end_object(object_header* dead) noexcept {
    destroy_queue& queue = own_queue;
    if (queue.active) {
        append(queue, *dead);
        return;
    }
    int* const current_errno = errno_of(queue);
    int const before = *current_errno;
    queue.active = true;
    end_now(*dead);
    leave(queue);
    *current_errno = before;
}

held_ends::held_ends() noexcept : outermost_(!std::exchange(own_queue.active, true)) {}

held_ends::~held_ends() {
    if (outermost_) {
        errno_guard const keep;
        leave(own_queue);
    }
}

void end_garbage(garbage const& found) noexcept {
    errno_guard const keep;
    bool const waits = own_queue.active;
    held_ends const hold;  // what only garbage refers to ends afterwards
    std::size_t begin = 0;
    for (std::size_t const end : found.slice_ends) {
        std::span<tracked_object* const> const slice(found.objects.data() + begin, end - begin);
        begin = end;
        clear_edges(slice);
        if (waits) {
            append_all(own_queue, slice);
        } else {
            end_slice(slice);
        }
    }
}

std::uint64_t await_thaw(object_header const& managed) noexcept {
    for (;;) {
        // acquire: as of a lock; see lock_weak.
        auto const word = managed.word.load(std::memory_order_acquire);
        if ((word & word_frozen) == 0) {
            return word;
        }
        std::this_thread::yield();
    }
}

void abort_on_overflow() noexcept { std::abort(); }

construction*& construction::innermost() noexcept { return own_innermost; }

object_header* construction::around(void const* part) noexcept {
    for (construction const* each = own_innermost; each != nullptr; each = each->outer_) {
        if (each->fresh_.object().contains(part)) {
            return &each->fresh_;
        }
    }
    return nullptr;
}

}  // namespace handrail::detail
