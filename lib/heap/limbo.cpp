// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/limbo.hpp"

#include "lib/base/mutex.hpp"

#include <atomic>
#include <cstddef>
#include <utility>

#ifdef __SANITIZE_ADDRESS__
// In the run-time library of the sanitizer, which every program built with it has.
extern "C" void __asan_poison_memory_region(void const volatile*, std::size_t);
extern "C" void __asan_unpoison_memory_region(void const volatile*, std::size_t);
#endif

namespace handrail::detail {

namespace {

constinit mutex limbo_mutex;
constinit tracked_object* first_waiting HANDRAIL_GUARDED_BY(limbo_mutex) = nullptr;
constinit std::atomic<bool> is_open{false};

// A pass may read the headers of what is in limbo, but not the objects, whose lifetimes are over.
void poison([[maybe_unused]] tracked_object const& ended) noexcept {
#ifdef __SANITIZE_ADDRESS__
    extent const object = ended.object();
    __asan_poison_memory_region(object.begin, object.size);
#endif
}
void unpoison([[maybe_unused]] tracked_object const& ended) noexcept {
#ifdef __SANITIZE_ADDRESS__
    extent const object = ended.object();
    __asan_unpoison_memory_region(object.begin, object.size);
#endif
}

}  // namespace

// seq_cst, all of them: limbo.hpp says why.
bool limbo_is_open() noexcept { return is_open.load(); }
void open_limbo() noexcept { is_open.store(true); }

tracked_object* close_limbo() noexcept {
    lock_guard hold(limbo_mutex);
    is_open.store(false);
    return std::exchange(first_waiting, nullptr);
}

bool put_in_limbo(tracked_object& ended) noexcept {
    lock_guard hold(limbo_mutex);
    if (!is_open.load()) {
        return false;
    }
    poison(ended);
    ended.in_limbo = std::exchange(first_waiting, &ended);
    return true;
}

void free_limbo(tracked_object* first) noexcept {
    while (first != nullptr) {
        tracked_object* const next = first->in_limbo;
        unpoison(*first);
        first->operations->edges->free(first);
        first = next;
    }
}

// The analysis is off here: one function takes the lock and another releases it.
void lock_limbo() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { limbo_mutex.lock(); }
void unlock_limbo() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { limbo_mutex.unlock(); }

}  // namespace handrail::detail
