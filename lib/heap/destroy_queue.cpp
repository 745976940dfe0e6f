// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The link of a waiting object lies in its counter word, which nobody counts in any more; see
// object_header.hpp.

#include <handrail/detail/heap/destroy_queue.hpp>

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/base/errno_guard.hpp>
#include <handrail/detail/heap/tracked_object.hpp>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace handrail::detail {

namespace {

// Objects without a count, oldest first.
struct dead_list {
    object_header* first = nullptr;
    object_header* last = nullptr;
};

struct destroy_queue {
    dead_list waiting;
    bool active = false;  // this thread ends an object, or has a deferred_destruction
    int* errno_address = nullptr;
};

thread_local constinit destroy_queue own_queue;

// The address of errno never changes for a thread, but asking for it is a call: 2 ns for each end.
int* errno_of(destroy_queue& queue) noexcept {
    if (queue.errno_address == nullptr) [[unlikely]] {
        queue.errno_address = &errno;
    }
    return queue.errno_address;
}

constexpr std::uint64_t dead_link = std::uint64_t{1} << 31;
constexpr std::uint64_t low_bits = dead_link - 1;

// The address without its 3 zero bits, split around the bits sealed (0) and 31 (1). A weak lock
// reads a strong count of 0.
std::uint64_t link_to(object_header const* next) noexcept {
    auto const address = static_cast<std::uint64_t>(as_integer(next)) >> 3;
    return ((address >> 31) << 33) | dead_link | (address & low_bits);
}
object_header* linked_from(std::uint64_t word) noexcept {
    auto const address = ((word >> 33) << 31) | (word & low_bits);
    return reinterpret_cast<object_header*>(static_cast<std::uintptr_t>(address << 3));
}

// relaxed: only this thread follows the link; other threads only read that the count is 0.
void append(dead_list& list, object_header& dead) noexcept {
    dead.word.store(link_to(nullptr), std::memory_order_relaxed);
    if (list.last != nullptr) {
        list.last->word.store(link_to(&dead), std::memory_order_relaxed);
    } else {
        list.first = &dead;
    }
    list.last = &dead;
}

object_header* pop_first(dead_list& list) noexcept {
    object_header* const first = list.first;
    if (first != nullptr) {
        list.first = linked_from(first->word.load(std::memory_order_relaxed));
        if (list.first == nullptr) {
            list.last = nullptr;
        }
    }
    return first;
}

void destroy(object_header& dead) noexcept {
    if (leak_check_on()) {
        track::the_observer().object_destroying(&dead);
    }
    if (dead.operations->edges != nullptr) {
        remove_from_heap(static_cast<tracked_object&>(dead));
    }
    dead.operations->destroy(dead);
}

void end_cleanups(object_header& dead) noexcept {
    dead.cleanups.end();
    release_weak(dead);
}

// The destructor, then the cleanups, then the memory. The cleanups may run on another thread at
// once, so they must not start while the destructor still uses what they take away.
void end_now(object_header& dead) noexcept {
    destroy(dead);
    end_cleanups(dead);
}

void end_all(destroy_queue& queue) noexcept {
    while (object_header* const dead = pop_first(queue.waiting)) {
        end_now(*dead);
    }
}

// Requires: the caller has made the queue active.
void deactivate(destroy_queue& queue) noexcept {
    if (queue.waiting.first != nullptr) [[unlikely]] {
        end_all(queue);
    }
    queue.active = false;
}

}  // namespace

void end_object(object_header* dead) noexcept {
    destroy_queue& queue = own_queue;
    if (queue.active) {
        append(queue.waiting, *dead);
        return;
    }
    int* const current_errno = errno_of(queue);
    int const before = *current_errno;
    queue.active = true;
    end_now(*dead);
    deactivate(queue);
    *current_errno = before;
}

// An object without cleanups is freed at once, so that of a long list no more than one object is
// kept.
object_header* destroy_queued_objects() noexcept {
    destroy_queue& queue = own_queue;
    dead_list destroyed;
    while (object_header* const dead = pop_first(queue.waiting)) {
        destroy(*dead);
        if (dead->cleanups.empty()) {
            release_weak(*dead);
        } else {
            append(destroyed, *dead);
        }
    }
    return destroyed.first;
}

void end_destroyed_objects(object_header* first) noexcept {
    dead_list destroyed{first, nullptr};
    while (object_header* const dead = pop_first(destroyed)) {
        end_cleanups(*dead);
    }
}

deferred_destruction::deferred_destruction() noexcept
    : outermost_(!std::exchange(own_queue.active, true)) {}

deferred_destruction::~deferred_destruction() {
    if (outermost_) {
        errno_guard const keep;
        deactivate(own_queue);
    }
}

}  // namespace handrail::detail
