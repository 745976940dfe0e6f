// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The open descriptors of a process, by /proc/PID/fd and fdinfo (proc(5)).
//
//     open_descriptors const open = read_open_descriptors(4711);   // while it is stopped
//     describe(open.all, read_sockets(4711));                       // at leisure
//
// Thread safety: all functions.

#pragma once

#include "lib/inspect/target/socket_names.hpp"
#include "lib/inspect/target/target.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace handrail::inspect {

struct open_descriptor {
    int number = -1;
    std::string link{};      // what /proc/PID/fd/NUMBER points to: "socket:[4711]"
    std::string protocol{};  // of a socket: "tcp"; empty: not known
};

struct open_descriptors {
    bool is_known = false;  // false: the system forbids reading them
    std::vector<open_descriptor> all{};
    std::vector<epoll_entry> watched{};
};

open_descriptors read_open_descriptors(pid_t process);

// Returns: what an epoll instance watches, by the text of its file in fdinfo.
std::vector<epoll_entry> watched_by(int epoll, std::string_view fdinfo);

// Returns: the descriptors with what they are, by number.
std::vector<descriptor> describe(std::vector<open_descriptor> const& open,
                                 std::vector<socket_entry> const& sockets);

}  // namespace handrail::inspect
