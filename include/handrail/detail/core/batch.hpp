// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A batch is what one owner's cleanups become when they go to a runner. It is reserved while the
// owner lives, so that ending allocates nothing: the records, the deferred close, and storage in
// which a runner can build what it must queue.
//
//  1. Before the end the owner's chain owns the batch; after it exactly one batch_ptr does.
//  2. A batch_ptr that is destroyed unrun runs the batch there and then: a refused or forgotten
//     batch still runs exactly once. Its close does not wait then: nobody chose that thread for it.
//  3. The memory lives until the batch has run and the reserved storage is given back.
//
// Thread safety: one thread at a time owns a batch; holders is shared with the storage's user.

#pragma once

#include <handrail/detail/base/export.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

namespace handrail::detail {

struct batch;
struct deferred_close;
struct record;

HANDRAIL_API void run_batch(batch* queued) noexcept;
HANDRAIL_API void run_forgotten_batch(batch* unrun) noexcept;
HANDRAIL_API void drop_batch_holder(batch* held) noexcept;

class batch_ptr {
public:
    explicit batch_ptr(batch* owned) noexcept : batch_(owned) {}
    batch_ptr(batch_ptr&& other) noexcept : batch_(std::exchange(other.batch_, nullptr)) {}
    batch_ptr& operator=(batch_ptr&&) = delete;
    ~batch_ptr() {
        if (batch_ != nullptr) {
            run_forgotten_batch(batch_);
        }
    }

    void run() noexcept {
        if (batch_ != nullptr) {
            run_batch(std::exchange(batch_, nullptr));
        }
    }
    batch* get() const noexcept { return batch_; }

private:
    batch* batch_;
};

// Where batches execute. Reference-counted; the reference of each batch is given back after it has
// run.
struct runner_state {
    std::atomic<std::uint32_t> references{1};

    // Effects: arranges for one run of the batch, on any thread. Throws: what the underlying
    //   executor throws; the batch then runs as it is destroyed.
    virtual void execute(batch_ptr queued) = 0;

    void add_reference() noexcept { references.fetch_add(1, std::memory_order_relaxed); }
    void drop_reference() noexcept {
        // acq_rel: destroyed after every other holder's last use.
        if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete this;
        }
    }

protected:
    runner_state() = default;
    virtual ~runner_state() = default;
};

struct batch {
    static constexpr std::size_t storage_size = 256;

    record* head = nullptr;           // newest first
    deferred_close* close = nullptr;  // runs before the cleanups; owned
    runner_state* runner = nullptr;   // null: inline
    std::uint64_t generation = 0;     // forks the process had seen when the runner was set
    std::atomic<std::uint32_t> holders{1};
    std::atomic<bool> storage_taken{false};
    alignas(std::max_align_t) std::byte storage[storage_size];

    // Returns null when the storage is taken or too small.
    void* take_storage(std::size_t size, std::size_t alignment) noexcept {
        if (size > storage_size || alignment > alignof(std::max_align_t) ||
            storage_taken.exchange(true, std::memory_order_acquire)) {
            return nullptr;
        }
        holders.fetch_add(1, std::memory_order_relaxed);
        return storage;
    }
    void give_storage_back() noexcept {
        storage_taken.store(false, std::memory_order_release);
        drop_batch_holder(this);
    }
};

// The allocator that a runner hands to its executor: the batch's storage first, the heap when that
// is taken or too small.
template <class T>
class reserved_allocator {
public:
    using value_type = T;

    explicit reserved_allocator(batch* owner) noexcept : batch_(owner) {}
    template <class U>
    reserved_allocator(reserved_allocator<U> const& other) noexcept : batch_(other.owner()) {}

    T* allocate(std::size_t n)
        requires(!std::is_void_v<T>)
    {
        if (void* reserved = batch_->take_storage(n * sizeof(T), alignof(T))) {
            return static_cast<T*>(reserved);
        }
        return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{alignof(T)}));
    }
    void deallocate(T* p, std::size_t) noexcept
        requires(!std::is_void_v<T>)
    {
        if (static_cast<void*>(p) == static_cast<void*>(batch_->storage)) {
            batch_->give_storage_back();
        } else {
            ::operator delete(p, std::align_val_t{alignof(T)});
        }
    }

    batch* owner() const noexcept { return batch_; }
    template <class U>
    bool operator==(reserved_allocator<U> const& other) const noexcept {
        return batch_ == other.owner();
    }

private:
    batch* batch_;
};

}  // namespace handrail::detail
