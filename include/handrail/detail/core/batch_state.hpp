// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// batch_state: what one owner's cleanups become when they go to a runner; runner_base.hpp has the
// public class, handrail::batch. It is reserved while the owner lives, so that ending allocates
// nothing: the records, the job, and storage in which a runner can build what it must queue.
//
//  1. Before the end of the owner's life its chain owns the state; after it the ending thread does,
//     or the one handrail::batch that was given to the runner.
//  2. A handrail::batch that is destroyed without having been run runs: a refused or forgotten
//     batch still runs exactly once. Its job does not wait for a peer then: nobody chose that
//     thread for it.
//  3. The memory lives until the batch has run and the reserved storage has been given back.
//
// Thread safety: one thread at a time owns a batch; holders is shared with the storage's user.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/runner.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

namespace handrail::detail {

struct batch_job;
struct batch_state;
struct record;

HANDRAIL_API void run_batch(batch_state* queued) noexcept;
HANDRAIL_API void run_forgotten_batch(batch_state* unrun) noexcept;
HANDRAIL_API void drop_batch_holder(batch_state* held) noexcept;

// Inside the library:
// Effects: sends an ended owner's batch to its runner, or runs it here. Calls user code.
void end_batch(batch_state* ended) noexcept;
// Effects: frees the batch's job, its reference to the runner, and the reference to the
//   batch that the caller holds. Requires: its records have been run or dropped, or it never had
//   any.
void free_batch(batch_state* finished) noexcept;

struct batch_state {
    static constexpr std::size_t storage_size = 256;

    record* head = nullptr;    // newest first
    batch_job* job = nullptr;  // runs before the cleanups; owned
    runner target;
    // Forks that the process had seen when the batch was made, or when its runner was set.
    std::uint64_t generation = 0;
    std::atomic<std::uint32_t> holders{1};
    std::atomic<bool> storage_in_use{false};
    alignas(std::max_align_t) std::byte storage[storage_size];

    // Returns: null when the storage is in use or too small.
    void* acquire_storage(std::size_t size, std::size_t alignment) noexcept {
        if (size > storage_size || alignment > alignof(std::max_align_t) ||
            storage_in_use.exchange(true, std::memory_order_acquire)) {
            return nullptr;
        }
        holders.fetch_add(1, std::memory_order_relaxed);
        return storage;
    }
    void release_storage() noexcept {
        storage_in_use.store(false, std::memory_order_release);
        drop_batch_holder(this);
    }
};

// The allocator that a runner passes to its executor: the batch's storage first, operator new when
// that is in use or too small.
template <class T>
class reserved_allocator {
public:
    using value_type = T;

    explicit reserved_allocator(batch_state* owner) noexcept : batch_(owner) {}
    template <class U>
    reserved_allocator(reserved_allocator<U> const& other) noexcept : batch_(other.owner()) {}

    T* allocate(std::size_t n)
        requires(!std::is_void_v<T>)
    {
        if (void* reserved = batch_->acquire_storage(n * sizeof(T), alignof(T))) {
            return static_cast<T*>(reserved);
        }
        return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{alignof(T)}));
    }
    void deallocate(T* p, std::size_t) noexcept
        requires(!std::is_void_v<T>)
    {
        if (static_cast<void*>(p) == static_cast<void*>(batch_->storage)) {
            batch_->release_storage();
        } else {
            ::operator delete(p, std::align_val_t{alignof(T)});
        }
    }

    batch_state* owner() const noexcept { return batch_; }
    template <class U>
    bool operator==(reserved_allocator<U> const& other) const noexcept {
        return batch_ == other.owner();
    }

private:
    batch_state* batch_;
};

}  // namespace handrail::detail
