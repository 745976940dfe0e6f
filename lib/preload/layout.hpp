// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What libhandrail_preload.so keeps in the program's memory for a tool that reads it from outside,
// and the words that both use. The tool and the library come from one build: info_version changes
// with every change here.
//
// Invariants:
//  1. `handrail_preload_info` begins at a page boundary, in the writable data of the library, with
//     info_magic: a reader finds it without symbols.
//  2. A record whose sequence is odd is being written. While the program is stopped, an even one is
//     whole.

#pragma once

#include "lib/preload/calls.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::preload {

inline constexpr char info_magic[16] = {'h', 'a', 'n', 'd', 'r', 'a', 'i', 'l',
                                        ' ', 'b', 'i', 'r', 't', 'h', 's', '\n'};
inline constexpr std::uint32_t info_version = 3;
inline constexpr std::size_t page_size = 4096;

inline constexpr std::size_t max_frames = 24;
inline constexpr std::size_t births_per_segment = 1024;
inline constexpr std::size_t max_segments = 64;
inline constexpr std::size_t max_descriptors = births_per_segment * max_segments;

// How the descriptor of one number was made.
struct birth_record {
    std::uint32_t sequence;
    std::uint16_t by;  // a call; call::none: nothing is recorded
    std::uint16_t frame_count;
    std::uint64_t time;    // CLOCK_MONOTONIC, in nanoseconds
    std::uint32_t thread;  // its id in the program's own namespace
    std::uint32_t unused;
    std::uint64_t frames[max_frames];  // return addresses, innermost first
};

// Why the program asks to be looked at.
enum class look_reason : std::uint32_t {
    none,
    main_returned,
    exit,
    quick_exit,
    immediate_exit,  // _exit, _Exit
    late_exit,    // libc ended the program itself (errx, the last thread): after static destructors
    descriptors,  // as many are open as `descriptors=` says
    emfile,       // a call has failed with EMFILE
    signal,       // one that ends the program has arrived
};
inline constexpr look_reason last_look_reason = look_reason::signal;

struct alignas(page_size) preload_info {
    char magic[sizeof info_magic];
    std::uint32_t version;
    std::uint32_t process;       // the id of the program in its own namespace
    std::uint32_t channel;       // the descriptor over which the library asks; 0: none
    std::uint32_t reason;        // look_reason, while the program waits for an answer
    std::uint32_t main_is_over;  // 1: main() has returned; exit() leaves its frames as they are
    std::uint32_t unused;
    // The address of a byte that is 1 in the program, and 0 in its forked children, which have
    // copies of all this that are no longer kept. 0: nothing is kept in the program, either.
    std::uint64_t is_program;
    std::uint64_t segments[max_segments];  // addresses of birth_record[births_per_segment], or 0
};

// What the library sends, as one message over a SOCK_SEQPACKET socket. The kernel says who sends it
// (SCM_CREDENTIALS). The answer is one byte.
struct look_message {
    look_reason why;
    std::int32_t signal;  // its number if that is why; else 0
};

// The environment variable by which the tool gives the library its end of the channel:
// "1000", then any of ",descriptors=500", ",emfile", ",signals", ",children".
inline constexpr char environment_name[] = "HANDRAIL_INSPECT";
inline constexpr char library_name[] = "libhandrail_preload.so";

// The program's end of the channel: above what programs use for themselves.
inline constexpr int lowest_channel = 1000;

}  // namespace handrail::preload
