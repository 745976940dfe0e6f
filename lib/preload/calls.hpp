// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The functions of libc that libhandrail_preload.so replaces, and what descriptors they make.
//
// What is not seen: system calls that a program makes itself (syscall(2), io_uring), and calls
// within libc (the socket of syslog(3), of the resolver). So an unknown birth is a normal state.

#pragma once

#include <cstddef>
#include <cstdint>

namespace handrail::preload {

enum class made_kind : std::uint8_t { none, any, file, pipe, socket, event, timer, epoll, other };

enum class call : std::uint16_t {
    none,
#define HANDRAIL_CALL(name, makes) name,
#include "lib/preload/calls.def"
#undef HANDRAIL_CALL
    count
};

inline constexpr std::size_t call_count = static_cast<std::size_t>(call::count);

struct call_description {
    char const* name;
    made_kind makes;
};

// By call.
inline constexpr call_description call_descriptions[call_count] = {
    {"", made_kind::none},
#define HANDRAIL_CALL(name, makes) {#name, made_kind::makes},
#include "lib/preload/calls.def"
#undef HANDRAIL_CALL
};

}  // namespace handrail::preload
