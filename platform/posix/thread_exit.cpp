// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Callbacks at the exit of a thread, through a pthread key: its destructor is called after those of
// C++ thread_local objects, so that whatever these use still exists.
//
//  1. The callbacks of a thread are in its slots, which have no destructor: their memory exists
//     until the thread's stack is freed, after all key destructors.
//  2. slots.count > 0 ⟹ the key's value is set on this thread, or the destructor will be called
//     again. Exception: what another key's destructor registers in the last round is never called.
//
// Thread safety: slots belong to their thread; the key is made once and never deleted.

#include "platform/posix/system_call.hpp"

#include <array>

#include <pthread.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

struct callback {
    void (*fn)(void*) noexcept;
    void* argument;
};

struct callbacks {
    std::array<callback, 2> slots;  // few, because static TLS is scarce
    std::size_t count;
};

thread_local constinit callbacks waiting{};

pthread_once_t once = PTHREAD_ONCE_INIT;
pthread_key_t key;
int key_error = 0;

// pthread_key_create(3p): the value is null when this is called; if a callback sets it, this is
// called again, at most PTHREAD_DESTRUCTOR_ITERATIONS times. So what a callback registers is called
// in the next round.
void run_waiting(void* list) noexcept {
    auto& own = *static_cast<callbacks*>(list);
    callbacks const round = own;
    own.count = 0;
    for (std::size_t i = round.count; i-- != 0;) {
        round.slots[i].fn(round.slots[i].argument);
    }
}

void make_key() noexcept { key_error = ::pthread_key_create(&key, &run_waiting); }

}  // namespace

error_code at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept {
    ::pthread_once(&once, &make_key);
    if (key_error != 0) {
        return system_error_code(key_error);
    }
    if (waiting.count == waiting.slots.size()) {
        return system_error_code(ENOMEM);
    }
    if (int const error = ::pthread_setspecific(key, &waiting); error != 0) {
        return system_error_code(error);
    }
    waiting.slots[waiting.count++] = {fn, argument};
    return {};
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
