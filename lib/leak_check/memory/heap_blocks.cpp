// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/memory/heap_blocks.hpp"

#include "platform/port.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <array>
#include <atomic>
#include <new>
#include <string_view>

// The block map and AddressSanitizer: a weak symbol that the program does not have is null.
extern "C" {
[[gnu::weak]] std::size_t handrail_block_map_size(void const* begin) noexcept;
[[gnu::weak]] void const* handrail_block_map_around(void const* address) noexcept;
[[gnu::weak]] void handrail_block_map_for_each(void (*fn)(void*, void const*, std::size_t),
                                               void* argument) noexcept;

[[gnu::weak]] char const* __asan_locate_address(void* address, char* name, std::size_t name_size,
                                                void** region, std::size_t* region_size);
[[gnu::weak]] int __asan_address_is_poisoned(void const volatile* address);
}

namespace handrail::leak_check::heap_blocks {

constinit detail::mutex sanitizer_mutex;

namespace {

// The functions of the block map; null without one. A weak reference finds one that is part of the
// program. One that is preloaded is looked up by name, because mold binds a program's weak
// references to null when it links the program.
template <class Function>
class block_map_function {
public:
    constexpr block_map_function(Function* linked, char const* name) noexcept
        : linked_(linked), name_(name) {}

    // Threads that come at the same time all look up, and find the same. The first call is in the
    // process: a frozen copy of it looks nothing up.
    Function* get() noexcept {
        if (linked_ != nullptr) {
            return linked_;
        }
        if (!looked_up_.load(std::memory_order_acquire)) {
            found_.store(reinterpret_cast<Function*>(port::exported_function(name_)),
                         std::memory_order_relaxed);
            looked_up_.store(true, std::memory_order_release);
        }
        return found_.load(std::memory_order_relaxed);
    }

private:
    Function* linked_;
    char const* name_;
    std::atomic<Function*> found_{nullptr};
    std::atomic<bool> looked_up_{false};
};

constinit block_map_function map_size(&handrail_block_map_size, "handrail_block_map_size");
constinit block_map_function map_around(&handrail_block_map_around, "handrail_block_map_around");
constinit block_map_function map_for_each(&handrail_block_map_for_each,
                                          "handrail_block_map_for_each");

// Looks all of them up, so that a frozen copy does not.
bool has_block_map() noexcept {
    return map_size.get() != nullptr && map_around.get() != nullptr &&
           map_for_each.get() != nullptr;
}

struct found_block {
    std::uintptr_t begin = 0;
    std::size_t size = 0;
};

// A freed block stays in quarantine for a while; it is poisoned from its beginning on.
found_block ask_sanitizer(std::uintptr_t address) noexcept {
    std::array<char, 1> name;
    void* begin = nullptr;
    std::size_t size = 0;
    detail::lock_guard hold(sanitizer_mutex);
    char const* const kind = __asan_locate_address(reinterpret_cast<void*>(address), name.data(),
                                                   name.size(), &begin, &size);
    bool const live = kind != nullptr && std::string_view(kind) == "heap" && size != 0 &&
                      __asan_address_is_poisoned(begin) == 0;
    auto const first = detail::as_integer(begin);
    return live && address - first < size ? found_block{first, size} : found_block{};
}

constexpr std::align_val_t wide{64};

// One form of operator new and its delete. Returns: true, too, when memory is short: nothing is
// known then.
template <class Get, class Free>
bool covers(Get get, Free free) noexcept {
    void* block = nullptr;
    try {
        block = get();
    } catch (...) {
        return true;
    }
    bool const known = block == nullptr || size_of(detail::as_integer(block)) != 0;
    free(block);
    return known;
}

}  // namespace

provider provider_in_use() noexcept {
    if (__asan_locate_address != nullptr && __asan_address_is_poisoned != nullptr) {
        return provider::address_sanitizer;
    }
    return has_block_map() ? provider::block_map : provider::none;
}

std::size_t size_of(std::uintptr_t begin) noexcept {
    switch (provider_in_use()) {
        case provider::block_map: return map_size.get()(reinterpret_cast<void const*>(begin));
        case provider::address_sanitizer: {
            found_block const block = ask_sanitizer(begin);
            return block.begin == begin ? block.size : 0;
        }
        case provider::none: return 0;
    }
    return 0;
}

std::uintptr_t around(std::uintptr_t address) noexcept {
    switch (provider_in_use()) {
        case provider::block_map:
            return detail::as_integer(map_around.get()(reinterpret_cast<void const*>(address)));
        case provider::address_sanitizer: return ask_sanitizer(address).begin;
        case provider::none: return 0;
    }
    return 0;
}

bool covers_operator_new() noexcept {
    auto const plain = [](void* p) { ::operator delete(p); };
    auto const array = [](void* p) { ::operator delete[](p); };
    auto const aligned = [](void* p) { ::operator delete(p, wide); };
    auto const aligned_array = [](void* p) { ::operator delete[](p, wide); };
    return covers([] { return ::operator new(48); }, plain) &&
           covers([] { return ::operator new[](48); }, array) &&
           covers([] { return ::operator new(48, std::nothrow); }, plain) &&
           covers([] { return ::operator new[](48, std::nothrow); }, array) &&
           covers([] { return ::operator new(64, wide); }, aligned) &&
           covers([] { return ::operator new[](64, wide); }, aligned_array);
}

void for_each(void (*fn)(void*, void const*, std::size_t), void* argument) noexcept {
    if (provider_in_use() == provider::block_map) {
        map_for_each.get()(fn, argument);
    }
}

[[gnu::noinline]] __attribute__((no_sanitize("address", "thread"))) void read_words(
    std::uintptr_t from, std::uintptr_t* to, std::size_t count) noexcept {
    // volatile: otherwise the compiler makes a call of memcpy, which sanitizers intercept.
    auto const* const at = reinterpret_cast<std::uintptr_t const volatile*>(from);
    for (std::size_t i = 0; i != count; ++i) {
        to[i] = at[i];
    }
}

std::uintptr_t read_word(std::uintptr_t from) noexcept {
    std::uintptr_t word = 0;
    read_words(from, &word, 1);
    return word;
}

}  // namespace handrail::leak_check::heap_blocks
