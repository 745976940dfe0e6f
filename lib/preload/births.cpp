// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/preload/births.hpp"

#include "lib/preload/backtrace.hpp"
#include "lib/preload/program.hpp"
#include "lib/preload/system_call.hpp"

#include <algorithm>
#include <atomic>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

namespace handrail::preload {

namespace {

using atomic_word = std::atomic_ref<std::uint64_t>;

constexpr std::size_t segment_size = sizeof(birth_record) * births_per_segment;

birth_record* make_segment(std::uint64_t& link) noexcept {
    long const fresh = system_call(SYS_mmap, nullptr, segment_size, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
    if (fresh == -1) {
        return nullptr;
    }
    std::uint64_t other = 0;
    if (atomic_word(link).compare_exchange_strong(other, static_cast<std::uint64_t>(fresh))) {
        return reinterpret_cast<birth_record*>(fresh);
    }
    system_call(SYS_munmap, fresh, segment_size);
    return reinterpret_cast<birth_record*>(other);
}

std::uint64_t& segment_of(unsigned number) noexcept {
    return handrail_preload_info.segments[number / births_per_segment];
}

// Returns: null if no record of this number has ever been written.
birth_record* existing(unsigned number) noexcept {
    if (number >= max_descriptors) {
        return nullptr;
    }
    // acquire: the segment's records are zero when its address is seen.
    std::uint64_t const all = atomic_word(segment_of(number)).load(std::memory_order_acquire);
    return all == 0 ? nullptr : &reinterpret_cast<birth_record*>(all)[number % births_per_segment];
}

birth_record* existing_or_made(unsigned number) noexcept {
    birth_record* const there = existing(number);
    if (there != nullptr || number >= max_descriptors) {
        return there;
    }
    birth_record* const all = make_segment(segment_of(number));
    return all == nullptr ? nullptr : &all[number % births_per_segment];
}

std::uint64_t monotonic_time() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

void fill(birth_record& to, call by) noexcept {
    to.by = static_cast<std::uint16_t>(by);
    to.frame_count = 0;
    if (by != call::none) {
        to.time = monotonic_time();
        to.thread = thread_id();
        to.frame_count = static_cast<std::uint16_t>(backtrace(to.frames));
    }
}

// Two writers of one record are possible: threads that call dup2 for the same number, or a signal
// handler that does so while its thread writes. The second one does not wait. It changes the
// sequence, by which the first one learns that nobody knows which birth was the later one.
// Returns: the sequence as the first writer leaves it, which is odd; 0 for the second.
std::uint32_t begin_write(std::atomic_ref<std::uint32_t> sequence) noexcept {
    std::uint32_t before = sequence.load(std::memory_order_relaxed);
    for (;;) {
        bool const is_first = before % 2 == 0;
        // acquire, release: of two writers that follow each other the later one overwrites.
        if (sequence.compare_exchange_weak(before, before + (is_first ? 1 : 2),
                                           std::memory_order_acq_rel, std::memory_order_relaxed)) {
            return is_first ? before + 1 : 0;
        }
    }
}

void write(birth_record& to, call by) noexcept {
    std::atomic_ref<std::uint32_t> const sequence(to.sequence);
    std::uint32_t writing = begin_write(sequence);
    if (writing == 0) {
        return;
    }
    // Against the compiler, for a reader that stops this thread in between.
    std::atomic_thread_fence(std::memory_order_release);
    fill(to, by);
    if (!sequence.compare_exchange_strong(writing, writing + 1, std::memory_order_release,
                                          std::memory_order_relaxed)) {
        fill(to, call::none);
        sequence.fetch_add(1, std::memory_order_release);
    }
}

}  // namespace

void record(call by, int number) noexcept {
    if (number < 0 || !in_program()) {
        return;
    }
    kept_errno const kept;
    if (birth_record* const to = existing_or_made(static_cast<unsigned>(number))) {
        write(*to, by);
    }
}

void forget(int number) noexcept {
    birth_record* const there = number < 0 ? nullptr : existing(static_cast<unsigned>(number));
    if (there != nullptr && there->by != static_cast<std::uint16_t>(call::none) && in_program()) {
        write(*there, call::none);
    }
}

void forget_range(unsigned first, unsigned last) noexcept {
    unsigned const end = std::min<unsigned>(last, max_descriptors - 1);
    for (unsigned number = first; number <= end; ++number) {
        forget(static_cast<int>(number));
    }
}

}  // namespace handrail::preload
