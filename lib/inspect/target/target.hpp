// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An inspected program: what a check needs of it, whether it is a stopped process or a core file.
//
//     std::unique_ptr<target> const program = stop_process(4711);
//     for (thread const& each : program->threads()) …
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

struct thread {
    pid_t id = 0;
    std::string name{};          // as pthread_setname_np(3) set it; empty: not known
    address stack_pointer = 0;   // what lies below it is not in use
    address thread_pointer = 0;  // begin of the thread control block (fs base on x86-64)
    // As pthread_create(3) made it, without its guard; empty: not known, as in a core.
    extent stack{};
    std::vector<std::uint64_t> registers{};  // the general ones, which may hold pointers
    bool is_main = false;
};

enum class descriptor_kind { file, socket, pipe, event, timer, epoll, other };

// Where a descriptor came from, if something has recorded it.
struct birth {
    std::string call{};             // "accept4"
    std::vector<address> frames{};  // return addresses, innermost first
    std::uint64_t age = 0;          // nanoseconds
};

struct descriptor {
    int number = -1;
    descriptor_kind kind = descriptor_kind::other;
    // As reports show it: "tcp 127.0.0.1:7000 <- 127.0.0.1:41410", "file /etc/passwd", "pipe".
    std::string what{};
    std::optional<birth> born{};
};

// A descriptor that an epoll instance watches, with the data that the program attached to it.
struct epoll_entry {
    int epoll = -1;
    int watched = -1;
    std::uint64_t data = 0;
};

class target {
public:
    target(target const&) = delete;
    target& operator=(target const&) = delete;
    virtual ~target() = default;

    virtual inspect::memory const& memory() const = 0;
    virtual std::span<thread const> threads() const = 0;

    // Returns: by number; empty where that is not known, as in a core file.
    virtual std::span<descriptor const> descriptors() const = 0;
    virtual bool knows_descriptors() const = 0;
    // Whether births were recorded, so that a descriptor without one was inherited or comes from a
    // call that is not seen.
    virtual bool knows_births() const { return false; }
    virtual std::span<epoll_entry const> epoll_entries() const = 0;

    // What of it could not be read, a sentence each. Then nothing about it is certain.
    virtual std::vector<std::string> problems() const { return {}; }

    virtual std::string const& program() const = 0;  // the executable's file
    virtual pid_t process() const = 0;               // 0: not known

    // For how long the program was stopped; 0 for a core file.
    virtual std::chrono::nanoseconds stopped_for() const { return {}; }

    // Whether main() has returned: frames of its thread own nothing any more. After exit(), they
    // still do.
    virtual bool main_has_returned() const { return false; }

protected:
    target() = default;
};

}  // namespace handrail::inspect
